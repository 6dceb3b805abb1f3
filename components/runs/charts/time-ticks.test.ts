import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatStretch, formatTick, timeTicks } from "./time-ticks";

const minuteMs = 60_000;
const t0 = new Date(2026, 10, 23, 19, 36, 5, 120).getTime();

describe("timeTicks", () => {
  it("lie within the range, evenly, and are not too many", () => {
    const start = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(
        start,
        fc.integer({ min: 1, max: 9e11 }),
        fc.integer({ min: 2, max: 12 }),
        (from, length, most) => {
          const ticks = timeTicks(from, from + length, most, 3_600_000);
          expect(ticks.length).toBeLessThanOrEqual(most);
          for (const [i, tick] of ticks.entries()) {
            expect(tick).toBeGreaterThanOrEqual(from);
            expect(tick).toBeLessThanOrEqual(from + length);
            if (i > 1) expect(tick - (ticks[i - 1] ?? 0)).toBe((ticks[1] ?? 0) - (ticks[0] ?? 0));
          }
        },
      ),
    );
  });

  it("are round in the reader's zone", () => {
    const from = Date.UTC(2026, 0, 1, 1);
    expect(timeTicks(from, from + 48 * 3_600_000, 4, 5.5 * 3_600_000)).toEqual(
      [6.5, 18.5, 30.5, 42.5].map((hours) => Date.UTC(2026, 0, 1) + hours * 3_600_000),
    );
    expect(timeTicks(from, from, 5, 0)).toEqual([from]);
  });
});

describe("formats", () => {
  it("says what the length of the axis needs", () => {
    const midnight = new Date(2026, 10, 23).getTime();
    expect(formatTick(t0, 20 * minuteMs)).toBe("19:36");
    expect(formatTick(t0, minuteMs)).toBe("19:36:05");
    expect(formatTick(t0, 500)).toBe("19:36:05.120");
    expect(formatTick(t0, 8 * 86_400_000)).toBe("Nov 23");
    expect(formatTick(midnight, 86_400_000)).toBe("Nov 23");
    expect(formatTick(t0, 900 * 86_400_000)).toBe("Nov 2026");
  });

  it("says the day of a stretch once", () => {
    expect(formatStretch(t0 - 5_120, t0 + 54_880)).toBe("Nov 23, 19:36 – 19:37");
    expect(formatStretch(t0 - 120, t0 + 880)).toBe("Nov 23, 19:36:05 – 19:36:06");
    expect(formatStretch(t0, t0 + 5)).toBe("Nov 23, 19:36:05.120 – 19:36:05.125");
    expect(formatStretch(t0 - 5_120, t0 - 5_120 + 86_400_000)).toBe("Nov 23, 19:36 – Nov 24, 19:36");
  });
});
