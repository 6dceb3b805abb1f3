import { SpanKind, trace } from "@opentelemetry/api";
import { nowMs } from "./clock";
import { recordFailure, tracerName } from "./with-span";

/** A client span of a database statement; `end` is to be called exactly once. */
export interface OpenedQuerySpan {
  set(name: string, value: string | number): void;
  event(name: string, attributes: Readonly<Record<string, string | number>>): void;
  /** Ends the span; with an error status where an error is given. */
  end(failure?: { readonly error: unknown }): void;
}

/** Opens a client span below whatever span is active. */
export function openQuerySpan(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): OpenedQuerySpan {
  const span = trace
    .getTracer(tracerName)
    .startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime: nowMs() });
  return {
    set: (key, value) => void span.setAttribute(key, value),
    event: (name, attributes) => void span.addEvent(name, attributes, nowMs()),
    end(failure) {
      if (failure) recordFailure(span, failure.error);
      span.end(nowMs());
    },
  };
}
