import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runsQuerySchema } from "@/lib/api/runs";
import { isLong } from "@/lib/base/testing/length";
import { msToNs, nanoseconds } from "@/lib/base/time";
import { listRuns } from "../runs/list-runs";
import { migrate } from "../schema/migrate";
import { insertSpans } from "../spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "../testing/spans";
import { clearAllTraces, clearOldTraces, deleteRun } from "./clear-traces";

let database: TestDatabase;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await clearAllTraces(database);
});

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 0, 20);

/** `spans` spans of a trace, the first `daysAgo` days ago, one second apart. */
const trace = (n: number, daysAgo: number, spans: number, runId = `r${n}`) =>
  Array.from({ length: spans }, (_, i) =>
    makeSpan({
      traceId: traceIdOf(n),
      spanId: spanIdOf(i + 1),
      parentSpanId: i === 0 ? "" : spanIdOf(1),
      startNs: nanoseconds(msToNs(nowMs - daysAgo * dayMs) + BigInt(i) * 1_000_000_000n),
      attributes: [text("run_id", runId)],
    }),
  );

async function runIds(): Promise<string[]> {
  return (await listRuns(database, runsQuerySchema.parse({}))).runs.map(({ run_id }) => run_id);
}

async function rowsIn(table: string): Promise<number> {
  const result = await database.traces.query({
    query: `SELECT count() AS n FROM ${table}`,
    format: "JSONEachRow",
  });
  return Number((await result.json<{ n: string }>())[0]?.n);
}

async function leftovers(): Promise<number[]> {
  return Promise.all(
    ["otel_traces", "otel_traces_trace_id_ts", "jiva_traces", "jiva_run_traces"].map(rowsIn),
  );
}

