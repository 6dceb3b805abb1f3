import { first } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { type Fields, isRecord } from "@/lib/base/json-fields";
import { failed, ok, type Result } from "@/lib/base/result";
import { readRequest } from "@/lib/otlp/json/json-reader";
import { parseLosslessJson } from "@/lib/otlp/json/lossless-json";
import { SpanCollector, sayRejection } from "@/lib/otlp/json/parse-otlp-json";
import { ItemBudget, OtlpDecodeError, OtlpTooLarge } from "@/lib/otlp/otlp-limits";
import { isChrome, readChrome } from "./read-chrome";
import { isJaeger, readJaeger } from "./read-jaeger";
import { type ReadTrace, Remarks } from "./read-trace";

export interface OpenedTrace extends ReadTrace {
  /** What the file turned out to be, for a person. */
  readonly format: "OTLP JSON" | "Jaeger JSON" | "Chrome trace JSON";
}

/** Objects of one file; at about 100 bytes each they are what a browser's memory can take. */
const maxItems = 20_000_000;

/**
 * The spans of a trace file, whose format follows from its content: OTLP JSON (one request, a list of them, or one a
 * line as the Collector's file exporter writes), Jaeger's JSON, Chrome's trace events. Never throws: the failure is a
 * sentence that says what the file is not, and what can be opened. `nowNs` stands for times that are none.
 */
export function openTrace(text: string, nowNs: bigint): Result<OpenedTrace> {
  const trimmed = text.replace(/^\ufeff/, "").trim();
  if (trimmed === "") return failed("The file is empty.");
  try {
    const opened = readParsed(parse(trimmed), nowNs);
    if (!opened) return failed(`The file is JSON, but no trace. ${known}`);
    if (opened.spans.length > 0) return ok(opened);
    const why = opened.remarks.map(({ count, what }) => `${formatCount(count)} ${what}`).join("; ");
    return failed(`The file is ${opened.format}, but holds no spans${why === "" ? "" : `: ${why}`}.`);
  } catch (error) {
    if (error instanceof OtlpTooLarge)
      return failed("The file holds too many spans and attributes to open. Split it.");
    if (error instanceof OtlpDecodeError) return failed(`${error.message} ${known}`);
    throw error;
  }
}

const known =
  "OTLP JSON has resourceSpans, Jaeger JSON has data with spans, Chrome trace JSON has traceEvents.";

/** One value, or the values of the lines. */
interface Parsed {
  readonly values: readonly unknown[];
  readonly brokenLines: number;
}

function parse(text: string): Parsed {
  const whole = parseOrUndefined(text);
  if (whole !== undefined) return { values: [whole], brokenLines: 0 };
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // Chrome's list of events may end in the middle: programs write it until they are stopped.
  if (text.startsWith("[")) {
    const closed =
      parseOrUndefined(`${withoutComma(text)}]`) ??
      parseOrUndefined(`${withoutComma(lines.slice(0, -1).join("\n"))}]`);
    if (closed !== undefined) return { values: [closed], brokenLines: 0 };
  }
  const values: unknown[] = [];
  if (lines.length > 1 && parseOrUndefined(first(lines)) !== undefined) {
    for (const line of lines) {
      const value = parseOrUndefined(line);
      if (value !== undefined) values.push(value);
    }
  }
  if (values.length === 0) throw new OtlpDecodeError("The file is not valid JSON, or nests too deep.");
  return { values, brokenLines: lines.length - values.length };
}

/** Not by a pattern such as `,?\s*$`: within a long run of spaces that takes quadratic time, 20 s for 2 MB. */
function withoutComma(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(",") ? trimmed.slice(0, -1) : trimmed;
}

function parseOrUndefined(text: string): unknown {
  try {
    return parseLosslessJson(text, maxItems);
  } catch (error) {
    if (error instanceof OtlpDecodeError) return undefined;
    throw error;
  }
}

function readParsed({ values, brokenLines }: Parsed, nowNs: bigint): OpenedTrace | undefined {
  const [first] = values;
  const requests = (values.length === 1 && Array.isArray(first) ? first : values).flatMap(toRequest);
  if (requests.length > 0) return readRequests(requests, brokenLines, nowNs);
  if (isJaeger(first)) return { format: "Jaeger JSON", ...readJaeger(first) };
  if (isChrome(first)) return { format: "Chrome trace JSON", ...readChrome(first) };
  return undefined;
}

/** OTLP's request; Tempo's API answers the same under the name of batches. */
function toRequest(value: unknown): Fields[] {
  if (!isRecord(value)) return [];
  if (Array.isArray(value.resourceSpans)) return [value];
  return Array.isArray(value.batches) ? [{ resourceSpans: value.batches }] : [];
}

function readRequests(requests: readonly Fields[], brokenLines: number, nowNs: bigint): OpenedTrace {
  const collector = new SpanCollector(nowNs);
  const budget = new ItemBudget(maxItems);
  for (const request of requests) readRequest(request, budget, collector.take);
  const remarks = new Remarks();
  for (const [reason, count] of collector.rejections) {
    remarks.add(`spans were left out: ${sayRejection(reason)}`, count);
  }
  if (brokenLines > 0) remarks.add("lines were no JSON and were left out", brokenLines);
  return { format: "OTLP JSON", spans: collector.spans, remarks: remarks.list() };
}
