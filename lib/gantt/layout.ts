import type { Timeline } from "./timeline";

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
}

/** `closed` holds 1 for every node whose children are hidden. */
export function visibleRows(timeline: Timeline, closed: Uint8Array): Rows {
  const node = new Int32Array(timeline.count);
  const rowOf = new Int32Array(timeline.count).fill(-1);
  let count = 0;
  for (let at = 0; at < timeline.count; ) {
    node[count] = at;
    rowOf[at] = count++;
    at += closed[at] ? (timeline.size[at] ?? 1) : 1;
  }
  return { count, node: node.subarray(0, count), rowOf };
}

/** Closes every node with children at `depth` and deeper. */
export function closedFromDepth(timeline: Timeline, depth: number): Uint8Array {
  const closed = new Uint8Array(timeline.count);
  for (let node = 0; node < timeline.count; node++) {
    if ((timeline.depth[node] ?? 0) >= depth && (timeline.size[node] ?? 1) > 1) closed[node] = 1;
  }
  return closed;
}

/** More rows than this at the start tell nothing at a glance. */
const openingRows = 400;

/** How a run opens: whole where it is small, else down to the deepest level that stays readable. */
export function openingState(timeline: Timeline): Uint8Array {
  if (timeline.count <= openingRows) return new Uint8Array(timeline.count);
  const perDepth: number[] = [];
  for (const depth of timeline.depth) perDepth[depth] = (perDepth[depth] ?? 0) + 1;
  let rows = perDepth[0] ?? 0;
  let depth = 0;
  while (depth + 1 < perDepth.length && rows + (perDepth[depth + 1] ?? 0) <= openingRows) {
    depth++;
    rows += perDepth[depth] ?? 0;
  }
  return closedFromDepth(timeline, depth);
}

/** Opens every ancestor of a node, so that it has a row; answers whether anything changed. */
export function reveal(timeline: Timeline, closed: Uint8Array, node: number): boolean {
  let changed = false;
  for (let up = timeline.parent[node] ?? -1; up >= 0; up = timeline.parent[up] ?? -1) {
    if (closed[up]) changed = true;
    closed[up] = 0;
  }
  return changed;
}

/** The visible row of a node: its own, or that of the nearest ancestor that has one. */
export function rowOfNode(timeline: Timeline, rows: Rows, node: number): number {
  for (let at = node; at >= 0; at = timeline.parent[at] ?? -1) {
    const row = rows.rowOf[at] ?? -1;
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
