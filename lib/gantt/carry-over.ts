import { indexSpans } from "@/lib/trace/span-ids";
import { closedFromDepth, openingDepth, type Rows, rowOfNode, sizes } from "./layout";
import type { RowState } from "./row-state";
import { clampView, isWhole, type View, wholeView } from "./scale";
import type { Scene } from "./scene";
import type { Timeline } from "./timeline";

/**
 * The node of `next` for each node of `before`, -1 where there is none: spans of a run arrive late, and what a
 * person has opened and selected belongs to spans, not to places. Runs are known by their id, spans by trace and
 * id; of spans that share an id the first stands for all.
 */
export function carryOverNodes(before: Timeline, next: Timeline): Int32Array {
  const nodes = new Int32Array(before.count).fill(-1);
  const runs = before.runs.map(({ runId, columns }) => {
    const index = next.runs.findIndex((run) => run.runId === runId);
    const now = next.runs[index]?.columns;
    if (!now) return undefined;
    return {
      find: indexSpans(now.spanIds, now.trace),
      trace: columns.traceIds.map((id) => now.traceIds.indexOf(id)),
      nodeOf: nodesBySpan(next, index),
      columns,
    };
  });
  for (let node = 0; node < before.count; node++) {
    const run = runs[before.run[node] ?? 0];
    const span = before.span[node] ?? -1;
    if (!run) continue;
    if (span < 0) {
      nodes[node] = run.nodeOf.head;
      continue;
    }
    const { spanIds, trace } = run.columns;
    const nextTrace = run.trace[trace[span] ?? 0] ?? -1;
    const found =
      nextTrace < 0 ? -1 : run.find(spanIds[2 * span] ?? 0, spanIds[2 * span + 1] ?? 0, nextTrace);
    nodes[node] = found < 0 ? -1 : (run.nodeOf.spans[found] ?? -1);
  }
  return nodes;
}

function nodesBySpan(timeline: Timeline, run: number): { readonly head: number; readonly spans: Int32Array } {
  const spans = new Int32Array(timeline.runs[run]?.columns.count ?? 0).fill(-1);
  let head = -1;
  for (let node = 0; node < timeline.count; node++) {
    if (timeline.run[node] !== run) continue;
    const span = timeline.span[node] ?? -1;
    if (span < 0) head = node;
    else spans[span] = node;
  }
  return { head, spans };
}

/** By how much moments of `before` lie later in `next`: a run begins earlier once an earlier span has arrived. */
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
    const now = nodes[node] ?? -1;
    if (now >= 0) closed[now] = rows.ownClosed[node] ?? 0;
  }
  const shiftNs = carryOverShiftNs(before.timeline, next);
  const { startNs, endNs } = before.view;
  const view = isWhole(before.view, before.timeline.totalNs)
    ? wholeView(next.totalNs)
    : clampView({ startNs: startNs + shiftNs, endNs: endNs + shiftNs }, next.totalNs);
  return { nodes, depth, closed, view, keepsPlace: before.scrollPx > 0 || before.hovered >= 0 };
}

/** By how many rows the row under the pointer, else the first in sight, lies lower than before. */
export function movedRows(before: Shown, nodes: Int32Array, next: Timeline, rows: Rows): number {
  const first = before.rows.node[Math.floor(before.scrollPx / sizes.rowPx)] ?? -1;
  const anchor = before.hovered >= 0 ? before.hovered : first;
  const was = before.rows.rowOf[anchor] ?? -1;
  const is = rowOfNode(next, rows, nodes[anchor] ?? -1);
  return was >= 0 && is >= 0 ? is - was : 0;
}
