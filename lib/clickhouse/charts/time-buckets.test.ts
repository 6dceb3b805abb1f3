import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseBuckets } from "./time-buckets";

const dayMs = 86_400_000;
const t0 = Date.UTC(2026, 10, 23, 19, 36, 5, 120);

describe("chooseBuckets", () => {
  it.each([
    [1, 1],
    [120, 1],
    [121, 2],
    [60_000, 500],
    [3 * 60_000, 2_000],
    [3_600_000, 30_000],
    [dayMs, 900_000],
    [3 * dayMs, 3_600_000],
    [365 * dayMs, 7 * dayMs],
    [200 * 365 * dayMs, 28 * 32 * dayMs],
  ])("%d ms of time in buckets of %d ms", (lengthMs, widthMs) =>
    expect(
      chooseBuckets(Math.floor(t0 / dayMs) * dayMs, Math.floor(t0 / dayMs) * dayMs + lengthMs, 120).widthMs,
    ).toBe(widthMs),
  );

  it("gives no bucket to no time", () => {
    expect(chooseBuckets(5, 5, 120).count).toBe(0);
    expect(chooseBuckets(5, 4, 120).count).toBe(0);
  });

  it("covers the range with the fewest that are needed, on multiples of their width", () => {
    const moment = fc.integer({ min: 0, max: 9_000_000_000_000 });
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 1, max: 4e12 }),
        fc.integer({ min: 2, max: 120 }),
        (from, length, max) => {
          const { startMs, widthMs, count } = chooseBuckets(from, from + length, max);
          expect(startMs % widthMs).toBe(0);
          expect(startMs).toBeLessThanOrEqual(from);
          expect(startMs + widthMs).toBeGreaterThan(from);
          expect(startMs + count * widthMs).toBeGreaterThanOrEqual(from + length);
          expect(startMs + (count - 1) * widthMs).toBeLessThan(from + length);
          expect(count).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});
