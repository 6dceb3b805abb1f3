import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DELETE as clear } from "@/app/api/metrics/clear-otel-traces/route";
import { POST as gantt } from "@/app/api/metrics/gantt-otel/route";
import { GET as exportRun } from "@/app/api/runs/[runId]/export/route";
import { DELETE as deleteRun, GET as getRun } from "@/app/api/runs/[runId]/route";
import { GET as getSpan } from "@/app/api/runs/[runId]/spans/[spanId]/route";
import { GET as getSpans } from "@/app/api/runs/[runId]/spans/route";
import { GET as getRuns } from "@/app/api/runs/route";
import { POST as formerGantt } from "@/app/fastapi/metrics/gantt-otel/route";
import {
  aboutColumnsSchema,
  clearedTracesSchema,
  runSpansSchema,
  runSummarySchema,
  runsAnswerSchema,
  spanColumnsContentType,
  spanDetailSchema,
} from "@/lib/api/runs";
import type { RouteHandler } from "@/lib/server/http/http";
import {
  callRoute,
  decodeSpanColumns,
  makeSpan,
  type RouteCall,
  spanIdOf,
  startTestServices,
  text,
  traceIdOf,
} from "@/lib/server/testing/services";

const services = startTestServices();

beforeAll(storeRuns);

const hostile = "</script>'; DROP TABLE otel_traces;\n../🚲";

/** Storing them again brings back what a test deleted, and changes nothing else: a span counts once. */
async function storeRuns(): Promise<void> {
  await services.storeSpans([
    makeSpan({
      traceId: traceIdOf(1),
      spanId: spanIdOf(1),
      name: "ask",
      attributes: [text("run_id", "a"), text("question", "Why?")],
    }),
    makeSpan({ traceId: traceIdOf(1), spanId: spanIdOf(2), parentSpanId: spanIdOf(1), name: "plan" }),
    makeSpan({
      traceId: traceIdOf(2),
      spanId: spanIdOf(1),
      name: "ask",
      attributes: [text("run_id", hostile)],
    }),
  ]);
}

async function call(
  handler: RouteHandler,
  method: string,
  params: RouteCall["params"] = {},
  body?: unknown,
  { query = "", accept = "application/json" } = {},
): Promise<Response> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return callRoute(services, handler, { method, params, query, headers: { accept }, ...sent });
}

describe("reading", () => {
  it("lists runs, page by page", async () => {
    const first = runsAnswerSchema.parse(
      await (await call(getRuns, "GET", {}, undefined, { query: "?limit=1" })).json(),
    );
    expect(first.runs).toHaveLength(1);
    const query = `?limit=1&cursor=${first.next}`;
    const second = runsAnswerSchema.parse(
      await (await call(getRuns, "GET", {}, undefined, { query })).json(),
    );
    expect(new Set([...first.runs, ...second.runs].map(({ run_id }) => run_id))).toEqual(
      new Set(["a", hostile]),
    );
    expect(second.next).toBeNull();
  });

  it.each(["?cursor=x", "?limit=0", "?limit=2&limit=3", "?nobody=1", "?from=yesterday"])(
    "refuses %s",
    async (query) => {
      const response = await call(getRuns, "GET", {}, undefined, { query });
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    },
  );

  it("gives a run, its spans in both forms, and one whole span", async () => {
    const run = runSummarySchema.parse(await (await call(getRun, "GET", { runId: "a" })).json());
    expect(run).toMatchObject({ run_id: "a", question: "Why?", span_count: 2 });
    const plain = runSpansSchema.parse(await (await call(getSpans, "GET", { runId: "a" })).json());
    expect(plain.names).toEqual(["ask", "plan"]);
    expect(plain.run).toEqual(run);
    const typedAnswers = [
      await call(getSpans, "GET", { runId: "a" }, undefined, { accept: spanColumnsContentType }),
      await call(getSpans, "GET", { runId: "a" }, undefined, { query: "?format=columns" }),
    ];
    for (const typed of typedAnswers) {
      expect(typed.headers.get("content-type")).toBe(spanColumnsContentType);
      const { columns, about } = decodeSpanColumns(await typed.arrayBuffer());
      expect(columns.names).toEqual(plain.names);
      expect(aboutColumnsSchema.parse(about)).toEqual({ run });
    }
    const unknown = await call(getSpans, "GET", { runId: "a" }, undefined, { query: "?format=parquet" });
    expect(unknown.status).toBe(400);
    const ofTrace = (traceId: string) => ({ query: `?trace_id=${traceId}` });
    const inTrace = (traceId: string) =>
      call(getSpan, "GET", { runId: "a", spanId: spanIdOf(1) }, undefined, ofTrace(traceId));
    expect((await inTrace(traceIdOf(1))).status).toBe(200);
    expect((await inTrace(traceIdOf(2))).status).toBe(404);
    const detail = await call(getSpan, "GET", { runId: hostile, spanId: spanIdOf(1) });
    expect(spanDetailSchema.parse(await detail.json()).attributes).toEqual([text("run_id", hostile)]);
  });

  it("says so where there is nothing", async () => {
    for (const response of [
      await call(getRun, "GET", { runId: "nobody" }),
      await call(getSpans, "GET", { runId: "nobody" }),
      await call(getSpan, "GET", { runId: "a", spanId: "nobody" }),
      await call(deleteRun, "DELETE", { runId: "nobody" }),
    ]) {
      expect(response.status).toBe(404);
    }
  });

  it("stores what waits before it says that a run is not there", async () => {
    services.onFlush = () =>
      services.storeSpans([makeSpan({ traceId: traceIdOf(9), attributes: [text("run_id", "fresh")] })]);
    expect((await call(getRun, "GET", { runId: "fresh" })).status).toBe(200);
    services.onFlush = async () => undefined;
    expect((await call(deleteRun, "DELETE", { runId: "fresh" })).status).toBe(200);
  });
});

