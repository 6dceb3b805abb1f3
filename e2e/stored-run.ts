import { type APIRequestContext, expect } from "@playwright/test";
import { paths } from "@/lib/api/paths";
import { runSummarySchema } from "@/lib/api/runs";

type Json = Readonly<Record<string, unknown>>;

export const text = (key: string, value: string): Json => ({ key, value: { stringValue: value } });

/** A unique id with this many hex digits. */
export function freshId(digits: number): string {
  let id = "";
  while (id.length < digits) id += Math.random().toString(16).slice(2);
  return id.slice(0, digits);
}

/** A span in OTLP's JSON, `startMs` after a moment of a minute ago. */
export function otlpSpan(fields: Json & { readonly startMs?: number; readonly lengthMs?: number }): Json {
  const { startMs = 0, lengthMs = 10, ...rest } = fields;
  const startNs = BigInt(Date.now() - 60_000 + startMs) * 1_000_000n;
  return {
    spanId: freshId(16),
    name: "span",
    kind: 1,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(startNs + BigInt(Math.round(lengthMs * 1e6))),
    ...rest,
  };
}

/** Stores spans through the receiver and waits until their run can be read whole. */
export async function storeRun(
  request: APIRequestContext,
  runId: string,
  spans: readonly Json[],
  resource: readonly Json[] = [text("service.name", "e2e")],
): Promise<void> {
  const response = await request.post("/v1/traces", {
    data: { resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ spans }] }] },
  });
  expect(response.status(), await response.text()).toBe(200);
  await expect(async () => {
    const run = await request.get(paths.run(runId));
    expect(run.status()).toBe(200);
    expect(runSummarySchema.parse(await run.json()).span_count).toBe(spans.length);
  }).toPass();
}
