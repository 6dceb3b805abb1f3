import {
  addToFloat64,
  addToInt32,
  addToUint32,
  at,
  float64At,
  int32At,
  uint8At,
  uint32At,
  uintAt,
} from "@/lib/base/checked";
import { joinDictionaries } from "./stages";
import type { Timeline } from "./timeline";

/**
 * Spans merged by their path of names, over all runs of a timeline: `ask > plan > query` is one frame,
 * whatever number of spans took that path. Arrays are indexed by frame, parents before their children,
 * siblings from the widest to the narrowest; a subtree is the stretch [frame, frame + size).
 *
 * A frame's width is its busy time: the self times of its spans and of all below them. Durations would not do,
 * since children that run side by side last longer together than their parent does and would not fit below it.
 * Self times add up whatever overlaps, so every frame is exactly as wide as its own time and its children
 * together, and a run with parallel work is wider than it lasted: that much work was done. The critical path
 * adds up in the same way, to the time that the run took.
 */
export interface Flame {
  readonly count: number;
  /** Entries of `names`. */
  readonly name: Uint32Array;
  readonly names: readonly string[];
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly size: Int32Array;
  /** The first span of the frame, as a node of the timeline. */
  readonly first: Int32Array;
  /** Index into `workKinds`, of the first span. */
  readonly work: Uint8Array;
  readonly spans: Uint32Array;
  readonly errors: Uint32Array;
  /** Sum of the spans' durations. */
  readonly totalNs: Float64Array;
  readonly selfNs: Float64Array;
  /** `selfNs` of the frame and all below it. */
  readonly busyNs: Float64Array;
  /** The critical path through the frame's spans and all below them, and the spans' own part of it. */
  readonly pathNs: Float64Array;
  readonly ownPathNs: Float64Array;
  /** The frame of each node of the timeline, -1 for the node of a run. */
  readonly frameOf: Int32Array;
  /** Spans of each run at [frame * runs + run]. */
  readonly spansByRun: Uint32Array;
  readonly runs: number;
}

/** Frames of a timeline. O(n log n), without recursion; chains of 100,000 and 50,000 siblings are ordinary. */
export function buildFlame(timeline: Timeline): Flame {
  const merged = mergeByPath(timeline);
  const { frameOf: madeOf, names } = merged;
  const parents = Int32Array.from(merged.parents);
  const nameOf = Uint32Array.from(merged.nameOf);
  const made = parents.length;
  const busy = new Float64Array(made);
  const place = { self: new Float64Array(made), total: new Float64Array(made), own: new Float64Array(made) };
  for (let node = 0; node < timeline.count; node++) {
    const frame = int32At(madeOf, node);
    if (frame < 0) continue;
    addToFloat64(place.self, frame, float64At(timeline.selfNs, node));
    addToFloat64(place.total, frame, float64At(timeline.durationNs, node));
    addToFloat64(place.own, frame, float64At(timeline.path.ownNs, node));
  }
  busy.set(place.self);
  const path = place.own.slice();
  // Frames are made parents first, so from the last to the first every sum is complete when it is passed on.
  for (let frame = made - 1; frame >= 0; frame--) {
    const up = int32At(parents, frame);
    if (up < 0) continue;
    addToFloat64(busy, up, float64At(busy, frame));
    addToFloat64(path, up, float64At(path, frame));
  }

  const order = widestFirst(parents, busy, place.total);
  const positionOf = new Int32Array(made);
  for (let position = 0; position < made; position++) positionOf[int32At(order, position)] = position;
  const arranged = (values: Float64Array) => Float64Array.from(order, (frame) => float64At(values, frame));
  const runs = timeline.runs.length;
  const flame = {
    count: made,
    name: Uint32Array.from(order, (frame) => uint32At(nameOf, frame)),
    names,
    parent: Int32Array.from(order, (frame) => {
      const up = int32At(parents, frame);
      return up < 0 ? -1 : int32At(positionOf, up);
    }),
    depth: new Int32Array(made),
    size: new Int32Array(made).fill(1),
    first: new Int32Array(made).fill(-1),
    work: new Uint8Array(made),
    spans: new Uint32Array(made),
    errors: new Uint32Array(made),
    totalNs: arranged(place.total),
    selfNs: arranged(place.self),
    busyNs: arranged(busy),
    pathNs: arranged(path),
    ownPathNs: arranged(place.own),
    frameOf: madeOf.map((frame) => (frame < 0 ? -1 : int32At(positionOf, frame))),
    spansByRun: new Uint32Array(made * runs),
    runs,
  };
  for (let node = timeline.count - 1; node >= 0; node--) {
    const at = int32At(flame.frameOf, node);
    if (at < 0) continue;
    flame.first[at] = node;
    flame.work[at] = uint8At(timeline.work, node);
    addToUint32(flame.spans, at, 1);
    addToUint32(flame.errors, at, uint8At(timeline.error, node));
    addToUint32(flame.spansByRun, at * runs + uint8At(timeline.run, node), 1);
  }
  for (let at = 0; at < made; at++) {
    const up = int32At(flame.parent, at);
    if (up >= 0) flame.depth[at] = int32At(flame.depth, up) + 1;
  }
  for (let at = made - 1; at >= 0; at--) {
    const up = int32At(flame.parent, at);
    if (up >= 0) addToInt32(flame.size, up, int32At(flame.size, at));
  }
  return flame;
}

