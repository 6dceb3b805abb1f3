import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath } from "./critical-path";
import { type SpanFixture, spansToColumns } from "./span-fixture";
import { buildTree } from "./tree";

interface Segment {
  readonly span: number;
  readonly from: number;
  readonly to: number;
}

function pathOf(spans: readonly SpanFixture[]): Segment[] {
  const columns = spansToColumns(spans);
  const tree = buildTree(columns);
  const path = criticalPath(tree, columns);
  const segments: Segment[] = [];
  for (let position = 0; position < tree.count; position++) {
    for (let k = path.from[position] ?? 0; k < (path.from[position + 1] ?? 0); k++) {
      segments.push({ span: tree.span[position] ?? 0, from: path.startNs[k] ?? 0, to: path.endNs[k] ?? 0 });
    }
  }
  return segments.sort((a, b) => a.from - b.from);
}

/**
 * The definition, word by word and nanosecond by nanosecond: who holds the run up in the nanosecond that ends
 * at `at`? The child that a span waits for there, or else the span itself.
 */
function oracle(spans: readonly SpanFixture[]): number[] {
  const columns = spansToColumns(spans);
  const tree = buildTree(columns);
  const start = (p: number) => columns.startOffsetNs[tree.span[p] ?? 0] ?? 0;
  const duration = (p: number) => Math.max(0, columns.durationNs[tree.span[p] ?? 0] ?? 0);
  const roots = Array.from(tree.parent.keys()).filter((p) => tree.parent[p] === -1);
  const [root] = roots.toSorted((a, b) => duration(b) - duration(a) || a - b);
  if (root === undefined) return [];
  const owners = new Map<number, number>();
  const walk = (p: number, from: number, to: number): void => {
    let cursor = to;
    const children = Array.from(tree.parent.keys()).filter((c) => tree.parent[c] === p);
    while (cursor > from) {
      const ended = children
        .map((c) => ({ c, from: Math.max(from, start(c)), to: Math.min(to, start(c) + duration(c)) }))
        .filter((child) => child.to <= cursor && child.to > from && child.from < child.to)
        .sort((a, b) => b.to - a.to || start(b.c) - start(a.c) || b.c - a.c);
      const [last] = ended;
      for (let at = cursor; at > (last?.to ?? from); at--) owners.set(at, tree.span[p] ?? 0);
      if (!last) return;
      walk(last.c, last.from, last.to);
      cursor = last.from;
    }
  };
  walk(root, start(root), start(root) + duration(root));
  return Array.from({ length: duration(root) }, (_, i) => owners.get(start(root) + i + 1) ?? -1);
}

const trees = fc
  .array(
    fc.record({
      up: fc.nat(),
      start: fc.integer({ min: -5, max: 40 }),
      duration: fc.integer({ min: 0, max: 30 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((list) =>
    list.map(
      ({ up, start, duration }, i): SpanFixture =>
        i === 0 ? { id: 1, start: 0, duration: 40 } : { id: i + 1, parent: (up % i) + 1, start, duration },
    ),
  );

describe("criticalPath", () => {
  it("follows what was waited for", () => {
    const segments = pathOf([
      { id: 1, duration: 100 },
      { id: 2, parent: 1, start: 10, duration: 20 },
      { id: 3, parent: 1, start: 30, duration: 50 },
      { id: 4, parent: 1, start: 30, duration: 30 },
      { id: 5, parent: 3, start: 40, duration: 30 },
    ]);
    expect(segments).toEqual([
      { span: 0, from: 0, to: 10 },
      { span: 1, from: 10, to: 30 },
      { span: 2, from: 30, to: 40 },
      { span: 4, from: 40, to: 70 },
      { span: 2, from: 70, to: 80 },
      { span: 0, from: 80, to: 100 },
    ]);
  });

  it("counts a child that outlives its parent up to the parent's end", () => {
    expect(
      pathOf([
        { id: 1, duration: 10 },
        { id: 2, parent: 1, start: 5, duration: 50 },
      ]),
    ).toEqual([
      { span: 0, from: 0, to: 5 },
      { span: 1, from: 5, to: 10 },
    ]);
  });

  it("is what the definition gives, nanosecond by nanosecond, on 10,000 trees", () => {
    fc.assert(
      fc.property(trees, (spans) => {
        const owners: number[] = [];
        for (const { span, from, to } of pathOf(spans)) for (let at = from; at < to; at++) owners.push(span);
        expect(owners).toEqual(oracle(spans));
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it("takes 5,000 levels and 50,000 siblings", () => {
    const deep = pathOf(
      Array.from({ length: 5_000 }, (_, i) => ({ id: i + 1, parent: i, start: i, duration: 20_000 - 2 * i })),
    );
    expect(deep.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(20_000);
    const wide = pathOf([
      { id: 1, duration: 100_000 },
      ...Array.from({ length: 50_000 }, (_, i) => ({ id: i + 2, parent: 1, start: 2 * i, duration: 1 })),
    ]);
    expect(wide).toHaveLength(100_000);
  });

  it("takes a run without spans", () => {
    expect(pathOf([])).toEqual([]);
  });
});
