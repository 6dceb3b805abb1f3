import { parseOtlpJson, type ReceivedSpans, SpanCollector } from "@/lib/otlp/json/parse-otlp-json";
import { ItemBudget, OtlpTooLarge, otlpLimits } from "@/lib/otlp/otlp-limits";
import type { Span } from "@/lib/trace/span";
import { readProtobuf } from "./protobuf/otlp-protobuf";

/** The two forms of OTLP over HTTP. An answer has the form of its request. */
export type OtlpForm = "protobuf" | "json";

/**
 * Decodes an ExportTraceServiceRequest. A span with bad ids is rejected by itself; a body that is no such
 * request throws an OtlpDecodeError, one with too much in it an OtlpTooLarge. `receivedNs` is the time of
 * arrival since the epoch.
 */
export function decodeTraceRequest(body: Buffer, form: OtlpForm, receivedNs: bigint): ReceivedSpans {
  const received =
    form === "protobuf"
      ? decodeProtobuf(body, receivedNs)
      : parseOtlpJson(body.toString("utf8"), { receivedNs });
  checkDays(received.spans);
  return received;
}

function decodeProtobuf(body: Buffer, receivedNs: bigint): ReceivedSpans {
  const collector = new SpanCollector(receivedNs);
  readProtobuf(body, new ItemBudget(otlpLimits.items), collector.take);
  return collector;
}

const dayNs = 86_400_000_000_000n;

function checkDays(spans: readonly Span[]): void {
  const days = new Set<bigint>();
  for (const { startNs } of spans) days.add(startNs / dayNs);
  if (days.size <= otlpLimits.days) return;
  throw new OtlpTooLarge(
    `The spans start on more than ${otlpLimits.days} days. Send the spans of fewer days in one request.`,
  );
}
