import { otlpJsonToProtobuf } from "@/lib/otlp/testing/otlp-bodies";
import { Random, seedOf } from "../random";
import { type ExpectedSpan, endings, type Seed, seedsOfEach, type TraceFormat } from "./seed";
import { type MadeSpan, makeSpans } from "./spans";
import { someText } from "./words";

const statusNumbers = { Unset: 0, Ok: 1, Error: 2 } as const;

function toOtlp(random: Random, spans: readonly MadeSpan[]): object {
  const value = (type: string, text: string) => {
    if (type === "int") return { intValue: text };
    if (type === "double") return { doubleValue: Number(text) };
    return type === "bool" ? { boolValue: text === "true" } : { stringValue: text };
  };
  const otlpSpans = spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== "" && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: random.between(1, 5),
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.startNs + span.durationNs),
    attributes: span.attributes.map(([key, type, text]) => ({ key, value: value(type, text) })),
    events: random.chance(0.3) ? [{ timeUnixNano: String(span.startNs), name: "noted", attributes: [] }] : [],
    links: random.chance(0.1) ? [{ traceId: random.hex(31).padStart(32, "1"), spanId: span.spanId }] : [],
    status: { code: statusNumbers[span.status] },
    flags: 1,
  }));
  const service = spans[0]?.service ?? "";
  // Two scopes, as two libraries of one process have.
  const cut = random.below(otlpSpans.length + 1);
  const scopes = [otlpSpans.slice(0, cut), otlpSpans.slice(cut)].filter((part) => part.length > 0);
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
        scopeSpans: scopes.map((part, at) => ({
          scope: { name: `scope ${at}`, version: "1.0" },
          spans: part,
        })),
      },
    ],
  };
}

function toJaeger(random: Random, spans: readonly MadeSpan[]): object {
  const types: Readonly<Record<string, string>> = { int: "int64", double: "float64", bool: "bool" };
  const value = (type: string, text: string) => (type === "string" ? text : JSON.parse(text));
  return {
    data: [
      {
        traceID: spans[0]?.traceId,
        spans: spans.map((span) => ({
          traceID: span.traceId,
          spanID: span.spanId,
          operationName: span.name,
          references:
            span.parentSpanId === ""
              ? []
              : [{ refType: "CHILD_OF", traceID: span.traceId, spanID: span.parentSpanId }],
          startTime: Number(span.startNs / 1_000n),
          duration: Number(span.durationNs / 1_000n),
          tags: [
            ...span.attributes.map(([key, type, text]) => ({
              key,
              type: types[type] ?? "string",
              value: value(type, text),
            })),
            ...(span.status === "Unset"
              ? []
              : [{ key: "otel.status_code", type: "string", value: span.status.toUpperCase() }]),
          ],
          logs: random.chance(0.2)
            ? [
                {
                  timestamp: Number(span.startNs / 1_000n),
                  fields: [{ key: "event", type: "string", value: "x" }],
                },
              ]
            : [],
          processID: "p1",
        })),
        processes: { p1: { serviceName: spans[0]?.service ?? "", tags: [] } },
      },
    ],
  };
}

/** Chrome's events know threads and times, no parents: a tree of calls on each of a few threads. */
function chrome(random: Random): { json: object; spans: ExpectedSpan[] } {
  const service = someText(random, 2);
  const events: object[] = [{ ph: "M", pid: 7, name: "process_name", args: { name: service } }];
  const spans: ExpectedSpan[] = [];
  const call = (tid: number, startUs: number, endUs: number, parentName: string, depth: number) => {
    const name = `${someText(random, 2)} ${spans.length}`;
    const durationNs = BigInt(endUs - startUs) * 1_000n;
    const [startNs, status] = [BigInt(startUs) * 1_000n, "Unset"] as const;
    spans.push({ name, parentName, service, startNs, durationNs, status, attributes: [] });
    const common = { name, cat: "made", pid: 7, tid };
    const isComplete = random.chance(0.5);
    if (isComplete) events.push({ ph: "X", ts: startUs, dur: endUs - startUs, ...common });
    else events.push({ ph: "B", ts: startUs, ...common });
    // Calls inside do not touch each other's ends, nor their caller's.
    let at = startUs + 1;
    for (let child = 0; child < (depth > 3 ? 0 : random.below(4)); child++) {
      const length = Math.floor((endUs - at - 2) / 3);
      if (length < 4) break;
      call(tid, at, at + length, name, depth + 1);
      at += length + 1;
    }
    if (!isComplete) events.push({ ph: "E", ts: endUs, pid: 7, tid });
  };
  for (let tid = 1; tid <= random.between(1, 3); tid++) {
    const startUs = random.between(1_000, 9_000);
    call(tid, startUs, startUs + random.between(100, 900_000), "", 0);
  }
  return { json: random.chance(0.5) ? { traceEvents: events } : events, spans };
}

function makeTrace(
  format: TraceFormat,
  random: Random,
): { bytes: Uint8Array; spans: ExpectedSpan[]; traceId?: string } {
  const encode = (json: object) => new TextEncoder().encode(JSON.stringify(json));
  if (format === "chrome") {
    const { json, spans } = chrome(random);
    return { bytes: encode(json), spans };
  }
  const spans = makeSpans(random, { onlyMicroseconds: format === "jaeger" });
  if (format === "jaeger") return { bytes: encode(toJaeger(random, spans)), spans };
  const request = toOtlp(random, spans);
  const bytes = format === "otlp-json" ? encode(request) : new Uint8Array(otlpJsonToProtobuf(request));
  return { bytes, spans, traceId: spans[0]?.traceId };
}

export function traceSeeds(format: TraceFormat, seed: number): Seed[] {
  return Array.from({ length: seedsOfEach }, (_, index): Seed => {
    const { bytes, spans, traceId } = makeTrace(format, new Random(seedOf("seed", format, seed, index)));
    const name = `${format} seed ${index}.${endings[format]}`;
    return { format, name, bytes, expected: { kind: "spans", spans }, traceId };
  });
}
