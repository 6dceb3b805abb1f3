import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunChart } from "@/lib/api/run-chart";
import { workKinds } from "@/lib/trace/names";
import { chartToSeries, chooseScale, kindLabel } from "./chart-series";

const t0 = Date.UTC(2026, 10, 23, 19);
const iso = (ms: number) => new Date(t0 + ms).toISOString();
const self = (times: Readonly<Record<string, number>>) => workKinds.map((kind) => times[kind] ?? 0);

const chart: RunChart = {
  from: iso(0),
  to: iso(4_000),
  bucket_ms: 1_000,
  runs: 5,
  errors: 1,
  p50_ms: 20,
  p95_ms: 900,
  kinds: [
    { mode: "structured", name: "", runs: 4 },
    { mode: "", name: "", runs: 1 },
  ],
  buckets: [
    { start: iso(1_000), runs: 4, errors: 0, kinds: [{ kind: 0, runs: 4, p50_ms: 20, p95_ms: 30 }] },
    { start: iso(3_000), runs: 1, errors: 1, kinds: [{ kind: 1, runs: 1, p50_ms: 900, p95_ms: 900 }] },
  ],
  stages: {
    runs: 4,
    spans: 9,
    stretches: [
      { start: iso(0), end: iso(2_000), runs: 4, self_ms: self({ plan: 30, other: 10 }) },
      { start: iso(2_000), end: iso(4_000), runs: 1, self_ms: self({}) },
    ],
  },
  statuses: { ok: 4, error: 1 },
  modes: [],
  services: [],
  services_left_out: 0,
};

describe("chartToSeries", () => {
  it("has a row for every bucket of the axis, also where nothing ran", () => {
    const series = chartToSeries(chart);
    expect(series?.buckets.map(({ startMs, runs }) => [startMs - t0, runs])).toEqual([
      [0, 0],
      [1_000, 4],
      [2_000, 0],
      [3_000, 1],
    ]);
    expect(series?.buckets[1]).toMatchObject({
      atMs: t0 + 1_500,
      kinds: [{ runs: 4, p50Ms: 20, p95Ms: 30 }, undefined],
    });
    expect(series?.maxErrors).toBe(1);
  });

  it("turns times into shares, also where there is no time", () => {
    const series = chartToSeries(chart);
    expect(series?.works).toEqual(["plan", "other"]);
    expect(series?.stretches[0]?.shares[workKinds.indexOf("plan")]).toBe(0.75);
    expect(series?.stretches[1]?.shares.every((share) => share === 0)).toBe(true);
  });

  it("is nothing without an axis", () => {
    expect(chartToSeries({ ...chart, from: null, to: null, buckets: [] })).toBeUndefined();
  });
});

it("names kinds by their mode, then by their root, and the rest together", () => {
  expect(kindLabel("combined", "")).toBe("Both");
  expect(kindLabel("toString", "")).toBe("toString");
  expect(kindLabel("", "GET /")).toBe("GET /");
  expect(kindLabel("", "")).toBe("Others");
});

describe("chooseScale", () => {
  it.each([
    [[], false, [0, 1]],
    [[12, 40], false, [0, 20, 40]],
    [[41], false, [0, 20, 40, 60]],
    [[270], false, [0, 100, 200, 300]],
    [[30, 2_000_000], true, [10, 1_000, 60_000, 3_600_000]],
    [[0.3, 0.9], false, [0, 0.5, 1]],
    [[2, 900], true, [1, 10, 100, 1_000]],
    [[0, 5], true, [1e-3, 0.1, 10]],
  ])("of %j", (durations, isLog, ticks) => {
    const scale = chooseScale(durations);
    expect(scale.isLog).toBe(isLog);
    expect(scale.ticksMs.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
  });

  it("holds every duration, with few ticks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1 }),
        (durations) => {
          const { lowMs, highMs, ticksMs } = chooseScale(durations);
          expect(ticksMs.length).toBeGreaterThan(1);
          expect(ticksMs.length).toBeLessThanOrEqual(4);
          for (const duration of durations) {
            expect(duration).toBeGreaterThanOrEqual(lowMs * 0.999);
            expect(duration).toBeLessThanOrEqual(highMs * 1.001);
          }
          for (const tick of ticksMs) expect(tick).toBeLessThanOrEqual(highMs * 1.001);
        },
      ),
    );
  });
});
