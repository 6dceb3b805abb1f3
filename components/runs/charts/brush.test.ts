import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketAt, dragToBuckets, keyToStep, moveEdge } from "./brush";

describe("dragToBuckets", () => {
  it.each([
    [10, 30, { from: 1, to: 3 }],
    [30, 10, { from: 1, to: 3 }],
    [11, 12, { from: 1, to: 2 }],
    [-50, 500, { from: 0, to: 10 }],
    [99.9, 500, { from: 9, to: 10 }],
    [-9, -5, { from: 0, to: 1 }],
  ])("from %d to %d of 100 px in ten buckets", (from, to, chosen) =>
    expect(dragToBuckets(from, to, 100, 10)).toEqual(chosen),
  );

  it("holds every bucket that was touched", () => {
    const px = fc.double({ min: -50, max: 450, noNaN: true });
    fc.assert(
      fc.property(px, px, fc.integer({ min: 1, max: 120 }), (a, b, count) => {
        const { from, to } = dragToBuckets(a, b, 400, count);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        expect(to).toBeGreaterThan(from);
        for (const each of [a, b]) {
          expect(bucketAt(each, 400, count)).toBeGreaterThanOrEqual(from);
          // Exactly on an edge, the bucket to its right is not touched.
          expect(bucketAt(each - 1e-9, 400, count)).toBeLessThan(to);
        }
      }),
    );
  });
});

describe("keys", () => {
  it("move an edge by a bucket, by a tenth, or to the end", () => {
    expect(keyToStep("ArrowLeft", 5, 100)).toBe(-1);
    expect(keyToStep("PageUp", 5, 100)).toBe(10);
    expect(keyToStep("Home", 5, 100)).toBe(-5);
    expect(keyToStep("End", 5, 100)).toBe(95);
    expect(keyToStep("PageDown", 5, 3)).toBe(-1);
    expect(keyToStep("a", 5, 100)).toBeUndefined();
  });

  it("never let the edges meet or leave the axis", () => {
    expect(moveEdge({ from: 2, to: 5 }, "from", 9, 10)).toEqual({ from: 4, to: 5 });
    expect(moveEdge({ from: 2, to: 5 }, "from", -9, 10)).toEqual({ from: 0, to: 5 });
    expect(moveEdge({ from: 2, to: 5 }, "to", -9, 10)).toEqual({ from: 2, to: 3 });
    expect(moveEdge({ from: 2, to: 5 }, "to", 99, 10)).toEqual({ from: 2, to: 10 });
  });
});
