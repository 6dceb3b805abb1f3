import type { Span } from "@/lib/trace/span";
import { checkSpan, type Rejection } from "../check-span";
import { ItemBudget, otlpLimits } from "../otlp-limits";
import type { SentSpan } from "../sent-span";
import type { SpanOrigin } from "../span-origin";
import { readJsonText } from "./json-reader";

export interface ReceivedSpans {
  readonly spans: readonly Span[];
  /** How many spans are none that can be kept, by the reason. */
  readonly rejections: ReadonlyMap<Rejection, number>;
}

export interface OtlpJsonOptions {
  /** The time of arrival since the epoch: it replaces invalid times. */
  readonly receivedNs: bigint;
  /** Spans, attributes, events, links and nested values together; a request's bound where it is not given. */
  readonly maxItems?: number;
}

/**
 * Reads an ExportTraceServiceRequest in JSON: the body of a request, or a file. A span with bad ids is rejected by
 * itself; what else is wrong with a span is put right and marked. Throws an OtlpDecodeError where the text is no
 * such request, an OtlpTooLarge where it holds too much.
 */
export function parseOtlpJson(text: string, { receivedNs, maxItems }: OtlpJsonOptions): ReceivedSpans {
  const collector = new SpanCollector(receivedNs);
  readJsonText(text, new ItemBudget(maxItems ?? otlpLimits.items), collector.take);
  return collector;
}

/** Sorts what a reader of either form finds into spans and rejections. */
export class SpanCollector implements ReceivedSpans {
  readonly spans: Span[] = [];
  readonly rejections = new Map<Rejection, number>();

  constructor(private readonly receivedNs: bigint) {}

  readonly take = (sent: SentSpan, origin: SpanOrigin): void => {
    const span = checkSpan(sent, origin, this.receivedNs);
    if (typeof span === "string") this.rejections.set(span, (this.rejections.get(span) ?? 0) + 1);
    else this.spans.push(span);
  };
}

const reasons: Readonly<Record<Rejection, string>> = {
  traceId: "the trace id is not 16 bytes, or all zero",
  spanId: "the span id is not 8 bytes, or all zero",
  parentSpanId: "the parent's span id is neither empty nor 8 bytes",
};

export function sayRejection(rejection: Rejection): string {
  return reasons[rejection];
}

/** Why spans were rejected, with the number of each: `3 spans: the trace id is …`. */
export function sayRejections(rejections: ReadonlyMap<Rejection, number>): string {
  return [...rejections]
    .map(([reason, count]) => `${count} ${count === 1 ? "span" : "spans"}: ${reasons[reason]}`)
    .join("; ");
}
