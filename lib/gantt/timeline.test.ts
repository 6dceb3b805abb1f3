import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { nodesOfSpans } from "./find/find-nodes";
import { buildFlame } from "./flame";
import { hitTest, twistyLeftPx } from "./layout/hit-test";
import {
  closedFromDepth,
  openingDepth,
  reveal,
  rowOfNode,
  scrollToRow,
  sizes,
  visibleRows,
} from "./layout/layout";
import { mergeAll, mergeBelow } from "./layout/merge";
import { nsToPx, wholeView } from "./layout/scale";
import { buildTimeline, nodeName, nodeOfSpan, nodeService, type Timeline, workKindsIn } from "./timeline";

const spans = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 40 }),
    parent: fc.integer({ min: 0, max: 40 }),
    start: fc.integer({ min: 0, max: 900 }),
    duration: fc.integer({ min: 0, max: 300 }),
    work: fc.nat(8),
    error: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);
const timelineOf = (list: Parameters<typeof spansToColumns>[0]) =>
  buildTimeline([{ runId: "r", title: "t", columns: spansToColumns(list) }]);

const family = timelineOf([
  { id: 1, name: "ask", duration: 1_000 },
  { id: 2, parent: 1, name: "plan", duration: 100, work: 1 },
  { id: 3, parent: 2, name: "chat", duration: 50, work: 7, error: true },
  { id: 0xabcd, parent: 1, name: "answer", start: 200, duration: 300, work: 5 },
]);

