import { clamp } from "@/lib/base/clamp";

/** A stretch of buckets that is being chosen, by its edges: 0 is the left end of the axis, `count` its right one. */
export interface BrushedBuckets {
  readonly from: number;
  readonly to: number;
}

/** Fewer pixels than this are a click, not a drag. */
export const minDragPx = 4;

/** All buckets that a drag from one place to another touches. Places are in pixels from the axis' left end. */
export function dragToBuckets(fromPx: number, toPx: number, widthPx: number, count: number): BrushedBuckets {
  const left = Math.min(fromPx, toPx);
  const right = Math.max(fromPx, toPx);
  const first = clamp(Math.floor((left / widthPx) * count), 0, count - 1);
  return { from: first, to: clamp(Math.ceil((right / widthPx) * count), first + 1, count) };
}

/** The bucket below a place. */
export function bucketAt(px: number, widthPx: number, count: number): number {
  return clamp(Math.floor((px / widthPx) * count), 0, count - 1);
}

export type BrushEdge = keyof BrushedBuckets;

/** How far a key moves an edge, in buckets; undefined for keys that do not. */
export function keyToStep(key: string, edge: number, count: number): number | undefined {
  if (key === "ArrowLeft" || key === "ArrowDown") return -1;
  if (key === "ArrowRight" || key === "ArrowUp") return 1;
  if (key === "PageDown") return -Math.max(1, Math.round(count / 10));
  if (key === "PageUp") return Math.max(1, Math.round(count / 10));
  if (key === "Home") return -edge;
  if (key === "End") return count - edge;
  return undefined;
}

/** One edge moved; at least one bucket stays between the two. */
export function moveEdge(
  chosen: BrushedBuckets,
  edge: BrushEdge,
  step: number,
  count: number,
): BrushedBuckets {
  return edge === "from"
    ? { ...chosen, from: clamp(chosen.from + step, 0, chosen.to - 1) }
    : { ...chosen, to: clamp(chosen.to + step, chosen.from + 1, count) };
}
