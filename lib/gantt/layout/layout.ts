import { addToInt32, int32At, uint8At } from "@/lib/base/checked";
import type { Timeline } from "../timeline";

/** Sizes of the drawing, in CSS pixels. */
export const sizes = {
  rowPx: 22,
  axisPx: 26,
  barPx: 14,
  indentPx: 14,
  /** Room of the opening triangle. */
  twistyPx: 16,
  minimapPx: 48,
} as const;

/** The rows that can be scrolled to: the nodes that no closed node hides. */
export interface Rows {
  readonly count: number;
  /** The node of each row. */
  readonly node: Int32Array;
  /** The row of each node, -1 where it is hidden. */
  readonly rowOf: Int32Array;
  /** If only some nodes are kept, how many of them precede each node; null if all are. */
  readonly keptBefore: Int32Array | null;
}

/**
 * `closed` holds 1 for every node whose children are hidden; `kept`, where it is given, 1 for every node that is
 * shown at all.
 */
export function visibleRows(timeline: Timeline, closed: Uint8Array, kept: Uint8Array | null = null): Rows {
  const node = new Int32Array(timeline.count);
  const rowOf = new Int32Array(timeline.count).fill(-1);
  const keptBefore = kept && countBefore(kept);
  let count = 0;
  for (let at = 0; at < timeline.count; ) {
    if (kept && !kept[at]) {
      at += int32At(timeline.size, at);
      continue;
    }
    node[count] = at;
    rowOf[at] = count++;
    at += closed[at] ? int32At(timeline.size, at) : 1;
  }
  return { count, node: node.subarray(0, count), rowOf, keptBefore };
}

/** How many marked nodes precede each node; one entry more than there are nodes. */
export function countBefore(kept: Uint8Array): Int32Array {
  const before = new Int32Array(kept.length + 1);
  for (let at = 0; at < kept.length; at++) before[at + 1] = int32At(before, at) + uint8At(kept, at);
  return before;
}

/** How many spans a node has below it that can be shown. */
export function countBelow(timeline: Timeline, { keptBefore }: Rows, node: number): number {
  const end = node + int32At(timeline.size, node);
  if (!keptBefore) return end - node - 1;
  return int32At(keptBefore, end) - int32At(keptBefore, node + 1);
}

/** The marked nodes and all above them: what stays when the rest is hidden. A node that goes takes all below along. */
export function withAncestors(timeline: Timeline, marked: Uint8Array): Uint8Array {
  const kept = marked.slice();
  for (let at = kept.length - 1; at >= 0; at--) {
    const up = int32At(timeline.parent, at);
    if (kept[at] && up >= 0) kept[up] = 1;
  }
  return kept;
}

/** Closes every node with children at `depth` and deeper. */
export function closedFromDepth(timeline: Timeline, depth: number): Uint8Array {
  const closed = new Uint8Array(timeline.count);
  if (depth === Number.POSITIVE_INFINITY) return closed;
  for (let node = 0; node < timeline.count; node++) {
    if (int32At(timeline.depth, node) >= depth && int32At(timeline.size, node) > 1) closed[node] = 1;
  }
  return closed;
}

/** More rows than this at the start tell nothing at a glance. */
const openingRows = 400;

/** The depth from which on a run opens closed: none where it is small, else the deepest that stays readable. */
export function openingDepth(timeline: Timeline): number {
  if (timeline.count <= openingRows) return Number.POSITIVE_INFINITY;
  const deepest = timeline.depth.reduce((most, depth) => Math.max(most, depth));
  const perDepth = new Int32Array(deepest + 1);
  for (const depth of timeline.depth) addToInt32(perDepth, depth, 1);
  let rows = int32At(perDepth, 0);
  let depth = 0;
  while (depth < deepest && rows + int32At(perDepth, depth + 1) <= openingRows) {
    depth++;
    rows += int32At(perDepth, depth);
  }
  return depth;
}

/** Opens every ancestor of a node, so that it has a row; answers whether anything changed. */
export function reveal(timeline: Timeline, closed: Uint8Array, node: number): boolean {
  let changed = false;
  for (let up = int32At(timeline.parent, node); up >= 0; up = int32At(timeline.parent, up)) {
    if (closed[up]) changed = true;
    closed[up] = 0;
  }
  return changed;
}

/** The visible row of a node: its own, or that of the nearest ancestor that has one. */
export function rowOfNode(timeline: Timeline, rows: Rows, node: number): number {
  for (let at = node; at >= 0; at = int32At(timeline.parent, at)) {
    const row = int32At(rows.rowOf, at);
    if (row >= 0) return row;
  }
  return -1;
}

/** Where to scroll so that a row is in sight, with a row of room; where it is already, nothing moves. */
export function scrollToRow(row: number, scrollPx: number, heightPx: number): number {
  const top = row * sizes.rowPx;
  const visiblePx = heightPx - sizes.axisPx;
  if (top < scrollPx + sizes.rowPx) return Math.max(0, top - sizes.rowPx);
  if (top + 2 * sizes.rowPx > scrollPx + visiblePx) return Math.max(0, top + 2 * sizes.rowPx - visiblePx);
  return scrollPx;
}