describe("buildTimeline", () => {
  it("puts several runs below each other, each under a node of its own and from 0", () => {
    const columns = spansToColumns([
      { id: 1, duration: 10 },
      { id: 2, parent: 1, start: 2, duration: 3, error: true },
    ]);
    const timeline = buildTimeline([
      { runId: "a", title: "First", columns },
      { runId: "b", title: "", columns },
    ]);
    expect(Array.from(timeline.span)).toEqual([-1, 0, 1, -1, 0, 1]);
    expect(Array.from(timeline.parent)).toEqual([-1, 0, 1, -1, 3, 4]);
    expect(Array.from(timeline.depth)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(Array.from(timeline.size)).toEqual([3, 2, 1, 3, 2, 1]);
    expect(Array.from(timeline.errorsBelow)).toEqual([1, 1, 0, 1, 1, 0]);
    expect(timeline.durationNs[3]).toBe(10);
    expect(Array.from(timeline.path.from)).toEqual([0, 0, 2, 3, 3, 5, 6]);
    expect(Array.from(timeline.path.ownNs)).toEqual([0, 7, 3, 0, 7, 3]);
    expect([nodeName(timeline, 0), nodeName(timeline, 3)]).toEqual(["First", "b"]);
    expect(nodeOfSpan(timeline, 1, 1)).toBe(5);
    expect(nodeOfSpan(timeline, 2, 0)).toBe(-1);
  });

  it("knows which kinds of work occur", () => {
    expect(workKindsIn(family)).toEqual(["other", "plan", "answer", "model"]);
  });
});

describe("visibleRows", () => {
  it("shows exactly the nodes that no closed node hides", () => {
    fc.assert(
      fc.property(spans, fc.array(fc.nat(39)), (list, closings) => {
        const timeline = timelineOf(list);
        const closed = new Uint8Array(timeline.count);
        for (const node of closings) if (node < timeline.count) closed[node] = 1;
        const rows = visibleRows(timeline, closed);
        for (let node = 0; node < timeline.count; node++) {
          let hidden = false;
          for (let up = timeline.parent[node] ?? -1; up >= 0; up = timeline.parent[up] ?? -1) {
            if (closed[up]) hidden = true;
          }
          expect((rows.rowOf[node] ?? -1) >= 0).toBe(!hidden);
          if (!hidden) expect(rows.node[rows.rowOf[node] ?? -1]).toBe(node);
          expect(rowOfNode(timeline, rows, node)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("opens every ancestor of a node", () => {
    const closed = closedFromDepth(family, 0);
    expect(visibleRows(family, closed).count).toBe(1);
    expect(reveal(family, closed, 2)).toBe(true);
    expect(visibleRows(family, closed).rowOf[2]).toBe(2);
    expect(reveal(family, closed, 2)).toBe(false);
  });

  it("opens a large run down to a readable level", () => {
    const many = timelineOf([
      { id: 1 },
      ...Array.from({ length: 20 }, (_, i) => ({ id: i + 2, parent: 1 })),
      ...Array.from({ length: 2_000 }, (_, i) => ({ id: i + 100, parent: 2 + (i % 20) })),
    ]);
    expect(visibleRows(many, closedFromDepth(many, openingDepth(many))).count).toBe(21);
    expect(visibleRows(family, closedFromDepth(family, openingDepth(family))).count).toBe(4);
  });
});

describe("scrollToRow", () => {
  it("moves only as far as needed", () => {
    const heightPx = sizes.axisPx + 10 * sizes.rowPx;
    expect(scrollToRow(5, 0, heightPx)).toBe(0);
    expect(scrollToRow(20, 0, heightPx)).toBe(12 * sizes.rowPx);
    expect(scrollToRow(3, 10 * sizes.rowPx, heightPx)).toBe(2 * sizes.rowPx);
    expect(scrollToRow(0, 500, heightPx)).toBe(0);
  });
});

describe("hitTest", () => {
  const scene = {
    timeline: family,
    rows: visibleRows(family, new Uint8Array(4)),
    view: { startNs: 0, endNs: 1_000 },
    widthPx: 1_300,
    treePx: 300,
    scrollPx: 0,
  };
  const rowPx = (row: number) => sizes.axisPx + row * sizes.rowPx + 10;
  it("tells what lies under a point", () => {
    expect(hitTest(scene, 700, 5).part).toBe("axis");
    expect(hitTest(scene, 510, rowPx(3))).toEqual({ part: "bar", row: 3, node: 3 });
    expect(hitTest(scene, 450, rowPx(3)).part).toBe("chart");
    expect(hitTest(scene, 150, rowPx(3)).part).toBe("tree");
    expect(hitTest(scene, twistyLeftPx(1, 300) + 4, rowPx(1))).toEqual({ part: "twisty", row: 1, node: 1 });
    expect(hitTest(scene, twistyLeftPx(1, 300) + 4, rowPx(3)).part).toBe("tree");
    expect(hitTest(scene, 700, rowPx(9))).toEqual({ part: "none", row: -1, node: -1 });
    expect(hitTest({ ...scene, scrollPx: sizes.rowPx }, 510, rowPx(2)).node).toBe(3);
  });

  it("catches a bar of no width beside it", () => {
    const point = timelineOf([{ id: 1, start: 500 }]);
    const at = (x: number) =>
      hitTest({ ...scene, timeline: point, rows: visibleRows(point, new Uint8Array(1)) }, x, rowPx(0)).part;
    expect([at(794), at(796), at(805), at(807)]).toEqual(["chart", "bar", "bar", "chart"]);
  });
});

describe("merging", () => {
  it("paints each pixel of a lane as the last child over it would", () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 60 }), (list, widthPx) => {
        const timeline = timelineOf(list);
        const view = wholeView(timeline.totalNs);
        const expected = new Array<number>(widthPx).fill(-1);
        const last = timeline.size[0] ?? 1;
        for (let node = 1; node < last; node++) {
          const start = timeline.startNs[node] ?? 0;
          const from = Math.floor(nsToPx(view, widthPx, start));
          const to = Math.ceil(nsToPx(view, widthPx, start + (timeline.durationNs[node] ?? 0))) - 1;
          for (let x = from; x <= Math.max(from, to); x++) {
            if (x < widthPx) expected[x] = timeline.work[node] ?? 0;
          }
        }
        const actual = new Array<number>(widthPx).fill(-1);
        for (const run of mergeBelow(timeline, 0, view, widthPx).runs)
          actual.fill(run.work, run.xPx, run.xPx + run.widthPx);
        expect(actual).toEqual(expected);
      }),
    );
  });

  it("needs no more boxes than pixels for 50,000 spans", () => {
    const many = timelineOf(
      Array.from({ length: 50_000 }, (_, i) => ({ id: i + 1, start: i, duration: 40_000 })),
    );
    expect(mergeAll(many, wholeView(many.totalNs), 800, 20).runs.length).toBeLessThanOrEqual(800 * 20);
  });
});

describe("an index that leads outside", () => {
  const columns = spansToColumns([
    { id: 1, duration: 1_000 },
    { id: 2, parent: 1, duration: 100 },
  ]);
  const broken = (changes: Partial<typeof columns>) =>
    buildTimeline([{ runId: "r", title: "", columns: { ...columns, ...changes } }]);

  it("fails where the timeline is laid out, instead of drawing a bar at 0", () => {
    expect(() => broken({ durationNs: Float64Array.of(1_000) })).toThrow(RangeError);
    expect(() => broken({ work: new Uint8Array() })).toThrow(RangeError);
    expect(() => broken({ parent: Int32Array.of(-1, 7) })).toThrow(RangeError);
  });

  it("fails where a text is not in its dictionary, instead of leaving it empty", () => {
    expect(() => nodeName(broken({ name: Uint8Array.of(0, 9) }), 1)).toThrow(RangeError);
    expect(() => nodeService(broken({ service: Uint8Array.of(0, 9) }), 1)).toThrow(RangeError);
    expect(() => nodeName(family, -1)).toThrow(RangeError);
    expect(() => nodeName(family, family.count)).toThrow(RangeError);
  });

  it("fails where rows are laid out, merged and hit", () => {
    const view = wholeView(family.totalNs);
    const rows = visibleRows(family, new Uint8Array(family.count));
    const hit = (timeline: Timeline) =>
      hitTest({ timeline, rows, view, widthPx: 800, treePx: 100, scrollPx: 0 }, 400, sizes.axisPx + 5);
    const short = { ...family, startNs: new Float64Array(), size: Int32Array.of(4) };
    expect(() => hit(short)).toThrow(RangeError);
    expect(() => mergeAll(short, view, 800, 4)).toThrow(RangeError);
    expect(() => visibleRows(short, Uint8Array.of(0, 1, 0, 0))).toThrow(RangeError);
    const upwards = { ...family, parent: Int32Array.of(-1, 0, 99, 0) };
    expect(() => reveal(upwards, new Uint8Array(4), 2)).toThrow(RangeError);
    expect(() => buildFlame(upwards)).toThrow(RangeError);
  });

  it("fails where a search names a span that the run does not have", () => {
    expect(() => nodesOfSpans(family, [[4]])).toThrow(RangeError);
    expect([...nodesOfSpans(family, [undefined])]).toEqual([0, 0, 0, 0]);
  });
});
