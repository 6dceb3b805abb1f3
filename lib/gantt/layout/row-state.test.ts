import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { buildTimeline, nodeName, nodeSpanId, type Timeline } from "../timeline";
import { carryOverNodes, carryOverShiftNs } from "./carry-over";
import { countBelow } from "./layout";
import { RowState } from "./row-state";

const timelineOf = (spans: readonly SpanFixture[], runId = "r") =>
  buildTimeline([{ runId, title: "", columns: spansToColumns(spans, runId) }]);
const family = timelineOf([
  { id: 1, name: "ask" },
  { id: 2, parent: 1, name: "plan" },
  { id: 3, parent: 2, name: "chat" },
  { id: 4, parent: 2, name: "tool" },
  { id: 5, parent: 1, name: "answer" },
]);
const shown = (timeline: Timeline, state: RowState) =>
  Array.from(state.rows.node, (node) => nodeName(timeline, node));

/** Trees of up to 30 spans: each span's parent is one before it, or none. */
const trees = fc
  .array(fc.nat(40), { minLength: 1, maxLength: 30 })
  .map((parents) =>
    timelineOf(parents.map((up, i) => ({ id: i + 1, parent: up % (i + 1), name: `${i + 1}` }))),
  );

describe("rows", () => {
  it("hide what does not match, and come back as they were", () => {
    const state = new RowState(family);
    state.toggle(1);
    expect(shown(family, state)).toEqual(["ask", "plan", "answer"]);
    state.keepOnly(Uint8Array.of(0, 0, 0, 1, 0));
    expect(shown(family, state)).toEqual(["ask", "plan", "tool"]);
    expect(state.canOpen(1)).toBe(true);
    expect(state.canOpen(3)).toBe(false);
    expect(state.reveal(4)).toBe(false);
    state.toggle(1);
    expect(shown(family, state)).toEqual(["ask", "plan"]);
    state.keepOnly(Uint8Array.of(0, 1, 0, 0, 0));
    expect(shown(family, state)).toEqual(["ask", "plan"]);
    expect(state.canOpen(1)).toBe(false);
    state.keepOnly(null);
    expect(shown(family, state)).toEqual(["ask", "plan", "answer"]);
  });

  it("keep exactly the matches and what lies above them", () => {
    fc.assert(
      fc.property(trees, fc.array(fc.nat(29)), (timeline, picked) => {
        const marked = new Uint8Array(timeline.count);
        for (const node of picked) if (node < marked.length) marked[node] = 1;
        const state = new RowState(timeline);
        state.keepOnly(marked);
        const expected = Array.from(marked.keys()).filter((node) =>
          marked.slice(node, node + (timeline.size[node] ?? 1)).includes(1),
        );
        expect([...state.rows.node]).toEqual(expected);
        for (const node of expected) {
          const below = expected.filter((at) => at > node && at < node + (timeline.size[node] ?? 1));
          expect(countBelow(timeline, state.rows, node)).toBe(below.length);
        }
      }),
    );
  });

  it("are told by a depth and what is turned, and made from it again", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("toggle" as const), node: fc.nat(29) }),
      fc.record({ kind: fc.constant("close" as const), node: fc.nat(4) }),
      fc.record({ kind: fc.constant("reveal" as const), node: fc.nat(29) }),
      fc.record({ kind: fc.constant("openBelow" as const), node: fc.nat(29) }),
    );
    fc.assert(
      fc.property(trees, fc.array(action, { maxLength: 6 }), (timeline, actions) => {
        const state = new RowState(timeline);
        for (const { kind, node } of actions) {
          if (kind === "close") state.closeFrom(node);
          else if (node >= timeline.count) continue;
          else if (kind === "toggle" && state.canOpen(node)) state.toggle(node);
          else if (kind === "reveal") state.reveal(node);
          else if (kind === "openBelow") state.openBelow(node);
        }
        const again = new RowState(timeline, state.folds());
        expect([...again.rows.node]).toEqual([...state.rows.node]);
      }),
    );
  });

  it("keep only the depth in mind where too many are turned", () => {
    const wide = timelineOf([
      { id: 1 },
      ...Array.from({ length: 50 }, (_, i) => ({ id: 2 + i, parent: 1 })),
      ...Array.from({ length: 50 }, (_, i) => ({ id: 100 + i, parent: 2 + i })),
    ]);
    const state = new RowState(wide);
    expect(state.folds()).toBeUndefined();
    for (let node = 1; node < wide.count; node += 2) state.toggle(node);
    expect(state.folds()).toBeUndefined();
    state.closeFrom(1);
    expect(state.folds()).toEqual({ depth: 1, turned: [] });
  });
});

describe("what is carried over to a timeline with more spans", () => {
  it("belongs to the same spans", () => {
    fc.assert(
      fc.property(trees, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (next, isThere) => {
        const columns = next.runs[0]?.columns;
        if (!columns) throw new Error("no run");
        const spans = Array.from({ length: columns.count }, (_, i) => i).filter((i) => isThere[i]);
        fc.pre(spans.length > 0);
        const before = timelineOf(
          spans.map((i) => ({
            id: columns.spanIds[2 * i + 1] ?? 0,
            parent: columns.parentIds[2 * i + 1] ?? 0,
            name: columns.names[columns.name[i] ?? 0] ?? "",
          })),
        );
        const nodes = carryOverNodes(before, next);
        for (let node = 0; node < before.count; node++) {
          expect(nodeSpanId(next, nodes[node] ?? -1)).toBe(nodeSpanId(before, node));
        }
      }),
    );
  });

  it("is nothing for spans and runs that are gone, and keeps the rows of runs", () => {
    const two = (a: string, b: string) =>
      buildTimeline(
        [a, b].map((runId) => ({ runId, title: "", columns: spansToColumns([{ id: 1 }], runId) })),
      );
    expect([...carryOverNodes(two("a", "b"), two("b", "c"))]).toEqual([-1, -1, 0, 1]);
    expect([...carryOverNodes(timelineOf([{ id: 7 }]), timelineOf([{ id: 8 }]))]).toEqual([-1]);
  });

  it("moves in time with the run's start", () => {
    const later = timelineOf([{ id: 1 }]);
    const [run] = later.runs;
    if (!run) throw new Error("no run");
    const earlier = buildTimeline([
      {
        ...run,
        columns: { ...run.columns, startNs: (run.columns.startNs - 500n) as typeof run.columns.startNs },
      },
    ]);
    expect(carryOverShiftNs(later, earlier)).toBe(500);
  });
});
