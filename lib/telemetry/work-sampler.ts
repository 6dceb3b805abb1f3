import { type Attributes, type Context, TraceFlags, trace } from "@opentelemetry/api";
import { type Sampler, SamplingDecision, type SamplingResult } from "@opentelemetry/sdk-trace-base";
import { runIdOf } from "./run-context";

/**
 * Records the app's own work (runs) and what follows from a recorded span. Requests for pages, lists and
 * health are recorded only with `all`, so that they do not drown the runs. A request that brings spans is never
 * recorded, nor what follows from it: where the app sends to itself, each would make the next.
 */
export function createWorkSampler(requests: "work" | "all"): Sampler {
  const isRecorded = (context: Context, attributes: Attributes): boolean => {
    if (runIdOf(context) !== undefined) return true;
    const parent = trace.getSpanContext(context);
    // A caller's own sampling decision does not count: only a span of this process decides for its children.
    if (parent && !parent.isRemote) return (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    return requests === "all" && !bringsSpans(attributes);
  };
  return {
    shouldSample(context, _traceId, _name, _kind, attributes): SamplingResult {
      const decision = isRecorded(context, attributes)
        ? SamplingDecision.RECORD_AND_SAMPLED
        : SamplingDecision.NOT_RECORD;
      return { decision };
    },
    toString: () => `WorkSampler(${requests})`,
  };
}

/** Whether a request goes to the OTLP receiver, by what Next says of it at its start. */
function bringsSpans(attributes: Attributes): boolean {
  return /^\/v1\/traces\/?(\?|$)/.test(String(attributes["http.target"] ?? ""));
}
