import type { SpanColumns } from "./span-columns";
import type { SpanTree } from "./tree";

/**
 * By position: the nanoseconds of a span during which none of its children ran, i.e. its duration without
 * the union of its children's times, each cut to the span. Children that overlap count once, and what a
 * child does after its parent's end takes nothing from the parent.
 */
export function selfTimes(
  tree: SpanTree,
  columns: Pick<SpanColumns, "startOffsetNs" | "durationNs">,
): Float64Array {
  const { count, span, size } = tree;
  const selfNs = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    const i = span[position] ?? 0;
    const start = columns.startOffsetNs[i] ?? 0;
    const end = start + Math.max(0, columns.durationNs[i] ?? 0);
    let covered = 0;
    // Siblings lie in order of their start, so one sweep finds the union: `until` is where it ends so far.
    let until = start;
    const last = position + (size[position] ?? 1);
    for (let child = position + 1; child < last; child += size[child] ?? 1) {
      const c = span[child] ?? 0;
      const childStart = columns.startOffsetNs[c] ?? 0;
      const childEnd = Math.min(end, childStart + Math.max(0, columns.durationNs[c] ?? 0));
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
