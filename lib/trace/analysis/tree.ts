import { addToInt32, float64At, int32At, uint8At, uint32At, uintAt } from "@/lib/base/checked";
import type { SpanColumns } from "../columns/span-columns";
import { indexSpans } from "../columns/span-ids";

/**
 * The spans of one run as a tree, in the order in which they are read: a parent before its children, siblings
 * by start. Everything is indexed by a span's position in that order, so a subtree is the stretch
 * [position, position + size). Iterative throughout: chains of 100,000 and 50,000 siblings are ordinary.
 *
 * Real traces are broken in every way, and none of it may lose a span or hang: a parent that never arrived
 * makes its child a root, a cycle is cut open at its earliest span, a span that arrived twice is shown twice
 * and marked.
 */
export interface SpanTree {
  readonly count: number;
  /** The span (index into the columns) at each position. */
  readonly span: Int32Array;
  /** The position of the parent, -1 for a root. */
  readonly parent: Int32Array;
  /** 0 for a root. */
  readonly depth: Int32Array;
  /** The span itself and all below it. */
  readonly size: Int32Array;
  /** What is odd about the span: bits of `oddities`. */
  readonly odd: Uint8Array;
  readonly oddCounts: Readonly<Record<Oddity, number>>;
}

export const oddities = {
  /** Its parent is not among the spans of this run. */
  orphan: 1,
  /** It is its own ancestor; shown as a root. */
  cycle: 2,
  /** A span of the same id is here already. */
  duplicate: 4,
  /** It starts before its parent or ends after it, within one service: asynchronous work. */
  outsideParent: 8,
  /** It ends before it starts; shown with no duration. */
  endsBeforeStart: 16,
  /** As `outsideParent`, but of another service: two machines, whose clocks may differ. */
  skewed: 32,
  /** It has no end, or another time that is none; shown with no duration. */
  unfinished: 64,
} as const;
export type Oddity = keyof typeof oddities;

/** What each anomaly means, for a person looking at the span. */
export const oddityTexts: Readonly<Record<Oddity, string>> = {
  orphan: "Its parent is not among the spans of this run, so it is shown as a root.",
  cycle: "It names itself as an ancestor, so it is shown as a root.",
  duplicate: "Another span of this run has the same id.",
  outsideParent: "It starts before its parent or ends after it: work that nobody waited for.",
  endsBeforeStart: "It ends before it starts, so it is shown with no duration.",
  skewed:
    "It starts before its parent, of another service, or ends after it: the clocks of their machines differ, or nobody waited for it.",
  unfinished: "It has no end, or a time that is none, so it is shown with no duration.",
};

/** Negative durations are sentinels: −1 ends before it starts, −2 has no end. */
export const reversedNs = -1;
export const unfinishedNs = -2;

/** Clocks of one process differ by this much already (JavaScript's steps by a millisecond): that is not odd. */
const clockStepNs = 1e6;

type TreeColumns = Pick<
  SpanColumns,
  "count" | "startOffsetNs" | "durationNs" | "spanIds" | "parentIds" | "parent" | "trace" | "service"
>;

