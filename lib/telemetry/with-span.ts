import { type Attributes, context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { attributeNames, maxContentChars } from "@/lib/trace/names";
import { nowMs } from "./clock";

/** What the work inside a span may do with it. The span is ended by whoever opened it. */
export interface OpenSpan {
  set(name: string, value: string | number | boolean): void;
  event(name: string, attributes?: Readonly<Record<string, string | number | boolean>>): void;
}

export const tracerName = "jiva";

/**
 * Runs `work` inside a span that ends when `work` settles. A rejection ends it with an error status and the
 * cause, and is passed on.
 */
export function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const span = trace.getTracer(tracerName).startSpan(name, { attributes, startTime: nowMs() });
  return context.with(trace.setSpan(context.active(), span), async () => {
    try {
      return await work(openSpan(span));
    } catch (error) {
      recordFailure(span, error);
      throw error;
    } finally {
      span.end(nowMs());
    }
  });
}

export function openSpan(span: Span): OpenSpan {
  return {
    set(name, value) {
      span.setAttribute(name, typeof value === "string" ? cutContent(value) : value);
    },
    event(name, attributes) {
      span.addEvent(name, attributes, nowMs());
    },
  };
}

/** Marks a span as failed: the status with the message, the kind of error, and the exception as an event. */
export function recordFailure(span: Span, error: unknown): void {
  const cause = toError(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: cutContent(cause.message) });
  span.setAttribute(attributeNames.errorType, cause.name);
  span.recordException(cause, nowMs());
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function cutContent(text: string): string {
  return text.length <= maxContentChars ? text : `${text.slice(0, maxContentChars - 1)}…`;
}
