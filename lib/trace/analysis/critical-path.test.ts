import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { type SpanFixture, spansToColumns } from "../testing/spans-to-columns";
import { criticalPath } from "./critical-path";
import { selfTimes } from "./self-time";
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

/** Broken runs of every kind: several roots, orphans, children that outlive their parents, spans in any order. */
const runs = fc
  .array(
    fc.record({
      up: fc.nat(),
      link: fc.constantFrom("child", "child", "child", "child", "root", "orphan"),
      start: fc.integer({ min: -5, max: 40 }),
      duration: fc.integer({ min: -2, max: 30 }),
      order: fc.nat(),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((list) =>
    list
      .map(({ up, link, start, duration, order }, i) => ({
        order,
        id: i + 1,
        parent: link === "orphan" ? 99 : link === "root" || i === 0 ? 0 : (up % i) + 1,
        start,
        // One long root in most runs, so that there is something to walk through.
        duration: i === 0 ? duration + 30 : duration,
      }))
      .sort((a, b) => a.order - b.order || a.id - b.id)
      .map(({ order: _, ...span }): SpanFixture => span),
  );

/**
 * The definition, word by word and nanosecond by nanosecond, from the spans alone: who holds the run up in the
 * nanosecond that ends at `at`? The child that a span waits for there, or else the span itself.
 */
function walk(spans: readonly SpanFixture[], root: number): Map<number, number> {
  const owners = new Map<number, number>();
  const range = (i: number) => {
    const { start = 0, duration = 0 } = spans[i] ?? { id: 0 };
    return { start, end: start + Math.max(0, duration) };
  };
  const visit = (i: number, from: number, to: number): void => {
    const children = Array.from(spans.keys()).filter((c) => spans[c]?.parent === spans[i]?.id);
    let cursor = to;
    while (cursor > from) {
      const [last] = children
        .map((c) => ({
          c,
          begun: range(c).start,
          from: Math.max(from, range(c).start),
          to: Math.min(to, range(c).end),
        }))
        .filter((child) => child.to <= cursor && child.from < child.to)
        .sort((a, b) => b.to - a.to || b.begun - a.begun || b.c - a.c);
      for (let at = cursor; at > (last?.to ?? from); at--) owners.set(at, i);
      if (!last) return;
      visit(last.c, last.from, last.to);
      cursor = last.from;
    }
  };
  visit(root, range(root).start, range(root).end);
  return owners;
}

/** As text: to compare two maps of a hundred entries by Vitest's own means took half of this file's time. */
function inOrder(owners: ReadonlyMap<number, number>): string {
  return [...owners]
    .sort(([a], [b]) => a - b)
    .map(([at, span]) => `${at}: ${span}`)
    .join("\n");
}

/** The longest that roots without overlap can last together: every choice of them is tried. */
function longestChain(ranges: readonly { readonly start: number; readonly end: number }[]): number {
  const byStart = [...ranges].sort((a, b) => a.start - b.start);
  const longestFrom = (next: number, free: number): number => {
    const range = byStart[next];
    if (!range) return 0;
    const without = longestFrom(next + 1, free);
    if (range.start < free) return without;
    return Math.max(without, range.end - range.start + longestFrom(next + 1, range.end));
  };
  return longestFrom(0, Number.NEGATIVE_INFINITY);
}

/** The root above a span. */
function rootOf(spans: readonly SpanFixture[], i: number): number {
  const parent = spans.findIndex(({ id }) => id === spans[i]?.parent);
  return parent < 0 ? i : rootOf(spans, parent);
}

describe("criticalPath", () => {
  it("throws where the tree points at a span that the columns do not have", () => {
    const columns = spansToColumns([{ id: 1, duration: 5 }]);
    const tree = { ...buildTree(columns), span: Int32Array.of(1) };
    expect(() => criticalPath(tree, columns)).toThrow(RangeError);
    expect(() => selfTimes(tree, columns)).toThrow(RangeError);
  });

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

  it("goes through traces one after the other, and past what lost its parent", () => {
    expect(
      pathOf([
        { id: 1, duration: 40 },
        { id: 2, start: 50, duration: 30 },
        { id: 3, parent: 99, start: 30, duration: 25 },
        { id: 4, parent: 2, start: 60, duration: 10 },
      ]),
    ).toEqual([
      { span: 0, from: 0, to: 40 },
      { span: 1, from: 50, to: 60 },
      { span: 3, from: 60, to: 70 },
      { span: 1, from: 70, to: 80 },
    ]);
  });

  it("is what the definition gives, nanosecond by nanosecond, on random runs", () => {
    fc.assert(
      fc.property(runs, (spans) => {
        const owners = new Map<number, number>();
        let nanoseconds = 0;
        for (const { span, from, to } of pathOf(spans)) {
          nanoseconds += to - from;
          for (let at = from + 1; at <= to; at++) owners.set(at, span);
        }
        // Each nanosecond has one owner.
        expect(owners.size).toBe(nanoseconds);
        const expected = new Map<number, number>();
        for (const root of new Set([...owners.values()].map((span) => rootOf(spans, span)))) {
          for (const [at, span] of walk(spans, root)) expected.set(at, span);
        }
        expect(inOrder(owners)).toBe(inOrder(expected));
        const roots = spans.filter(({ parent }) => !spans.some(({ id }) => id === parent));
        const ranges = roots.map(({ start = 0, duration = 0 }) => ({
          start,
          end: start + Math.max(0, duration),
        }));
        expect(owners.size).toBe(longestChain(ranges));
      }),
      randomCases(1_000, 10_000),
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
    const orphans = pathOf(
      Array.from({ length: 50_000 }, (_, i) => ({ id: i + 1, parent: 99_999, start: i % 100, duration: 3 })),
    );
    expect(orphans.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(102);
  });

  it("takes a run without spans", () => {
    expect(pathOf([])).toEqual([]);
  });
});
