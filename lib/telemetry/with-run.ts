import {
  context,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import { nowMs } from "./clock";
import { withRunId } from "./run-context";
import { telemetry } from "./set-up";
import { type OpenSpan, openSpan, recordFailure, toError, tracerName } from "./with-span";

export interface RunOptions {
  readonly runId: string;
  /** The root span's name. */
  readonly name: string;
  /** Of the request that asked for this run: where a caller's trace comes in, the root links to it. */
  readonly headers?: Headers;
}

export interface OpenRun extends OpenSpan {
  readonly traceId: string;
}

const headersGetter: TextMapGetter<Headers> = {
  get: (headers, key) => headers.get(key) ?? undefined,
  keys: (headers) => [...headers.keys()],
};

/**
 * Runs `work` as the root of a trace of its own, which is always recorded. Every span that starts inside
 * carries the run's id. When `work` settles the root ends; where it fails, with the cause, and so does every
 * span that is still open.
 */
export function withRun<T>(options: RunOptions, work: (run: OpenRun) => Promise<T>): Promise<T> {
  const runContext = withRunId(ROOT_CONTEXT, options.runId);
  const caller = options.headers && callerOf(options.headers);
  const root = trace
    .getTracer(tracerName)
    .startSpan(
      options.name,
      { root: true, startTime: nowMs(), links: caller ? [{ context: caller }] : [] },
      runContext,
    );
  const { traceId, spanId } = root.spanContext();
  return context.with(trace.setSpan(runContext, root), async () => {
    try {
      return await work({ ...openSpan(root), traceId });
    } catch (error) {
      telemetry()?.endOpenSpans(traceId, spanId, toError(error));
      recordFailure(root, error);
      throw error;
    } finally {
      root.end(nowMs());
    }
  });
}

function callerOf(headers: Headers): SpanContext | undefined {
  return trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers, headersGetter));
}
