import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunsQuery, runsQuerySchema } from "@/lib/api/runs";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";
import { migrate } from "../schema/migrate";
import { insertSpans } from "../spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "../testing/spans";
import { BadCursor, listRuns } from "./list-runs";
import { findRun, withCounts } from "./runs";

let database: TestDatabase;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ["otel_traces", "jiva_traces", "jiva_run_traces"]) {
    await database.traces.command({ query: `TRUNCATE TABLE ${table}` });
  }
});

const t0 = 1_767_225_600_000_000_000n;
const secondNs = 1_000_000_000n;
const runId = (id: string) => [text("run_id", id)];
const at = (seconds: number) => nanoseconds(t0 + BigInt(Math.round(seconds * 1e9)));

/** A root and one child, one second apart, of trace number `trace`. */
function twoSpans(trace: number, over: Partial<Span> = {}): Span[] {
  const startNs = over.startNs ?? at(0);
  return [
    makeSpan({ traceId: traceIdOf(trace), spanId: spanIdOf(1), name: "ask", ...over }),
    makeSpan({
      traceId: traceIdOf(trace),
      spanId: spanIdOf(2),
      parentSpanId: spanIdOf(1),
      name: "plan",
      startNs: nanoseconds(startNs + secondNs),
      durationNs: nanoseconds(secondNs),
    }),
  ];
}

const list = (over: Partial<RunsQuery> = {}) => listRuns(database, runsQuerySchema.parse(over));
const listIds = async (over: Partial<RunsQuery> = {}) => (await list(over)).runs.map(({ run_id }) => run_id);

