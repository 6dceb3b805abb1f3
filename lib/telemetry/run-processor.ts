import { type Context, type Span as OpenSpan, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, Span as SdkSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { attributeNames } from "@/lib/trace/names";
import { nowMs } from "./clock";
import { runIdOf } from "./run-context";

/** Traces that are watched for open spans at once; a bound against runs that are never ended. */
const maxTraces = 10_000;

/**
 * Puts the run's id on every span that starts on its behalf, also those that libraries start, and knows which
 * of them are open, so that the end of a run ends them with its cause.
 */
export class RunProcessor implements SpanProcessor {
  readonly #open = new Map<string, Map<string, OpenSpan>>();

  onStart(span: SdkSpan, context: Context): void {
    const runId = runIdOf(context);
    if (runId === undefined) return;
    span.setAttribute(attributeNames.runId, runId);
    const { traceId, spanId } = span.spanContext();
    let spans = this.#open.get(traceId);
    if (!spans) {
      if (this.#open.size >= maxTraces) return;
      spans = new Map();
      this.#open.set(traceId, spans);
    }
    spans.set(spanId, span);
  }

  onEnd(span: ReadableSpan): void {
    const { traceId, spanId } = span.spanContext();
    const spans = this.#open.get(traceId);
    if (!spans?.delete(spanId)) return;
    if (spans.size === 0) this.#open.delete(traceId);
  }

  /** Ends what is still open in a trace, but for its root, as failed for this cause. */
  endOpenSpans(traceId: string, rootSpanId: string, cause: Error): void {
    // Children before their parents, as they would have ended by themselves.
    for (const [spanId, span] of [...(this.#open.get(traceId) ?? [])].reverse()) {
      if (spanId === rootSpanId) continue;
      span.setStatus({ code: SpanStatusCode.ERROR, message: cause.message });
      span.setAttribute(attributeNames.errorType, cause.name);
      span.end(nowMs());
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#open.clear();
  }
}
