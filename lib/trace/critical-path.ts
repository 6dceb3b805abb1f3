import type { SpanColumns } from "./span-columns";
import type { SpanTree } from "./tree";

/**
 * The chain of work that decided how long the run took: shorten anything else and it ends no sooner. Found
 * from the end backwards, as CRISP does (Zhang et al., USENIX ATC 2022): at every moment the span waits for
 * the child that ended last before it; what lies between is the span's own. A child that outlives its parent
 * counts up to its parent's end, since nobody waited for the rest; one that was still running when the
 * child after it began held nothing up. The segments do not overlap and together last as long as the root.
 */
export interface CriticalPath {
  /** Segments of the span at a position: [from[position], from[position + 1]), by start. */
  readonly from: Int32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** By position: how much of the path is the span's own. */
  readonly ownNs: Float64Array;
}

/** The path below the root that lasts longest; other roots have no part in it. */
export function criticalPath(
  tree: SpanTree,
  columns: Pick<SpanColumns, "startOffsetNs" | "durationNs">,
): CriticalPath {
  const { count, span, parent, size } = tree;
  const startOf = (position: number) => columns.startOffsetNs[span[position] ?? 0] ?? 0;
  const durationOf = (position: number) => Math.max(0, columns.durationNs[span[position] ?? 0] ?? 0);

  let root = -1;
  for (let position = 0; position < count; position += size[position] ?? 1) {
    if (parent[position] === -1 && (root < 0 || durationOf(position) > durationOf(root))) root = position;
  }
  const owners: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  // Spans whose window is known and that have not been walked through yet.
  const waiting: { position: number; startNs: number; endNs: number }[] = [];
  if (root >= 0)
    waiting.push({ position: root, startNs: startOf(root), endNs: startOf(root) + durationOf(root) });
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
    const last = position + (size[position] ?? 1);
    for (let child = position + 1; child < last; child += size[child] ?? 1) {
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

/** Each span's segments together and by start: they were found from the latest to the earliest. */
function byOwner(count: number, owners: number[], starts: number[], ends: number[]): CriticalPath {
  const from = new Int32Array(count + 1);
  for (const owner of owners) from[owner + 1] = (from[owner + 1] ?? 0) + 1;
  for (let i = 1; i <= count; i++) from[i] = (from[i] ?? 0) + (from[i - 1] ?? 0);
  const next = from.slice(0, count);
  const startNs = new Float64Array(owners.length);
  const endNs = new Float64Array(owners.length);
  const ownNs = new Float64Array(count);
  for (let k = owners.length - 1; k >= 0; k--) {
    const owner = owners[k] ?? 0;
    const at = next[owner] ?? 0;
    next[owner] = at + 1;
    startNs[at] = starts[k] ?? 0;
    endNs[at] = ends[k] ?? 0;
    ownNs[owner] = (ownNs[owner] ?? 0) + (ends[k] ?? 0) - (starts[k] ?? 0);
  }
  return { from, startNs, endNs, ownNs };
}
