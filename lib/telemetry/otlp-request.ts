import type { Span } from "@/lib/trace/span";
import { readJson } from "./otlp-json";
import { ItemBudget, OtlpTooLarge, otlpLimits } from "./otlp-limits";
import { readProtobuf } from "./otlp-protobuf";
import { checkSpan, type Rejection, type SentSpan, type SpanOrigin } from "./otlp-span";

/** The two forms of OTLP over HTTP. An answer has the form of its request. */
export type OtlpForm = "protobuf" | "json";

export interface DecodedRequest {
  /** What can be stored. */
  readonly spans: readonly Span[];
  /** How many spans cannot, by the reason. */
  readonly rejections: ReadonlyMap<Rejection, number>;
}

/**
 * Decodes an ExportTraceServiceRequest. A span with bad ids is rejected by itself; a body that is no such
 * request throws an OtlpDecodeError, one with too much in it an OtlpTooLarge. `receivedNs` is the time of
 * arrival since the epoch.
 */
export function decodeTraceRequest(body: Buffer, form: OtlpForm, receivedNs: bigint): DecodedRequest {
  const spans: Span[] = [];
  const rejections = new Map<Rejection, number>();
  const take = (sent: SentSpan, origin: SpanOrigin) => {
    const span = checkSpan(sent, origin, receivedNs);
    if (typeof span === "string") rejections.set(span, (rejections.get(span) ?? 0) + 1);
    else spans.push(span);
  };
  const read = form === "protobuf" ? readProtobuf : readJson;
  read(body, new ItemBudget(), take);
  checkDays(spans);
  return { spans, rejections };
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

const reasons: Readonly<Record<Rejection, string>> = {
  traceId: "the trace id is not 16 bytes, or all zero",
  spanId: "the span id is not 8 bytes, or all zero",
  parentSpanId: "the parent's span id is neither empty nor 8 bytes",
};

/** Why spans were rejected, with the number of each: `3 spans: the trace id is …`. */
export function sayRejections(rejections: ReadonlyMap<Rejection, number>): string {
  return [...rejections]
    .map(([reason, count]) => `${count} ${count === 1 ? "span" : "spans"}: ${reasons[reason]}`)
    .join("; ");
}
