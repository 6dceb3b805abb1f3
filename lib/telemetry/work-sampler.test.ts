import { type Context, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace-base";
import { expect, it } from "vitest";
import { withRunId } from "./run-context";
import { createWorkSampler } from "./work-sampler";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const below = (traceFlags: TraceFlags, isRemote: boolean) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: "b7ad6b7169203331", traceFlags, isRemote });

function isRecorded(requests: "work" | "all", context: Context, target = "/runs"): boolean {
  const { decision } = createWorkSampler(requests).shouldSample(
    context,
    traceId,
    "GET",
    SpanKind.SERVER,
    { "http.target": target },
    [],
  );
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

it("records work and what follows from it, and requests only when asked", () => {
  for (const requests of ["work", "all"] as const) {
    expect(isRecorded(requests, ROOT_CONTEXT)).toBe(requests === "all");
    expect(isRecorded(requests, below(TraceFlags.SAMPLED, true))).toBe(requests === "all");
    expect(isRecorded(requests, withRunId(ROOT_CONTEXT, "run"))).toBe(true);
    expect(isRecorded(requests, below(TraceFlags.SAMPLED, false))).toBe(true);
  }
});

it("never records a request that brings spans, nor what follows from it", () => {
  for (const target of ["/v1/traces", "/v1/traces/", "/v1/traces?x=1"]) {
    expect(isRecorded("all", ROOT_CONTEXT, target)).toBe(false);
    expect(isRecorded("all", below(TraceFlags.SAMPLED, true), target)).toBe(false);
  }
  expect(isRecorded("all", ROOT_CONTEXT, "/v1/tracesx")).toBe(true);
  expect(isRecorded("all", below(TraceFlags.NONE, false))).toBe(false);
});
