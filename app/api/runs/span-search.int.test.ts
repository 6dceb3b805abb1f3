import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as search } from "@/app/api/runs/[runId]/spans/search/route";
import { paths } from "@/lib/api/paths";
import { spanSearchSchema } from "@/lib/api/span-search";
import {
  makeSpan,
  spanIdOf,
  startTestServices,
  type TestServices,
  text,
  traceIdOf,
} from "@/lib/server/test-services";

let services: TestServices;

beforeAll(async () => {
  services = await startTestServices();
  await services.store([
    makeSpan({
      traceId: traceIdOf(1),
      spanId: spanIdOf(1),
      name: "ask",
      attributes: [text("run_id", "a b")],
    }),
    makeSpan({
      traceId: traceIdOf(1),
      spanId: spanIdOf(2),
      parentSpanId: spanIdOf(1),
      name: "pay",
      attributes: [text("shop.sku", "Kettle'); DROP TABLE otel_traces; --")],
    }),
  ]);
});
afterAll(() => services.close());

async function call(runId: string, q: string): Promise<Response> {
  const request = new Request(new URL(paths.runSpanSearch(runId, q), "http://localhost"), {
    headers: { host: "localhost" },
  });
  return search(request, { params: Promise.resolve({ runId: encodeURIComponent(runId) }) });
}

describe("GET /api/runs/{run_id}/spans/search", () => {
  it.each([
    ["kettle", [spanIdOf(2)]],
    [`shop.sku="Kettle'); DROP TABLE otel_traces; --"`, [spanIdOf(2)]],
    ["ask or name=pay", [spanIdOf(1), spanIdOf(2)]],
    ["-shop.sku=*", [spanIdOf(1)]],
    ["nothing", []],
  ])("%s", async (q, ids) => {
    const response = await call("a b", q);
    expect(response.status).toBe(200);
    const found = spanSearchSchema.parse(await response.json());
    expect(found.span_ids.toSorted()).toEqual(ids);
    expect(found.trace_ids).toEqual(ids.length > 0 ? [traceIdOf(1)] : []);
    expect(found.truncated).toBe(false);
  });

  it.each([
    ["/[a/", "The expression opens [ and does not close it."],
    ["   ", "q asks for nothing."],
    ["is:orphan", "is:orphan is known to the timeline only"],
    ["x".repeat(501), "500"],
  ])("refuses %s in a sentence", async (q, reason) => {
    const response = await call("a b", q);
    expect(response.status).toBe(400);
    expect((await response.json()).detail).toContain(reason);
  });

  it("knows no run of another id", async () => {
    expect((await call("nobody", "x")).status).toBe(404);
  });
});
