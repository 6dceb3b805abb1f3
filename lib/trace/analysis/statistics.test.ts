import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupStatistics, quantile } from "./statistics";

const grouped = (spans: readonly { group: number; ns: number; error?: boolean }[], groups: number) => ({
  count: spans.length,
  group: Int32Array.from(spans, ({ group }) => group),
  groups,
  durationNs: Float64Array.from(spans, ({ ns }) => ns),
  shownNs: Float64Array.from(spans, ({ ns }) => ns / 2),
  selfNs: Float64Array.from(spans, ({ ns }) => ns / 4),
  pathNs: Float64Array.from(spans, ({ ns }) => ns / 8),
  error: Uint8Array.from(spans, ({ error }) => (error ? 1 : 0)),
});

describe("groupStatistics", () => {
  it("throws where a span is of a group that there is not", () => {
    expect(() => groupStatistics(grouped([{ group: 2, ns: 1 }], 2))).toThrow(RangeError);
  });

  it("sums each group up and leaves out what is in none", () => {
    const spans = [
      { group: -1, ns: 1_000 },
      { group: 1, ns: 80 },
      { group: 0, ns: 200, error: true },
      { group: 1, ns: 160 },
    ];
    expect(groupStatistics(grouped(spans, 3))).toEqual([
      {
        first: 2,
        count: 1,
        errorCount: 1,
        totalNs: 100,
        selfNs: 50,
        pathNs: 25,
        p50Ns: 200,
        p95Ns: 200,
        maxNs: 200,
      },
      {
        first: 1,
        count: 2,
        errorCount: 0,
        totalNs: 120,
        selfNs: 60,
        pathNs: 30,
        p50Ns: 120,
        p95Ns: 156,
        maxNs: 160,
      },
      undefined,
    ]);
  });

  it("counts every span in its group, with the quantiles that sorting gives", () => {
    const anySpans = fc.array(
      fc.record({ group: fc.integer({ min: -1, max: 4 }), ns: fc.nat(1_000), error: fc.boolean() }),
    );
    fc.assert(
      fc.property(anySpans, (spans) => {
        for (const [group, row] of groupStatistics(grouped(spans, 5)).entries()) {
          const mine = spans.filter((span) => span.group === group);
          const sorted = mine.map(({ ns }) => ns).sort((a, b) => a - b);
          expect(row?.count ?? 0).toBe(mine.length);
          if (!row) continue;
          expect(row.first).toBe(spans.findIndex((span) => span.group === group));
          expect(row.errorCount).toBe(mine.filter(({ error }) => error).length);
          expect(row.totalNs).toBe(sorted.reduce((sum, ns) => sum + ns / 2, 0));
          expect(row.maxNs).toBe(sorted.at(-1));
          expect(sorted.filter((ns) => ns <= row.p50Ns).length).toBeGreaterThanOrEqual(sorted.length / 2);
          expect(row.p95Ns).toBeGreaterThanOrEqual(row.p50Ns);
        }
      }),
    );
  });
});

it("has quantiles for one value and for none", () => {
  expect(quantile(Float64Array.of(7), 0.95)).toBe(7);
  expect(quantile(new Float64Array(0), 0.5)).toBe(0);
});
