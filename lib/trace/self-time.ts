import type { SpanColumns } from "./span-columns";
import type { SpanTree } from "./tree";

/** Spans by position in their tree (`SpanTree`): a subtree is a stretch, siblings lie by start. */
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
 * child does after its parent's end takes nothing from the parent. Given a window, the same of what lies
 * in it. O(n), without recursion.
 */
export function selfTimesOf(
  { count, size, startNs, durationNs }: PlacedSpans,
  window = { startNs: Number.NEGATIVE_INFINITY, endNs: Number.POSITIVE_INFINITY },
): Float64Array {
  const selfNs = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    const begun = startNs[position] ?? 0;
    const start = Math.max(window.startNs, begun);
    const end = Math.min(window.endNs, begun + (durationNs[position] ?? 0));
    if (end <= start) continue;
    let covered = 0;
    // Siblings lie in order of their start, so one sweep finds the union: `until` is where it ends so far.
    let until = start;
    const last = position + (size[position] ?? 1);
    for (let child = position + 1; child < last; child += size[child] ?? 1) {
      const childStart = startNs[child] ?? 0;
      const childEnd = Math.min(end, childStart + (durationNs[child] ?? 0));
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
    const i = span[position] ?? 0;
    startNs[position] = columns.startOffsetNs[i] ?? 0;
    durationNs[position] = Math.max(0, columns.durationNs[i] ?? 0);
  }
  return selfTimesOf({ count, size, startNs, durationNs });
}
