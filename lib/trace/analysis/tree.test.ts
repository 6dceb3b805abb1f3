import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SpanFixture, spansToColumns } from "../testing/spans-to-columns";
import { buildTree, oddities, oddityNames } from "./tree";

const treeOf = (spans: readonly SpanFixture[]) => buildTree(spansToColumns(spans));

/** Any spans at all: wrong parents, cycles, ids that occur twice, children first. */
const anySpans = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 15 }),
    parent: fc.integer({ min: 0, max: 17 }),
    start: fc.integer({ min: 0, max: 50 }),
    duration: fc.integer({ min: -2, max: 50 }),
  }),
  { maxLength: 40 },
);

describe("buildTree", () => {
  it("orders children by start below their parent, whatever the order they came in", () => {
    const tree = treeOf([
      { id: 4, parent: 2, start: 3 },
      { id: 3, parent: 1, start: 5, duration: 1 },
      { id: 2, parent: 1, start: 2, duration: 2 },
      { id: 1, start: 0, duration: 10 },
    ]);
    expect(Array.from(tree.span)).toEqual([3, 2, 0, 1]);
    expect(Array.from(tree.depth)).toEqual([0, 1, 2, 1]);
    expect(Array.from(tree.size)).toEqual([4, 2, 1, 1]);
    expect(Array.from(tree.parent)).toEqual([-1, 0, 1, 0]);
  });

  it("throws where a span's parent is an index outside, instead of drawing it somewhere", () => {
    const columns = spansToColumns([{ id: 1 }, { id: 2, parent: 1 }]);
    for (const parent of [2, 1_000]) {
      expect(() => buildTree({ ...columns, parent: Int32Array.of(-1, parent) })).toThrow(RangeError);
    }
    expect(() => buildTree({ ...columns, count: 3 })).toThrow(RangeError);
  });

  it("keeps every span exactly once, with sizes, depths and parents that agree", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const tree = treeOf(spans);
        expect(Array.from(tree.span).sort((a, b) => a - b)).toEqual(spans.map((_, i) => i));
        for (let position = 0; position < tree.count; position++) {
          const parent = tree.parent[position] ?? -1;
          expect(parent).toBeLessThan(position);
          expect(tree.depth[position]).toBe(parent < 0 ? 0 : (tree.depth[parent] ?? 0) + 1);
          if (parent >= 0) expect(position).toBeLessThan(parent + (tree.size[parent] ?? 0));
        }
        const roots = Array.from(tree.parent.keys()).filter((position) => tree.parent[position] === -1);
        expect(roots.reduce((sum, root) => sum + (tree.size[root] ?? 0), 0)).toBe(tree.count);
      }),
    );
  });

  it("shows orphans, cycles and spans that are their own parent as roots, and says so", () => {
    const tree = treeOf([
      { id: 1, parent: 9, start: 0 },
      { id: 2, parent: 3, start: 2 },
      { id: 3, parent: 2, start: 1 },
      { id: 4, parent: 4, start: 3 },
      { id: 5, parent: 2, start: 4 },
    ]);
    const roots = Array.from(tree.parent.keys()).filter((position) => tree.parent[position] === -1);
    expect(roots.map((position) => tree.span[position])).toEqual([0, 2, 3]);
    expect(roots.map((position) => oddityNames(tree.odd[position] ?? 0))).toEqual([
      ["orphan"],
      ["cycle"],
      ["cycle"],
    ]);
    expect(tree.oddCounts).toMatchObject({ orphan: 1, cycle: 2 });
  });

  it("marks a span that came twice, one that leaves its parent and one that ends before it starts", () => {
    const ms = 1e6;
    const tree = treeOf([
      { id: 1, start: 10 * ms, duration: 10 * ms },
      { id: 2, parent: 1, start: 12 * ms, duration: 20 * ms },
      { id: 2, parent: 1, start: 13 * ms, duration: 1 * ms },
      { id: 3, parent: 1, start: 14 * ms, duration: -5 },
      { id: 4, parent: 1, start: 15 * ms, duration: 5.9 * ms },
    ]);
    const { outsideParent, duplicate, endsBeforeStart } = oddities;
    expect(Array.from(tree.odd)).toEqual([0, outsideParent, duplicate, endsBeforeStart, 0]);
  });

  it("takes a chain 5,000 deep and 50,000 siblings", () => {
    const chain = treeOf(Array.from({ length: 5_000 }, (_, i) => ({ id: i + 1, parent: i })));
    expect(chain.depth[4_999]).toBe(4_999);
    expect(chain.size[0]).toBe(5_000);
    const siblings = treeOf(
      Array.from({ length: 50_001 }, (_, i) => ({ id: i + 1, parent: i === 0 ? 0 : 1, start: -i })),
    );
    expect(siblings.size[0]).toBe(50_001);
    expect(siblings.span[1]).toBe(50_000);
  });
});