export function buildTree(columns: TreeColumns): SpanTree {
  const { count, startOffsetNs, durationNs } = columns;
  const marks = new Uint8Array(count);
  const parentSpan = acyclicParents(columns, marks);
  markDuplicates(columns, marks);

  // Children of each span as stretches of one array, filled in order of start. Slot `count` holds the roots.
  const order = spansByStart(startOffsetNs);
  const childrenFrom = new Int32Array(count + 2);
  const slot = (span: number) => {
    const parent = int32At(parentSpan, span);
    return parent < 0 ? count : parent;
  };
  for (let i = 0; i < count; i++) addToInt32(childrenFrom, slot(i) + 1, 1);
  for (let i = 1; i < childrenFrom.length; i++) addToInt32(childrenFrom, i, int32At(childrenFrom, i - 1));
  const children = new Int32Array(count);
  const filled = childrenFrom.slice();
  for (const i of order) {
    const at = slot(i);
    const next = int32At(filled, at);
    children[next] = i;
    filled[at] = next + 1;
  }

  const span = new Int32Array(count);
  const parent = new Int32Array(count);
  const depth = new Int32Array(count);
  const size = new Int32Array(count).fill(1);
  const odd = new Uint8Array(count);
  const positionOf = new Int32Array(count);
  // Every span is pushed once, so the stack never holds more than there are.
  const stack = new Int32Array(count);
  let top = 0;
  const push = (at: number) => {
    const begin = int32At(childrenFrom, at);
    for (let k = int32At(childrenFrom, at + 1) - 1; k >= begin; k--) stack[top++] = int32At(children, k);
  };
  push(count);
  for (let position = 0; position < count; position++) {
    const i = int32At(stack, --top);
    const up = int32At(parentSpan, i);
    const parentPosition = up < 0 ? -1 : int32At(positionOf, up);
    positionOf[i] = position;
    span[position] = i;
    parent[position] = parentPosition;
    depth[position] = parentPosition < 0 ? 0 : int32At(depth, parentPosition) + 1;
    let mark = uint8At(marks, i);
    const start = float64At(startOffsetNs, i);
    const duration = float64At(durationNs, i);
    if (duration < 0) mark |= duration === unfinishedNs ? oddities.unfinished : oddities.endsBeforeStart;
    if (up >= 0) {
      const parentStart = float64At(startOffsetNs, up);
      const parentEnd = parentStart + Math.max(0, float64At(durationNs, up));
      const end = start + Math.max(0, duration);
      if (start < parentStart - clockStepNs || end > parentEnd + clockStepNs) {
        const isElsewhere = uintAt(columns.service, i) !== uintAt(columns.service, up);
        mark |= isElsewhere ? oddities.skewed : oddities.outsideParent;
      }
    }
    odd[position] = mark;
    push(i);
  }
  for (let position = count - 1; position >= 0; position--) {
    const up = int32At(parent, position);
    if (up >= 0) addToInt32(size, up, int32At(size, position));
  }
  return { count, span, parent, depth, size, odd, oddCounts: countOddities(odd) };
}

/** Span indexes by start, equal starts in their given order. Stores answer in that order mostly: checked first. */
function spansByStart(startNs: Float64Array): Uint32Array {
  const order = new Uint32Array(startNs.length);
  let sorted = true;
  for (let i = 0; i < order.length; i++) {
    order[i] = i;
    if (i > 0 && float64At(startNs, i - 1) > float64At(startNs, i)) sorted = false;
  }
  return sorted ? order : order.sort((a, b) => float64At(startNs, a) - float64At(startNs, b) || a - b);
}

/** Parents with every cycle cut open at its earliest span, which becomes a root; marks orphans and cuts. */
function acyclicParents(columns: TreeColumns, marks: Uint8Array): Int32Array {
  const { count, parentIds, startOffsetNs } = columns;
  const parent = columns.parent.slice();
  // The walk (its first span + 1) that reached a span; a walk that meets itself has gone round a cycle.
  const walk = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const namesParent = uint32At(parentIds, 2 * i) !== 0 || uint32At(parentIds, 2 * i + 1) !== 0;
    if (namesParent && int32At(columns.parent, i) === -1) marks[i] = oddities.orphan;
    let at = i;
    while (at >= 0 && int32At(walk, at) === 0) {
      walk[at] = i + 1;
      at = int32At(parent, at);
    }
    if (at < 0 || int32At(walk, at) !== i + 1) continue;
    let earliest = at;
    for (let k = int32At(parent, at); k !== at; k = int32At(parent, k)) {
      const [start, least] = [float64At(startOffsetNs, k), float64At(startOffsetNs, earliest)];
      if (start < least || (start === least && k < earliest)) earliest = k;
    }
    parent[earliest] = -1;
    marks[earliest] = oddities.cycle;
  }
  return parent;
}

function markDuplicates({ count, spanIds, trace }: TreeColumns, marks: Uint8Array): void {
  const first = indexSpans(spanIds, trace);
  for (let i = 0; i < count; i++) {
    const same = first(uint32At(spanIds, 2 * i), uint32At(spanIds, 2 * i + 1), uintAt(trace, i));
    if (same !== i) marks[i] = uint8At(marks, i) | oddities.duplicate;
  }
}

/** No span of any oddity. */
export function noOddities(): Record<Oddity, number> {
  return {
    orphan: 0,
    cycle: 0,
    duplicate: 0,
    outsideParent: 0,
    endsBeforeStart: 0,
    skewed: 0,
    unfinished: 0,
  };
}

function countOddities(odd: Uint8Array): Record<Oddity, number> {
  const counts = noOddities();
  for (const mark of odd) {
    if (mark === 0) continue;
    for (const name of Object.keys(counts) as Oddity[]) if (mark & oddities[name]) counts[name]++;
  }
  return counts;
}

/** The oddities of a span in words. */
export function oddityNames(mark: number): Oddity[] {
  return (Object.keys(oddities) as Oddity[]).filter((name) => mark & oddities[name]);
}
