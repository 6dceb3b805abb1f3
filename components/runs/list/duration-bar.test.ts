import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationToBar, percentile } from "./duration-bar";

describe("percentile", () => {
  it("is the value at the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(hundred, 0.95)).toBe(95);
    expect(percentile([3], 0.95)).toBe(3);
    expect(percentile([5, 1], 0)).toBe(1);
    expect(percentile([], 0.95)).toBe(0);
  });

  it("is one of the values, and at least that share do not exceed it", () => {
    const values = fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const value = percentile(list, share);
        expect(list).toContain(value);
        expect(list.filter((other) => other <= value).length).toBeGreaterThanOrEqual(share * list.length);
      }),
    );
  });
});

describe("durationToBar", () => {
  it.each([
    [50, 100, 0.5, false],
    [100, 100, 1, false],
    [400, 100, 1, true],
    [0, 100, 0, false],
    [5, 0, 0, false],
  ])("%d ms against %d ms", (durationMs, p95Ms, fraction, isOver) =>
    expect(durationToBar(durationMs, p95Ms)).toEqual({ fraction, isOver }),
  );
});