describe("listRuns", () => {
  it("is empty without spans", async () => {
    expect(await list()).toEqual({ runs: [], next: null });
  });

  it("gives newest first, with details and exact counts", async () => {
    await insertSpans(database, [
      ...twoSpans(1, {
        attributes: [...runId("r1"), text("question", "Why?"), text("mode", "combined")],
        status: "Error",
      }),
      ...twoSpans(2, { startNs: at(10), name: "GET /", serviceName: "web" }),
    ]);
    expect((await list()).runs).toEqual([
      {
        run_id: traceIdOf(2),
        trace_ids: [traceIdOf(2)],
        name: "GET /",
        question: "",
        mode: "",
        status: "ok",
        service: "web",
        started_at: "2026-01-01T00:00:10.000000000Z",
        duration_ms: 2_000,
        span_count: 2,
        error_count: 0,
      },
      {
        run_id: "r1",
        trace_ids: [traceIdOf(1)],
        name: "ask",
        question: "Why?",
        mode: "combined",
        status: "error",
        service: "shop",
        started_at: "2026-01-01T00:00:00.000000000Z",
        duration_ms: 2_000,
        span_count: 2,
        error_count: 1,
      },
    ]);
  });

  it("counts a span once, however often and late it arrives", async () => {
    const [root, child] = twoSpans(1, { attributes: runId("r1") }) as [Span, Span];
    await insertSpans(database, [child]);
    expect(await listIds()).toEqual([traceIdOf(1)]);
    await insertSpans(database, [child, root]);
    await insertSpans(database, [root]);
    const { runs } = await list();
    expect(runs).toMatchObject([{ run_id: "r1", name: "ask", span_count: 2, duration_ms: 2_000 }]);
  });

  it("puts all traces of a run_id together, and a trace with several into each of its runs", async () => {
    await insertSpans(database, [
      ...twoSpans(1, { attributes: runId("a") }),
      ...twoSpans(2, { attributes: runId("a"), startNs: at(5) }),
      makeSpan({ traceId: traceIdOf(2), spanId: spanIdOf(3), startNs: at(6), attributes: runId("b") }),
    ]);
    const { runs } = await list();
    expect(runs.map(({ run_id, trace_ids, span_count }) => ({ run_id, trace_ids, span_count }))).toEqual([
      { run_id: "b", trace_ids: [traceIdOf(2)], span_count: 3 },
      { run_id: "a", trace_ids: [traceIdOf(1), traceIdOf(2)], span_count: 5 },
    ]);
  });

  it("pages through equal starts and long gaps without losing or repeating a run", async () => {
    const spans = [0, 0, 0, 0, 3_600, 90_000, 90_000, 40_000_000].flatMap((seconds, i) =>
      twoSpans(i + 1, { startNs: at(seconds), attributes: runId(`r${i}`) }),
    );
    await insertSpans(database, spans);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page++) {
      const answer = await list({ limit: 3, ...(cursor && { cursor }) });
      seen.push(...answer.runs.map(({ run_id }) => run_id));
      if (answer.next === null) break;
      cursor = answer.next;
    }
    expect(seen).toEqual(["r7", "r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
  });

  it("filters by text, status, service and time", async () => {
    await insertSpans(database, [
      ...twoSpans(1, { attributes: [...runId("r-One"), text("question", "Wie viele Räder?")] }),
      ...twoSpans(2, { startNs: at(10), name: "GET /bikes", serviceName: "web", status: "Error" }),
      ...twoSpans(3, { startNs: at(20), attributes: runId("r-two") }),
      makeSpan({ traceId: traceIdOf(3), spanId: spanIdOf(9), startNs: at(21), status: "Error" }),
    ]);
    expect(await listIds({ q: "RÄDER" })).toEqual(["r-One"]);
    expect(await listIds({ q: "r-" })).toEqual(["r-two", "r-One"]);
    expect(await listIds({ q: "get /bikes" })).toEqual([traceIdOf(2)]);
    expect(await listIds({ q: traceIdOf(3) })).toEqual(["r-two"]);
    expect(await listIds({ q: "%" })).toEqual([]);
    expect(await listIds({ status: "error" })).toEqual(["r-two", traceIdOf(2)]);
    expect(await listIds({ status: "ok" })).toEqual(["r-One"]);
    expect(await listIds({ service: "web" })).toEqual([traceIdOf(2)]);
    expect(await listIds({ from: "2026-01-01T00:00:10Z" })).toEqual(["r-two", traceIdOf(2)]);
    expect(await listIds({ to: "2026-01-01T00:00:10Z" })).toEqual(["r-One"]);
    expect(await listIds({ from: "2027-01-01T00:00:00Z" })).toEqual([]);
    expect(await listIds({ to: "1931-01-01T00:00:00Z" })).toEqual([]);
  });

  it("filters by mode, which is that of a run's first trace that has one", async () => {
    await insertSpans(database, [
      ...twoSpans(1, { attributes: runId("both") }),
      ...twoSpans(2, { startNs: at(5), attributes: [...runId("both"), text("mode", "structured")] }),
      ...twoSpans(3, { startNs: at(10), attributes: [...runId("both"), text("mode", "combined")] }),
      ...twoSpans(4, { startNs: at(20), attributes: [...runId("other"), text("mode", "it's\\")] }),
      ...twoSpans(5, { startNs: at(30) }),
    ]);
    for (const limit of [1, 50]) {
      expect(await listIds({ mode: "structured", limit })).toEqual(["both"]);
      expect(await listIds({ mode: "combined", limit })).toEqual([]);
      expect(await listIds({ mode: "it's\\", limit })).toEqual(["other"]);
      expect(await listIds({ mode: "", limit })).toEqual([traceIdOf(5)]);
      expect(await listIds({ mode: "structured", status: "ok", q: "BOTH", limit })).toEqual(["both"]);
    }
  });

  it("refuses a cursor that it did not give out", async () => {
    await insertSpans(database, twoSpans(1));
    for (const cursor of [
      "x",
      "",
      Buffer.from("[1,2]").toString("base64url"),
      Buffer.from('["-1","a"]').toString("base64url"),
    ]) {
      await expect(list({ cursor })).rejects.toBeInstanceOf(BadCursor);
    }
  });

  it("shows a span that ends before its start with no length", async () => {
    await insertSpans(database, twoSpans(1).slice(0, 1));
    await database.traces.command({
      query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, Duration) VALUES ('2026-01-02 00:00:00', 'negative', 'a', 18446744073709551000)`,
    });
    expect((await list()).runs[0]).toMatchObject({ run_id: "negative", duration_ms: 0 });
  });
});

describe("run ids from anywhere", () => {
  it.each([
    "it's",
    "back\\slash\\'",
    "'; DROP TABLE otel_traces; --",
    "line\nbreak\ttab\r",
    "null\0byte",
    "ünï 🚲 한국",
    "{r:String}",
    "%2F/../?a=b&c",
    "['a','b']",
    "\\N",
    "<script>alert(1)</script>",
    "x".repeat(1_000),
    "🚲".repeat(1_000),
  ])("finds the run %.40j", async (id) => {
    await insertSpans(database, [...twoSpans(1, { attributes: runId(id) }), ...twoSpans(2)]);
    const run = await findRun(database, id);
    expect(run && (await withCounts(database, [run]))).toMatchObject([{ run_id: id, span_count: 2 }]);
    expect(await listIds({ q: id })).toEqual([id]);
    // Through a cursor too: this run starts with the other, so one of the two pages begins below it.
    const first = await list({ limit: 1 });
    expect([...first.runs, ...(await list({ limit: 1, cursor: first.next ?? "" })).runs]).toHaveLength(2);
    expect(await findRun(database, `${id}x`)).toBeUndefined();
  });

  it("finds a trace by its own id whose run_id no address could hold", async () => {
    const tooLong = "é".repeat(1_001);
    await insertSpans(database, twoSpans(1, { attributes: runId(tooLong) }));
    expect(await findRun(database, traceIdOf(1))).toMatchObject({ runId: traceIdOf(1) });
    expect(await findRun(database, tooLong)).toBeUndefined();
    expect(await listIds({ q: "" })).toEqual([traceIdOf(1)]);
  });
});

describe("findRun", () => {
  it("finds a run by the id of any of its traces", async () => {
    await insertSpans(database, [
      ...twoSpans(1, { attributes: runId("a") }),
      ...twoSpans(2, { attributes: runId("a"), startNs: at(5) }),
      ...twoSpans(3),
    ]);
    expect((await findRun(database, traceIdOf(2)))?.runId).toBe("a");
    expect((await findRun(database, traceIdOf(2)))?.traceIds).toEqual([traceIdOf(1), traceIdOf(2)]);
    expect((await findRun(database, traceIdOf(3)))?.runId).toBe(traceIdOf(3));
    expect(await findRun(database, "nobody")).toBeUndefined();
  });

  it("takes a run_id before a trace id that is spelled alike", async () => {
    await insertSpans(database, [
      ...twoSpans(1, { attributes: runId("other") }),
      ...twoSpans(2, { attributes: runId(traceIdOf(1)) }),
    ]);
    const run = await findRun(database, traceIdOf(1));
    expect(run).toMatchObject({ runId: traceIdOf(1), traceIds: [traceIdOf(2)] });
  });
});
