import { type Context, type SpanContext, TraceFlags, trace } from "@opentelemetry/api";
import { type Sampler, SamplingDecision, type SamplingResult } from "@opentelemetry/sdk-trace-base";
import { runIdOf } from "./run-context";

/**
 * Records the app's own work (runs) and what follows from a recorded span. Requests for pages, lists and
 * health are recorded only with `all`, so that they do not drown the runs.
 */
export function createWorkSampler(requests: "work" | "all"): Sampler {
  return {
    shouldSample(context: Context): SamplingResult {
      const isWork = runIdOf(context) !== undefined || isRecorded(trace.getSpanContext(context));
      const decision =
        isWork || requests === "all" ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD;
      return { decision };
    },
    toString: () => `WorkSampler(${requests})`,
  };
}

/** A caller's own sampling decision does not count: only a span of this process makes its children recorded. */
function isRecorded(parent: SpanContext | undefined): boolean {
  return parent !== undefined && !parent.isRemote && (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
}
