import { type Context, context, SpanStatusCode, trace } from "@opentelemetry/api";
import type { FinishedSpan } from "@/lib/base/finished-span";
import { attributeNames, spanNames } from "@/lib/trace/names";
import { tracerName, withSpan } from "./with-span";

/** The span of a job that runs in another thread or process. */
export interface OpenJobSpan {
  /** W3C trace context for the job; undefined where nothing is recorded. */
  readonly traceparent: string | undefined;
  set(fact: keyof typeof factNames, value: string | number): void;
  /** Records what the job timed itself, below this span. */
  record(spans: readonly FinishedSpan[]): void;
}

const factNames = {
  kind: attributeNames.jobKind,
  waitedMs: attributeNames.jobWaitedMs,
  peakRssBytes: attributeNames.jobPeakRssBytes,
} as const;

/** Runs `work` inside the span of a job. */
export function withJobSpan<T>(job: string, work: (span: OpenJobSpan) => Promise<T>): Promise<T> {
  return withSpan(spanNames.job, { [attributeNames.jobName]: job }, (span) => {
    const below = context.active();
    const active = trace.getSpanContext(below);
    const flags = (active?.traceFlags ?? 0).toString(16).padStart(2, "0");
    return work({
      traceparent: active && `00-${active.traceId}-${active.spanId}-${flags}`,
      set: (fact, value) => span.set(factNames[fact], value),
      record: (spans) => recordSpans(spans, below),
    });
  });
}

function recordSpans(spans: readonly FinishedSpan[], below: Context): void {
  const contexts = new Map<number, Context>();
  // A span has a smaller id than those that were opened inside of it.
  for (const { id, parent, name, startMs, endMs, attributes, error } of [...spans].sort(
    (a, b) => a.id - b.id,
  )) {
    const above = (parent === undefined ? undefined : contexts.get(parent)) ?? below;
    const span = trace.getTracer(tracerName).startSpan(name, { attributes, startTime: startMs }, above);
    if (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      span.setAttribute(attributeNames.errorType, error.name);
    }
    contexts.set(id, trace.setSpan(above, span));
    span.end(endMs);
  }
}
