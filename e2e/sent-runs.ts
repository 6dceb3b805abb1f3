import { randomBytes } from "node:crypto";
import { type APIRequestContext, expect } from "@playwright/test";

export interface SentRun {
  readonly runId: string;
  readonly startMs: number;
  readonly durationMs?: number;
  readonly question?: string;
  readonly mode?: string;
  readonly service?: string;
  readonly isError?: boolean;
}

/** Stores runs of two spans each, as an application does that sends its traces; they can be read at once. */
export async function sendRuns(request: APIRequestContext, runs: readonly SentRun[]): Promise<void> {
  const resourceSpans = runs.map((run) => {
    const traceId = randomBytes(16).toString("hex");
    const spanId = randomBytes(8).toString("hex");
    const durationMs = run.durationMs ?? 100;
    const nanoseconds = (ms: number) => (BigInt(Math.round(run.startMs + ms)) * 1_000_000n).toString();
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const span = { traceId, kind: 1, status: {} };
    return {
      resource: { attributes: [attribute("service.name", run.service ?? "sent")] },
      scopeSpans: [
        {
          spans: [
            {
              ...span,
              spanId,
              name: "ask",
              startTimeUnixNano: nanoseconds(0),
              endTimeUnixNano: nanoseconds(durationMs),
              attributes: [
                attribute("run_id", run.runId),
                attribute("question", run.question ?? run.runId),
                ...(run.mode === undefined ? [] : [attribute("mode", run.mode)]),
              ],
              ...(run.isError ? { status: { code: 2, message: "broken" } } : {}),
            },
            {
              ...span,
              spanId: randomBytes(8).toString("hex"),
              parentSpanId: spanId,
              name: "plan",
              startTimeUnixNano: nanoseconds(durationMs / 4),
              endTimeUnixNano: nanoseconds(durationMs / 2),
            },
          ],
        },
      ],
    };
  });
  const response = await request.post("/v1/traces", { data: { resourceSpans } });
  expect(response.status(), await response.text()).toBe(200);
}
