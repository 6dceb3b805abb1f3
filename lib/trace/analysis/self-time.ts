import { float64At, int32At } from "@/lib/base/checked";
import type { SpanColumns } from "../columns/span-columns";
import type { SpanTree } from "./tree";

/** Spans by position in their tree (`SpanTree`): a subtree is a contiguous range, siblings are sorted by start. */
export interface PlacedSpans {
  readonly count: number;
  readonly size: Int32Array;
  readonly startNs: Float64Array;
  /** None is negative. */
  readonly durationNs: Float64Array;
}

/**
 * By position: the nanoseconds of a span during which none of its children ran, i.e. its duration without
 * the union of its children's times, each cut to the span. Children that overlap count once, and what a
 * child does after its parent's end takes nothing from the parent. Given a window, the same for what is
 * in it. O(n), without recursion.
 */
export function selfTimesOf(
  { count, size, startNs, durationNs }: PlacedSpans,
  window = { startNs: Number.NEGATIVE_INFINITY, endNs: Number.POSITIVE_INFINITY },
): Float64Array {
  const selfNs = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    const begun = float64At(startNs, position);
    const start = Math.max(window.startNs, begun);
    const end = Math.min(window.endNs, begun + float64At(durationNs, position));
    if (end <= start) continue;
    let covered = 0;
    // Siblings are sorted by start, so one sweep finds the union: `until` is where it ends so far.
    let until = start;
    const last = position + int32At(size, position);
    for (let child = position + 1; child < last; child += int32At(size, child)) {
      const childStart = float64At(startNs, child);
      const childEnd = Math.min(end, childStart + float64At(durationNs, child));
      const from = Math.max(until, childStart);
      if (childEnd > from) {
        covered += childEnd - from;
        until = childEnd;
      }
    }
    selfNs[position] = end - start - covered;
  }
  return selfNs;
}

/** The self times of a run's spans, by position in its tree. */
export function selfTimes(
  { count, span, size }: SpanTree,
  columns: Pick<SpanColumns, "startOffsetNs" | "durationNs">,
): Float64Array {
  const startNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    const i = int32At(span, position);
    startNs[position] = float64At(columns.startOffsetNs, i);
    durationNs[position] = Math.max(0, float64At(columns.durationNs, i));
  }
  return selfTimesOf({ count, size, startNs, durationNs });
}
