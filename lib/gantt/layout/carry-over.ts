import { at, int32At, uint8At, uint32At, uintAt } from "@/lib/base/checked";
import { indexSpans } from "@/lib/trace/columns/span-ids";
import type { Timeline } from "../timeline";
import { closedFromDepth, openingDepth, type Rows, rowOfNode, sizes } from "./layout";
import type { RowState } from "./row-state";
import { clampView, isWhole, type View, wholeView } from "./scale";
import type { Scene } from "./scene";

/**
 * The node of `next` for each node of `before`, -1 where there is none: spans of a run arrive late, and what a
 * person has opened and selected belongs to spans, not to places. Runs are known by their id, spans by trace and
 * id; of spans that share an id the first stands for all.
 */
export function carryOverNodes(before: Timeline, next: Timeline): Int32Array {
  const nodes = new Int32Array(before.count).fill(-1);
  const runs = before.runs.map(({ runId, columns }) => {
    const index = next.runs.findIndex((run) => run.runId === runId);
    if (index < 0) return null;
    const now = at(next.runs, index).columns;
    return {
      find: indexSpans(now.spanIds, now.trace),
      trace: columns.traceIds.map((id) => now.traceIds.indexOf(id)),
      nodeOf: nodesBySpan(next, index, now.count),
      columns,
    };
  });
  for (let node = 0; node < before.count; node++) {
    const run = at(runs, uint8At(before.run, node));
    const span = int32At(before.span, node);
    if (!run) continue;
    if (span < 0) {
      nodes[node] = run.nodeOf.head;
      continue;
    }
    const { spanIds, trace } = run.columns;
    const nextTrace = at(run.trace, uintAt(trace, span));
    if (nextTrace < 0) continue;
    const found = run.find(uint32At(spanIds, 2 * span), uint32At(spanIds, 2 * span + 1), nextTrace);
    if (found >= 0) nodes[node] = int32At(run.nodeOf.spans, found);
  }
  return nodes;
}

function nodesBySpan(
  timeline: Timeline,
  run: number,
  count: number,
): { readonly head: number; readonly spans: Int32Array } {
  const spans = new Int32Array(count).fill(-1);
  let head = -1;
  for (let node = 0; node < timeline.count; node++) {
    if (timeline.run[node] !== run) continue;
    const span = int32At(timeline.span, node);
    if (span < 0) head = node;
    else spans[span] = node;
  }
  return { head, spans };
}

/** How much later moments of `before` are in `next`: a run begins earlier once an earlier span has arrived. */
export function carryOverShiftNs(before: Timeline, next: Timeline): number {
  const [was, is] = [before.runs[0]?.columns.startNs, next.runs[0]?.columns.startNs];
  return was === undefined || is === undefined ? 0 : Number(was - is);
}

/** What of an earlier timeline was shown, and how. */
type Shown = Pick<Scene, "timeline" | "rows" | "view" | "selected" | "hovered" | "scrollPx"> & {
  /** Whether a person has opened or closed any row. */
  readonly hasChoice: boolean;
};

/** What a later timeline of the same runs starts with, so that nothing jumps. */
export interface CarriedOver {
  /** By node of the earlier timeline. */
  readonly nodes: Int32Array;
  readonly depth: number;
  readonly closed: Uint8Array;
  readonly view: View;
  /** Whether the row that is looked at should stay where it is; at the very top new rows may come in above. */
  readonly keepsPlace: boolean;
}

/**
 * The same time, the same rows open. Where a person has touched nothing yet, rows open as they do for a run of the
 * new size.
 */
export function carryOver(
  before: Shown,
  rows: Pick<RowState, "foldDepth" | "ownClosed">,
  next: Timeline,
): CarriedOver {
  const nodes = carryOverNodes(before.timeline, next);
  const isTouched = before.selected >= 0 || before.hovered >= 0 || before.scrollPx > 0 || before.hasChoice;
  const depth = isTouched ? rows.foldDepth : openingDepth(next);
  const closed = closedFromDepth(next, depth);
  for (let node = 0; isTouched && node < nodes.length; node++) {
    const now = int32At(nodes, node);
    if (now >= 0) closed[now] = uint8At(rows.ownClosed, node);
  }
  const shiftNs = carryOverShiftNs(before.timeline, next);
  const { startNs, endNs } = before.view;
  const view = isWhole(before.view, before.timeline.totalNs)
    ? wholeView(next.totalNs)
    : clampView({ startNs: startNs + shiftNs, endNs: endNs + shiftNs }, next.totalNs);
  return { nodes, depth, closed, view, keepsPlace: before.scrollPx > 0 || before.hovered >= 0 };
}

/** By how many rows the row under the pointer, else the first visible one, has moved down. */
export function movedRows(before: Shown, nodes: Int32Array, next: Timeline, rows: Rows): number {
  const firstRow = Math.floor(before.scrollPx / sizes.rowPx);
  // A page that is pulled beyond its ends, as phones do, has no row at its upper edge.
  const hasFirst = firstRow >= 0 && firstRow < before.rows.count;
  const anchor = before.hovered >= 0 ? before.hovered : hasFirst ? int32At(before.rows.node, firstRow) : -1;
  if (anchor < 0) return 0;
  const was = int32At(before.rows.rowOf, anchor);
  const is = rowOfNode(next, rows, int32At(nodes, anchor));
  return was >= 0 && is >= 0 ? is - was : 0;
}
