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
  const { frameOf: madeOf, parents, names, nameOf } = mergeByPath(timeline);
  const made = parents.length;
  const busy = new Float64Array(made);
  const place = { self: new Float64Array(made), total: new Float64Array(made), own: new Float64Array(made) };
  for (let node = 0; node < timeline.count; node++) {
    const frame = madeOf[node] ?? -1;
    if (frame < 0) continue;
    place.self[frame] = (place.self[frame] ?? 0) + (timeline.selfNs[node] ?? 0);
    place.total[frame] = (place.total[frame] ?? 0) + (timeline.durationNs[node] ?? 0);
    place.own[frame] = (place.own[frame] ?? 0) + (timeline.path.ownNs[node] ?? 0);
  }
  busy.set(place.self);
  const path = place.own.slice();
  // Frames are made parents first, so from the last to the first every sum is complete when it is passed on.
  for (let frame = made - 1; frame >= 0; frame--) {
    const up = parents[frame] ?? -1;
    if (up < 0) continue;
    busy[up] = (busy[up] ?? 0) + (busy[frame] ?? 0);
    path[up] = (path[up] ?? 0) + (path[frame] ?? 0);
  }

  const order = widestFirst(parents, busy, place.total);
  const positionOf = new Int32Array(made);
  for (const [position, frame] of order.entries()) positionOf[frame] = position;
  const arranged = (values: Float64Array) => Float64Array.from(order, (frame) => values[frame] ?? 0);
  const runs = timeline.runs.length;
  const flame = {
    count: made,
    name: Uint32Array.from(order, (frame) => nameOf[frame] ?? 0),
    names,
    parent: Int32Array.from(order, (frame) => {
      const up = parents[frame] ?? -1;
      return up < 0 ? -1 : (positionOf[up] ?? -1);
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
    frameOf: madeOf.map((frame) => (frame < 0 ? -1 : (positionOf[frame] ?? -1))),
    spansByRun: new Uint32Array(made * runs),
    runs,
  };
  for (let node = timeline.count - 1; node >= 0; node--) {
    const at = flame.frameOf[node] ?? -1;
    if (at < 0) continue;
    const cell = at * runs + (timeline.run[node] ?? 0);
    flame.first[at] = node;
    flame.work[at] = timeline.work[node] ?? 0;
    flame.spans[at] = (flame.spans[at] ?? 0) + 1;
    flame.errors[at] = (flame.errors[at] ?? 0) + (timeline.error[node] ?? 0);
    flame.spansByRun[cell] = (flame.spansByRun[cell] ?? 0) + 1;
  }
  for (let at = 0; at < made; at++) {
    const up = flame.parent[at] ?? -1;
    if (up >= 0) flame.depth[at] = (flame.depth[up] ?? 0) + 1;
  }
  for (let at = made - 1; at >= 0; at--) {
    const up = flame.parent[at] ?? -1;
    if (up >= 0) flame.size[up] = (flame.size[up] ?? 0) + (flame.size[at] ?? 0);
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
    const nameIn = names.index[r] ?? new Uint32Array();
    // A run's nodes lie together.
    for (; node < count && run[node] === r; node++) {
      const at = span[node] ?? -1;
      if (at < 0) continue;
      const up = parent[node] ?? -1;
      const above = up < 0 ? -1 : (frameOf[up] ?? -1);
      const name = nameIn[columns.name[at] ?? 0] ?? 0;
      let slot = (Math.imul(above + 1, 0x9e3779b1) ^ Math.imul(name, 0x85ebca6b)) >>> 0;
      slot = (slot ^ (slot >>> 15)) & (slots - 1);
      for (;;) {
        const frame = table[slot] ?? -1;
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
function widestFirst(parents: readonly number[], busy: Float64Array, total: Float64Array): Int32Array {
  const count = parents.length;
  // Children of each frame as stretches of one array; slot 0 holds the roots. Only siblings are sorted.
  const from = new Int32Array(count + 2);
  for (const up of parents) from[up + 2] = (from[up + 2] ?? 0) + 1;
  for (let slot = 1; slot < from.length; slot++) from[slot] = (from[slot] ?? 0) + (from[slot - 1] ?? 0);
  const children = new Int32Array(count);
  const filled = from.slice();
  for (let frame = 0; frame < count; frame++) {
    const slot = (parents[frame] ?? -1) + 1;
    const at = filled[slot] ?? 0;
    children[at] = frame;
    filled[slot] = at + 1;
  }
  const wider = (a: number, b: number) =>
    (busy[b] ?? 0) - (busy[a] ?? 0) || (total[b] ?? 0) - (total[a] ?? 0) || a - b;
  for (let slot = 0; slot <= count; slot++) {
    const [first, last] = [from[slot] ?? 0, from[slot + 1] ?? 0];
    if (last - first > 1) children.subarray(first, last).sort(wider);
  }
  const order = new Int32Array(count);
  // Every frame is pushed once, so the stack never holds more than there are.
  const stack = new Int32Array(count);
  let top = 0;
  const push = (slot: number) => {
    for (let k = (from[slot + 1] ?? 0) - 1; k >= (from[slot] ?? 0); k--) stack[top++] = children[k] ?? 0;
  };
  push(0);
  for (let position = 0; position < count; position++) {
    const frame = stack[--top] ?? 0;
    order[position] = frame;
    push(frame + 1);
  }
  return order;
}

export function frameName(flame: Flame, frame: number): string {
  return flame.names[flame.name[frame] ?? 0] ?? "";
}

/** The names from the root down to the frame. */
export function framePath(flame: Flame, frame: number): string[] {
  const path: string[] = [];
  for (let at = frame; at >= 0; at = flame.parent[at] ?? -1) path.push(frameName(flame, at));
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
  const last = frame < 0 ? flame.count : frame + (flame.size[frame] ?? 1);
  for (let child = frame + 1; child < last; child += flame.size[child] ?? 1) children.push(child);
  return children;
}
