import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { type SpanFixture, spansToColumns } from "../testing/spans-to-columns";
import { selfTimes, selfTimesOf } from "./self-time";
import { buildTree } from "./tree";

/** Spans in any order: children that overlap, outlive their parents or end before they start, orphans, roots. */
const anySpans = fc
  .array(
    fc.record({
      up: fc.nat(),
      link: fc.constantFrom("child", "child", "child", "root", "orphan"),
      start: fc.integer({ min: 0, max: 30 }),
      duration: fc.integer({ min: -2, max: 30 }),
      order: fc.nat(),
    }),
    { maxLength: 14 },
  )
  .map((list) =>
    list
      .map(({ up, link, start, duration, order }, i) => ({
        order,
        id: i + 1,
        parent: link === "orphan" ? 99 : link === "root" || i === 0 ? 0 : (up % i) + 1,
        start,
        duration,
      }))
      .sort((a, b) => a.order - b.order || a.id - b.id)
      .map(({ order: _, ...span }): SpanFixture => span),
  );

/** The definition by counting, from the spans alone: whole nanoseconds in which the span runs and no child does. */
function counted(spans: readonly SpanFixture[], from: number, to: number): number[] {
  const runs = ({ start = 0, duration = 0 }: SpanFixture, ns: number) => start <= ns && ns < start + duration;
  return spans.map((span) => {
    const children = spans.filter(({ parent }) => parent === span.id);
    let free = 0;
    for (let ns = from; ns < to; ns++) {
      if (runs(span, ns) && !children.some((child) => runs(child, ns))) free++;
    }
    return free;
  });
}

/** Self times in the order of the spans given. */
function bySpan(spans: readonly SpanFixture[], window?: { startNs: number; endNs: number }): number[] {
  const columns = spansToColumns(spans);
  const tree = buildTree(columns);
  const startNs = Float64Array.from(tree.span, (i) => columns.startOffsetNs[i] ?? 0);
  const durationNs = Float64Array.from(tree.span, (i) => Math.max(0, columns.durationNs[i] ?? 0));
  const selfNs = window
    ? selfTimesOf({ count: tree.count, size: tree.size, startNs, durationNs }, window)
    : selfTimes(tree, columns);
  const answer = new Array<number>(spans.length).fill(-1);
  for (const [position, i] of tree.span.entries()) answer[i] = selfNs[position] ?? -1;
  return answer;
}

describe("selfTimes", () => {
  it("equals what counting every nanosecond gives, on random runs", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        expect(bySpan(spans)).toEqual(counted(spans, 0, 60));
      }),
      randomCases(1_000, 10_000),
    );
  }, 60_000);

  it("equals it within a window too", () => {
    fc.assert(
      fc.property(anySpans, fc.nat(40), fc.nat(40), (spans, startNs, length) => {
        const endNs = startNs + length;
        expect(bySpan(spans, { startNs, endNs })).toEqual(counted(spans, startNs, endNs));
      }),
      randomCases(500, 2_000),
    );
  });

  it("takes 5,000 levels and 50,000 siblings that overlap", () => {
    const deep = bySpan(
      Array.from({ length: 5_000 }, (_, i) => ({ id: i + 1, parent: i, start: i, duration: 20_000 - 2 * i })),
    );
    expect(deep.slice(0, -1).every((ns) => ns === 2)).toBe(true);
    expect(deep.at(-1)).toBe(10_002);
    const wide = bySpan([
      { id: 1, duration: 100_000 },
      ...Array.from({ length: 50_000 }, (_, i) => ({ id: i + 2, parent: 1, start: i, duration: 10 })),
    ]);
    expect(wide[0]).toBe(100_000 - 50_009);
  });
});