describe("clearOldTraces", () => {
  it("deletes whole traces that are older, counts each span once, and cleans every table", async () => {
    const old = trace(1, 6, 3);
    await insertSpans(database, [...old, ...trace(2, 4, 2)]);
    await insertSpans(database, [...old, ...trace(3, 40, 1)]);
    expect(await clearOldTraces(database, 5, nowMs)).toEqual({
      deleted_traces: 2,
      deleted_spans: 4,
      remaining_spans: 2,
    });
    expect(await runIds()).toEqual(["r2"]);
    expect(await leftovers()).toEqual([2, 1, 1, 1]);
    expect(await clearOldTraces(database, 5, nowMs)).toEqual({
      deleted_traces: 0,
      deleted_spans: 0,
      remaining_spans: 2,
    });
  });

  it("leaves a trace whole that has one span at or after the cut", async () => {
    await insertSpans(database, trace(1, 5 + 1 / 86_400, 2));
    expect(await clearOldTraces(database, 5, nowMs)).toMatchObject({ deleted_spans: 0, remaining_spans: 2 });
    await insertSpans(database, trace(2, 5, 1));
    expect(await clearOldTraces(database, 5, nowMs)).toMatchObject({ deleted_spans: 0, remaining_spans: 3 });
    // A millisecond later the newest spans of both, which were exactly at the cut, are older than it.
    expect(await clearOldTraces(database, 5, nowMs + 1)).toMatchObject({ deleted_spans: 3 });
  });

  it("takes any number of days", async () => {
    await insertSpans(database, trace(1, 1, 1));
    expect(await clearOldTraces(database, 36_500, nowMs)).toMatchObject({ deleted_spans: 0 });
    expect(await clearOldTraces(database, 0, nowMs)).toMatchObject({ deleted_spans: 1, remaining_spans: 0 });
  });

  it("counts true beside inserts and other deletions", async () => {
    await insertSpans(database, [...trace(1, 10, 4), ...trace(2, 10, 4)]);
    const [first, second] = await Promise.all([
      clearOldTraces(database, 5, nowMs),
      clearOldTraces(database, 5, nowMs),
      ...Array.from({ length: 10 }, (_, i) => insertSpans(database, trace(100 + i, 1, 2))),
    ]);
    expect([first.deleted_spans, second.deleted_spans]).toEqual([8, 0]);
    expect(await runIds()).toHaveLength(10);
    expect((await clearOldTraces(database, 5, nowMs)).remaining_spans).toBe(20);
  });

  it("counts each span in one of two deletions of two processes", async () => {
    await insertSpans(database, [...trace(1, 10, 4), ...trace(2, 20, 4), ...trace(3, 1, 1)]);
    // A copy of the module has a line of its own, as another process has.
    vi.resetModules();
    const another = await import("./clear-traces");
    const answers = await Promise.all([
      clearOldTraces(database, 5, nowMs),
      another.clearOldTraces(database, 15, nowMs),
      another.deleteRun(database, "r1"),
    ]);
    expect(answers.reduce((sum, answer) => sum + (answer?.deleted_spans ?? 0), 0)).toBe(8);
    expect(answers.reduce((sum, answer) => sum + (answer?.deleted_traces ?? 0), 0)).toBe(2);
    expect(await leftovers()).toEqual([1, 1, 1, 1]);
  });

  // The long form; "counts true beside inserts" is its short one.
  if (isLong) {
    it("leaves nothing half deleted among inserts, whatever is cleared", async () => {
      let stored = 0;
      let next = 1;
      let isClearing = true;
      const insertWhole = async () => {
        while (isClearing && next < 400) {
          const n = next++;
          await insertSpans(database, trace(n, n % 2 === 0 ? 10 : 1, 3));
          stored += 3;
        }
      };
      const inserting = [insertWhole(), insertWhole()];
      const byDays = [await clearOldTraces(database, 5, nowMs), await clearOldTraces(database, 5, nowMs)];
      const all = await clearAllTraces(database);
      const after = await clearOldTraces(database, 5, nowMs);
      isClearing = false;
      await Promise.all(inserting);

      const { remaining_spans, deleted_spans } = await clearOldTraces(database, 36_500, nowMs);
      expect(deleted_spans).toBe(0);
      expect(remaining_spans).toBe(await rowsIn("otel_traces"));
      expect(remaining_spans % 3).toBe(0);
      // Emptying a table and counting it are two statements: what is stored in between is gone uncounted.
      const counted = [...byDays, all, after].reduce((sum, each) => sum + each.deleted_spans, 0);
      expect(counted + remaining_spans).toBeLessThanOrEqual(stored);
      expect(counted).toBeGreaterThan(0);
      // The derived rows are those that the spans give, no more and no less.
      const derived = async (source: string) =>
        (await database.traces.query({ query: source, format: "JSONEachRow" })).json();
      expect(
        await derived("SELECT DISTINCT TraceId, RunId FROM jiva_run_traces ORDER BY TraceId, RunId"),
      ).toEqual(
        await derived(
          "SELECT DISTINCT TraceId, SpanAttributes['run_id'] AS RunId FROM otel_traces ORDER BY TraceId, RunId",
        ),
      );
      expect(
        await derived(
          "SELECT TraceId, min(Start) AS s, max(Last) AS l FROM jiva_traces GROUP BY TraceId ORDER BY TraceId",
        ),
      ).toEqual(
        await derived(
          "SELECT TraceId, min(Timestamp) AS s, max(Timestamp) AS l FROM otel_traces GROUP BY TraceId ORDER BY TraceId",
        ),
      );
    });
  }

  it("leaves no table of its own behind", async () => {
    await insertSpans(database, trace(1, 10, 1));
    await clearOldTraces(database, 5, nowMs);
    const result = await database.traces.query({
      query:
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '^jiva_(doomed|deletion)')",
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([]);
  });
});

describe("clearAllTraces", () => {
  it("empties every table and says what was there", async () => {
    const spans = trace(1, 0, 3);
    await insertSpans(database, spans);
    await insertSpans(database, [...spans, ...trace(2, 90, 1)]);
    expect(await clearAllTraces(database)).toEqual({
      deleted_traces: 2,
      deleted_spans: 4,
      remaining_spans: 0,
    });
    expect(await leftovers()).toEqual([0, 0, 0, 0]);
    await insertSpans(database, spans);
    expect(await runIds()).toEqual(["r1"]);
  });
});

describe("deleteRun", () => {
  it("deletes all traces of a run and nothing else, by its id or a trace's", async () => {
    const hostile = "'; DROP TABLE otel_traces; --\n\\";
    await insertSpans(database, [...trace(1, 1, 2, hostile), ...trace(2, 1, 3, hostile), ...trace(3, 1, 1)]);
    expect(await deleteRun(database, "nobody")).toBeUndefined();
    expect(await deleteRun(database, hostile)).toEqual({ deleted_traces: 2, deleted_spans: 5 });
    expect(await runIds()).toEqual(["r3"]);
    expect(await deleteRun(database, traceIdOf(3))).toEqual({ deleted_traces: 1, deleted_spans: 1 });
    expect(await leftovers()).toEqual([0, 0, 0, 0]);
  });

  it("takes a trace that belongs to two runs from both, and their other traces only from the one", async () => {
    const [root, ...children] = trace(1, 1, 3, "a");
    const shared = children.map((span) => ({ ...span, attributes: [text("run_id", "b")] }));
    await insertSpans(database, [
      ...(root ? [root] : []),
      ...shared,
      ...trace(2, 1, 2, "b"),
      ...trace(3, 1, 2, "a"),
    ]);
    expect(await deleteRun(database, "a")).toEqual({ deleted_traces: 2, deleted_spans: 5 });
    expect(await runIds()).toEqual(["b"]);
    expect(await leftovers()).toEqual([2, 1, 1, 1]);
  });

  it("lets a span that arrives later show its trace again", async () => {
    await insertSpans(database, trace(1, 1, 2));
    await deleteRun(database, "r1");
    await insertSpans(database, trace(1, 1, 2).slice(1));
    expect(await runIds()).toEqual(["r1"]);
  });
});
