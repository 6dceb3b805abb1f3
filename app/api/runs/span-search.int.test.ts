import { beforeAll, describe, expect, it } from "vitest";
import { DELETE as deleteRun } from "@/app/api/runs/[runId]/route";
import { GET as getSpans } from "@/app/api/runs/[runId]/spans/route";
import { GET as search } from "@/app/api/runs/[runId]/spans/search/route";
import { paths } from "@/lib/api/paths";
import { spanSearchSchema } from "@/lib/api/span-search";
import {
  callRoute,
  makeSpan,
  nanoseconds,
  spanIdOf,
  startTestServices,
  text,
  traceIdOf,
} from "@/lib/server/testing/services";

const services = startTestServices();

beforeAll(async () => {
  await services.storeSpans([
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

async function call(runId: string, q: string): Promise<Response> {
  const request = new Request(new URL(paths.runSpanSearch(runId, q), "http://localhost"), {
    headers: { host: "localhost" },
  });
  return search.with(services)(request);
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

  it("finds late spans and no deleted ones, though the page has read the run a moment ago", async () => {
    const hourAgo = nanoseconds(BigInt(Date.now() - 3_600_000) * 1_000_000n);
    const span = (id: number, word: string) =>
      makeSpan({
        traceId: traceIdOf(9),
        spanId: spanIdOf(id),
        startNs: hourAgo,
        attributes: [text("run_id", "read"), text("word", word)],
      });
    const ids = async (q: string) => spanSearchSchema.parse(await (await call("read", q)).json()).span_ids;
    await services.storeSpans([span(90, "early")]);
    const params = { runId: "read" };
    await callRoute(services, getSpans, { method: "GET", params, query: "?format=columns" });
    expect(await ids("word=early")).toEqual([spanIdOf(90)]);
    await services.storeSpans([{ ...span(91, "late"), startNs: nanoseconds(hourAgo + 5_000_000_000n) }]);
    expect(await ids("word=late")).toEqual([spanIdOf(91)]);
    const gone = await callRoute(services, deleteRun, { method: "DELETE", params });
    expect(gone.status).toBe(200);
    expect((await call("read", "word=early")).status).toBe(404);
  });

  it("knows no run of another id", async () => {
    expect((await call("nobody", "x")).status).toBe(404);
  });
});
