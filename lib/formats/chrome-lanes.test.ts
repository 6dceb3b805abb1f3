import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { chromeLanes } from "./chrome-lanes";

const span = fc.record({
  id: fc.integer({ min: 1, max: 1_000 }),
  parent: fc.integer({ min: 0, max: 40 }),
  start: fc.nat(60),
  duration: fc.nat(30),
});

describe("lanes", () => {
  it("throw where a parent or a trace is none that there is", () => {
    const columns = spansToColumns([{ id: 1 }, { id: 2, parent: 1 }]);
    expect(() => chromeLanes({ ...columns, parent: Int32Array.of(-1, 2) })).toThrow(RangeError);
    expect(() => chromeLanes({ ...columns, trace: Uint8Array.of(0, 1) })).toThrow(RangeError);
  });

  it("hold only spans that nest, each in its own parent or free", () => {
    fc.assert(
      fc.property(fc.uniqueArray(span, { selector: ({ id }) => id, maxLength: 40 }), (spans) => {
        const columns = spansToColumns(spans);
        const lanes = chromeLanes(columns);
        const endOf = (i: number) => (spans[i]?.start ?? 0) + (spans[i]?.duration ?? 0);
        for (const [a, first] of spans.entries()) {
          for (const [b, second] of spans.entries()) {
            if (a === b || lanes[a] !== lanes[b] || first.start > second.start) continue;
            if (first.start === second.start && a > b) continue;
            // Drawn in this order on one row: the second begins after the first has ended, or is nested in it.
            const isAfter = endOf(a) <= second.start;
            expect(isAfter || endOf(b) <= endOf(a)).toBe(true);
            if (!isAfter) expect(isAncestor(columns.parent, a, b)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keep a chain of calls on one lane, and open one for each call at the same time", () => {
    const chain: SpanFixture[] = [
      { id: 1, duration: 100 },
      { id: 2, parent: 1, start: 10, duration: 50 },
      { id: 3, parent: 2, start: 10, duration: 20 },
      { id: 4, parent: 1, start: 30, duration: 60 },
      { id: 5, parent: 1, start: 70, duration: 10 },
    ];
    // The fourth begins while the second runs; the fifth while the fourth does, on another lane.
    expect(Array.from(chromeLanes(spansToColumns(chain)))).toEqual([0, 0, 0, 1, 0]);
  });

  it("of 50,000 at once are found in a moment", () => {
    const spans = Array.from({ length: 50_000 }, (_, i) => ({
      id: i + 2,
      parent: 1,
      start: i,
      duration: 60_000,
    }));
    const lanes = chromeLanes(spansToColumns([{ id: 1, duration: 200_000 }, ...spans]));
    expect(new Set(lanes).size).toBe(50_000);
  });
});

function isAncestor(parent: Int32Array, ancestor: number, of: number): boolean {
  for (
    let up = parent[of] ?? -1, steps = 0;
    up >= 0 && steps <= parent.length;
    up = parent[up] ?? -1, steps++
  ) {
    if (up === ancestor) return true;
  }
  return false;
}
