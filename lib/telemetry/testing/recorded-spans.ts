import { context, propagation, trace } from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Span } from "@/lib/trace/span";
import { startTelemetry, type Telemetry } from "../set-up";

/**
 * Runs the telemetry for the tests of a file, at whose top it is to be called. What comes back gives the spans that
 * the running test has made, by name.
 */
export function recordSpans(): () => Promise<ReadonlyMap<string, Span>> {
  const stored: Span[] = [];
  let running: Telemetry;
  beforeAll(() => {
    running = startTelemetry({
      serviceName: "jiva-test",
      serviceVersion: "0",
      requests: "work",
      otlpEndpoint: undefined,
      ignoreUrls: [],
      insert: async (spans) => void stored.push(...spans),
      isWorthAnotherTry: () => false,
    });
  });
  beforeEach(() => void stored.splice(0));
  // For the process is shared: another file sets up its own.
  afterAll(() => {
    for (const api of [trace, context, propagation]) api.disable();
  });
  return async () => {
    // It takes milliseconds; on a busy machine it has taken more than a second.
    await running.flush(10_000);
    return new Map(stored.map((span) => [span.name, span]));
  };
}
