import { addToFloat64, addToInt32, at, float64At, int32At } from "@/lib/base/checked";
import type { SpanColumns } from "../columns/span-columns";
import type { SpanTree } from "./tree";

/**
 * The chain of work that decided how long the run took: shorten anything else and it ends no sooner. Found
 * from the end backwards, as CRISP does (Zhang et al., USENIX ATC 2022): at every moment the span waits for
 * the child that ended last before it; the gap between is the span's own. A child that outlives its parent
 * counts up to its parent's end, since nobody waited for the rest; one that was still running when the
 * child after it began held nothing up. The segments do not overlap and together last as long as the roots
 * that they are below.
 */
export interface CriticalPath {
  /** Segments of the span at a position: [from[position], from[position + 1]), by start. */
  readonly from: Int32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** By position: how much of the path is the span's own. */
  readonly ownNs: Float64Array;
}

/**
 * The path of a run: below its root, or where it has several (traces one after the other, spans whose parent
 * is missing), below those that do not overlap and together last longest. Time in which no root runs belongs
 * to nobody. O(n log n), without recursion.
 */
export function criticalPath(
  tree: SpanTree,
  columns: Pick<SpanColumns, "startOffsetNs" | "durationNs">,
): CriticalPath {
  const { count, span, size } = tree;
  const startOf = (position: number) => float64At(columns.startOffsetNs, int32At(span, position));
  const durationOf = (position: number) =>
    Math.max(0, float64At(columns.durationNs, int32At(span, position)));

  const owners: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  // Spans whose window is known and that have not been walked through yet.
  const waiting: { position: number; startNs: number; endNs: number }[] = [];
  for (const root of chainOfRoots(tree, startOf, durationOf)) {
    waiting.push({ position: root, startNs: startOf(root), endNs: startOf(root) + durationOf(root) });
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { position, startNs, endNs } = next;
    const own = (fromNs: number, toNs: number) => {
      if (toNs <= fromNs) return;
      owners.push(position);
      starts.push(fromNs);
      ends.push(toNs);
    };
    const endOf = (child: number) => Math.min(startOf(child) + durationOf(child), endNs);
    const children: number[] = [];
    const last = position + int32At(size, position);
    for (let child = position + 1; child < last; child += int32At(size, child)) {
      // What ended before the window or starts after it cannot have been waited for within it.
      if (startOf(child) < endNs && endOf(child) > startNs) children.push(child);
    }
    children.sort((a, b) => endOf(b) - endOf(a) || startOf(b) - startOf(a) || b - a);
    let cursorNs = endNs;
    for (const child of children) {
      const childEndNs = endOf(child);
      if (childEndNs > cursorNs) continue;
      const childStartNs = Math.max(startNs, startOf(child));
      own(childEndNs, cursorNs);
      waiting.push({ position: child, startNs: childStartNs, endNs: childEndNs });
      cursorNs = childStartNs;
    }
    own(startNs, cursorNs);
  }
  return byOwner(count, owners, starts, ends);
}

/**
 * The roots that do not overlap and together last longest, by start: weighted interval scheduling (Kleinberg
 * and Tardos, Algorithm Design, 6.1). One that lasts no time has no part in it.
 */
function chainOfRoots(
  { count, size }: SpanTree,
  startOf: (position: number) => number,
  durationOf: (position: number) => number,
): number[] {
  const roots: number[] = [];
  for (let position = 0; position < count; position += int32At(size, position)) {
    if (durationOf(position) > 0) roots.push(position);
  }
  const endOf = (root: number) => startOf(root) + durationOf(root);
  roots.sort((a, b) => endOf(a) - endOf(b) || a - b);
  // Of the first k roots: the longest that can be had, and how many of them end before the k-th starts.
  const bestNs = new Float64Array(roots.length + 1);
  const before = new Int32Array(roots.length + 1);
  for (const [k, root] of roots.entries()) {
    let [low, high] = [0, k];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (endOf(at(roots, middle)) <= startOf(root)) low = middle + 1;
      else high = middle;
    }
    before[k + 1] = low;
    bestNs[k + 1] = Math.max(float64At(bestNs, k), float64At(bestNs, low) + durationOf(root));
  }
  const chain: number[] = [];
  for (let k = roots.length; k > 0; ) {
    if (float64At(bestNs, k) === float64At(bestNs, k - 1)) k--;
    else {
      chain.push(at(roots, k - 1));
      k = int32At(before, k);
    }
  }
  return chain.reverse();
}

/** Each span's segments together and by start: within a root they were found from the latest to the earliest. */
function byOwner(count: number, owners: number[], starts: number[], ends: number[]): CriticalPath {
  const from = new Int32Array(count + 1);
  for (const owner of owners) addToInt32(from, owner + 1, 1);
  for (let i = 1; i <= count; i++) addToInt32(from, i, int32At(from, i - 1));
  const next = from.slice(0, count);
  const startNs = new Float64Array(owners.length);
  const endNs = new Float64Array(owners.length);
  const ownNs = new Float64Array(count);
  for (let k = owners.length - 1; k >= 0; k--) {
    const owner = at(owners, k);
    const [start, end] = [at(starts, k), at(ends, k)];
    const place = int32At(next, owner);
    next[owner] = place + 1;
    startNs[place] = start;
    endNs[place] = end;
    addToFloat64(ownNs, owner, end - start);
  }
  return { from, startNs, endNs, ownNs };
}
