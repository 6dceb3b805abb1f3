import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunChart, type RunChartQuery, runChartSchema } from "@/lib/api/run-chart";
import { createRandom } from "@/lib/base/random";
import { isLong } from "@/lib/base/testing/length";
import { nanoseconds } from "@/lib/base/time";
import { workKinds } from "@/lib/trace/names";
import { migrate } from "../schema/migrate";
import { insertSpans } from "../spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { at, chartByHand, ms, randomSpans, t0Ms } from "../testing/run-chart-by-hand";
import { makeSpan, text, traceIdOf } from "../testing/spans";
import { readRunChart } from "./run-chart";

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

const nowMs = t0Ms + 3 * 3_600_000;
const iso = (offsetMs: number) => new Date(t0Ms + offsetMs).toISOString();

async function read(query: RunChartQuery = {}): Promise<RunChart> {
  const chart = await readRunChart(database, query, nowMs);
  return runChartSchema.parse(chart);
}

describe("the range", () => {
  it("is nothing where nothing is stored, and what was asked for where it was", async () => {
    expect(await read()).toMatchObject({ from: null, to: null, runs: 0, buckets: [], kinds: [] });
    expect(await read({ from: iso(0), to: iso(60_000) })).toMatchObject({
      from: iso(0),
      to: iso(60_000),
      runs: 0,
    });
    expect(await read({ from: iso(60_000), to: iso(0) })).toMatchObject({ from: null, runs: 0 });
  });

  it("is that of the stored runs of the last day, or of all where those are older", async () => {
    const old = makeSpan({ startNs: at(-50 * 3_600_000), traceId: traceIdOf(1) });
    await insertSpans(database, [old]);
    expect(await read()).toMatchObject({ runs: 1, bucket_ms: 1, from: iso(-50 * 3_600_000) });
    await insertSpans(database, [
      makeSpan({ startNs: at(0), traceId: traceIdOf(2) }),
      makeSpan({ startNs: at(60_000), traceId: traceIdOf(3) }),
    ]);
    expect(await read()).toMatchObject({ runs: 2, bucket_ms: 1_000, from: iso(0), to: iso(61_000) });
    expect(await read({ to: iso(1) })).toMatchObject({ runs: 2, from: iso(-50 * 3_600_000) });
    // "Since" goes on to now.
    expect(await read({ from: iso(-3_600_000) })).toMatchObject({
      runs: 2,
      from: iso(-3_600_000),
      to: iso(3 * 3_600_000),
    });
  });

  it("bounds the buckets whatever the clocks say", async () => {
    await insertSpans(database, [
      makeSpan({ startNs: nanoseconds(1n), traceId: traceIdOf(1) }),
      makeSpan({ startNs: at(0), traceId: traceIdOf(2) }),
    ]);
    const { buckets } = await read({ from: "1970-01-01T00:00:00Z", to: "9999-12-31T00:00:00Z" });
    expect(buckets.map(({ runs }) => runs)).toEqual([1, 1]);
  });
});

it("takes the nearest rank of durations, for each kind of run", async () => {
  const runs = Array.from({ length: 100 }, (_, i) =>
    makeSpan({
      traceId: traceIdOf(i + 1),
      startNs: at(i),
      durationNs: ms(100 - i),
      attributes: [text("mode", i < 20 ? "structured" : "combined")],
    }),
  );
  await insertSpans(database, runs);
  const chart = await read({ from: iso(0), to: iso(12_000) });
  expect(chart).toMatchObject({ p50_ms: 50, p95_ms: 95, bucket_ms: 100 });
  expect(chart.kinds).toEqual([
    { mode: "combined", name: "", runs: 80 },
    { mode: "structured", name: "", runs: 20 },
  ]);
  expect(chart.buckets[0]?.kinds).toEqual([
    { kind: 0, runs: 80, p50_ms: 40, p95_ms: 76 },
    { kind: 1, runs: 20, p50_ms: 90, p95_ms: 99 },
  ]);
});

it("tells the most frequent kinds apart and the rest together", async () => {
  const names = ["a", "a", "a", "a", "b", "b", "b", "c", "c", "'d\\", "'d\\", "e", "f"];
  await insertSpans(
    database,
    names.map((name, i) => makeSpan({ traceId: traceIdOf(i + 1), startNs: at(i), name })),
  );
  expect((await read()).kinds).toEqual([
    { mode: "", name: "a", runs: 4 },
    { mode: "", name: "b", runs: 3 },
    { mode: "", name: "'d\\", runs: 2 },
    { mode: "", name: "c", runs: 2 },
    { mode: "", name: "", runs: 2 },
  ]);
});

it("looks into the newest runs of a crowded bucket and says how many", async () => {
  await insertSpans(
    database,
    Array.from({ length: 60 }, (_, i) =>
      makeSpan({
        traceId: traceIdOf(i + 1),
        startNs: at(i / 100),
        name: "plan",
        durationNs: ms(i < 20 ? 1_000 : 1),
      }),
    ),
  );
  const { stages, runs } = await read({ from: iso(0), to: iso(1_000) });
  expect(runs).toBe(60);
  expect(stages).toMatchObject({ runs: 40, spans: 40 });
  expect(stages.stretches[0]?.self_ms[workKinds.indexOf("plan")]).toBe(40);
});

describe("against a count by hand", () => {
  const queries: RunChartQuery[] = [
    {},
    { status: "error" },
    { status: "ok" },
    { mode: "structured" },
    { mode: "" },
    { service: "it's" },
    { q: "räder" },
    { q: "%" },
    { from: iso(20 * 60_000), to: iso(80 * 60_000) },
    { from: iso(59 * 60_000), to: iso(61 * 60_000), status: "error", service: "shop" },
    { to: iso(30 * 60_000), mode: "combined", q: "r-" },
  ];

  it.each(isLong ? [1, 2, 3] : [1])("all numbers, with seed %d", async (seed) => {
    const spans = randomSpans(seed);
    // Children before their roots, some spans twice, in several inserts.
    const random = createRandom(seed + 100);
    const arrivals = [...spans, ...spans.filter(() => random() < 0.1)].sort(
      (a, b) =>
        Number(a.parentSpanId === "") - Number(b.parentSpanId === "") || Number(a.spanId < b.spanId) - 0.5,
    );
    for (let i = 0; i < arrivals.length; i += 97) await insertSpans(database, arrivals.slice(i, i + 97));
    for (const query of queries) {
      const chart = await read(query);
      expect(rounded(chart), JSON.stringify(query)).toEqual(rounded(chartByHand(spans, query, chart)));
    }
  });
});

/** Sums of self times to the nanosecond: they are added in another order here and there. */
function rounded(chart: RunChart): RunChart {
  const stretches = chart.stages.stretches.map((stretch) => ({
    ...stretch,
    self_ms: stretch.self_ms.map((each) => Math.round(each * 1e6) / 1e6),
  }));
  return { ...chart, stages: { ...chart.stages, stretches } };
}