/** The frame of each node (-1 for the node of a run), frames numbered as they are met: parents first. */
function mergeByPath({ count, run, span, parent, runs }: Timeline) {
  const names = joinDictionaries(runs.map(({ columns }) => columns.names));
  const frameOf = new Int32Array(count).fill(-1);
  const parents: number[] = [];
  const nameOf: number[] = [];
  // Children of a frame by name, in an open table at most half full: a Map of 100,000 pairs takes five times as long.
  let slots = 16;
  while (slots < 2 * count) slots *= 2;
  const table = new Int32Array(slots).fill(-1);
  let node = 0;
  for (const [r, { columns }] of runs.entries()) {
    const nameIn = at(names.index, r);
    // A run's nodes are contiguous.
    for (; node < count && run[node] === r; node++) {
      const spanAt = int32At(span, node);
      if (spanAt < 0) continue;
      const up = int32At(parent, node);
      const above = up < 0 ? -1 : int32At(frameOf, up);
      const name = uint32At(nameIn, uintAt(columns.name, spanAt));
      let slot = (Math.imul(above + 1, 0x9e3779b1) ^ Math.imul(name, 0x85ebca6b)) >>> 0;
      slot = (slot ^ (slot >>> 15)) & (slots - 1);
      for (;;) {
        const frame = int32At(table, slot);
        if (frame < 0) {
          table[slot] = parents.length;
          frameOf[node] = parents.length;
          parents.push(above);
          nameOf.push(name);
          break;
        }
        if (parents[frame] === above && nameOf[frame] === name) {
          frameOf[node] = frame;
          break;
        }
        slot = (slot + 1) & (slots - 1);
      }
    }
  }
  return { frameOf, parents, nameOf, names: names.entries };
}

/** Frames in the order in which they are read: parents before children, the busiest sibling first. */
function widestFirst(parents: Int32Array, busy: Float64Array, total: Float64Array): Int32Array {
  const count = parents.length;
  // Children of each frame as stretches of one array; slot 0 holds the roots. Only siblings are sorted.
  const from = new Int32Array(count + 2);
  for (const up of parents) addToInt32(from, up + 2, 1);
  for (let slot = 1; slot < from.length; slot++) addToInt32(from, slot, int32At(from, slot - 1));
  const children = new Int32Array(count);
  const filled = from.slice();
  for (let frame = 0; frame < count; frame++) {
    const slot = int32At(parents, frame) + 1;
    const place = int32At(filled, slot);
    children[place] = frame;
    filled[slot] = place + 1;
  }
  const wider = (a: number, b: number) =>
    float64At(busy, b) - float64At(busy, a) || float64At(total, b) - float64At(total, a) || a - b;
  for (let slot = 0; slot <= count; slot++) {
    const [first, last] = [int32At(from, slot), int32At(from, slot + 1)];
    if (last - first > 1) children.subarray(first, last).sort(wider);
  }
  const order = new Int32Array(count);
  // Every frame is pushed once, so the stack never holds more than there are.
  const stack = new Int32Array(count);
  let top = 0;
  const push = (slot: number) => {
    const first = int32At(from, slot);
    for (let k = int32At(from, slot + 1) - 1; k >= first; k--) stack[top++] = int32At(children, k);
  };
  push(0);
  for (let position = 0; position < count; position++) {
    const frame = int32At(stack, --top);
    order[position] = frame;
    push(frame + 1);
  }
  return order;
}

export function frameName(flame: Flame, frame: number): string {
  return at(flame.names, uint32At(flame.name, frame));
}

/** The names from the root down to the frame. */
export function framePath(flame: Flame, frame: number): string[] {
  const path: string[] = [];
  for (let at = frame; at >= 0; at = int32At(flame.parent, at)) path.push(frameName(flame, at));
  return path.reverse();
}

/** The frame with these names from the root down, or -1. */
export function frameAtPath(flame: Flame, path: readonly string[]): number {
  let frame = -1;
  for (const name of path) {
    frame = childrenOf(flame, frame).find((child) => frameName(flame, child) === name) ?? -1;
    if (frame < 0) return -1;
  }
  return frame;
}

/** The frames directly below a frame, the widest first; the roots for -1. */
export function childrenOf(flame: Flame, frame: number): number[] {
  const children: number[] = [];
  const last = frame < 0 ? flame.count : frame + int32At(flame.size, frame);
  for (let child = frame + 1; child < last; child += int32At(flame.size, child)) children.push(child);
  return children;
}