describe("export", () => {
  it("gives several runs as one file, to be saved", async () => {
    for (const handler of [gantt, formerGantt]) {
      const response = await call(handler, "POST", {}, { run_ids: ["a", hostile, "a"] });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("content-disposition")).toBe('attachment; filename="gantt-a.html"');
      expect(response.headers.get("content-security-policy")).toBe("sandbox allow-scripts");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const html = await response.text();
      expect(html).toMatch(/^<!doctype html>[\s\S]*<title>2 runs[\s\S]*<\/html>\n$/);
      expect(html).not.toContain("DROP TABLE");
    }
  });

  it("gives one run by its address", async () => {
    const response = await call(exportRun, "GET", { runId: hostile }, undefined, { query: "?format=html" });
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="gantt-__script/);
    expect(await response.text()).toContain("</html>");
    expect((await call(exportRun, "GET", { runId: "a" }, undefined, { query: "?format=pdf" })).status).toBe(
      400,
    );
  });

  it("names the runs that are missing", async () => {
    const response = await call(gantt, "POST", {}, { run_ids: ["a", "b", "c"] });
    expect(response.status).toBe(404);
    expect(((await response.json()) as { detail: string }).detail).toContain('"b", "c"');
  });

  it.each([
    {},
    { run_ids: [] },
    { run_ids: [1] },
    { run_ids: ["a"], more: 1 },
    { run_ids: Array(21).fill("a") },
  ])("refuses %j", async (body) => {
    expect((await call(gantt, "POST", {}, body)).status).toBe(400);
  });

  it("gives the place back, however the reading ends", async () => {
    for (let i = 0; i < 12; i++) {
      const response = await call(gantt, "POST", {}, { run_ids: ["a"] });
      expect(response.status).toBe(200);
      await response.body?.cancel();
      expect((await call(gantt, "POST", {}, { run_ids: ["nobody"] })).status).toBe(404);
    }
  });
});

describe("deleting", () => {
  beforeEach(storeRuns);

  it("deletes one run", async () => {
    const response = await call(deleteRun, "DELETE", { runId: hostile });
    expect(await response.json()).toEqual({ deleted_traces: 1, deleted_spans: 1 });
    expect((await call(getRun, "GET", { runId: hostile })).status).toBe(404);
    expect((await call(getRun, "GET", { runId: "a" })).status).toBe(200);
  });

  it("clears by days and by force", async () => {
    const byDays = await call(clear, "DELETE", {}, { days: 36_500 });
    expect(clearedTracesSchema.parse(await byDays.json())).toEqual({
      deleted_traces: 0,
      deleted_spans: 0,
      remaining_spans: 3,
    });
    const byForce = await call(clear, "DELETE", {}, { force: true });
    expect(await byForce.json()).toEqual({ deleted_traces: 2, deleted_spans: 3, remaining_spans: 0 });
  });

  it.each([
    {},
    { days: -1 },
    { days: 1.5 },
    { days: 36_501 },
    { days: 1e308 },
    { days: -0.5 },
    { days: "5" },
    { days: null },
    { days: [5] },
    { force: false },
    { force: "true" },
    { force: null },
    { days: 5, force: true, days_: 1 },
    [],
    null,
    5,
    { days: 1, x: 1 },
  ])("refuses %j and deletes nothing", async (body) => {
    expect((await call(clear, "DELETE", {}, body)).status).toBe(400);
    expect((await call(getRun, "GET", { runId: "a" })).status).toBe(200);
  });
});
