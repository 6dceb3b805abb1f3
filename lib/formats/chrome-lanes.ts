import { at, float64At, int32At, last, uintAt } from "@/lib/base/checked";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";

/**
 * Chrome's viewer and Perfetto draw one row a thread and take what overlaps there for nesting, so spans that run
 * side by side need threads of their own. Every span gets a lane in which it either stands free or lies wholly
 * inside its own parent: no lane holds a false parent, none overlaps.
 *
 * Spans are looked at in the order of their start, as they are written: a span goes on its parent's lane when the
 * parent is the innermost one still open there, and else on the lowest lane that is free. n log n.
 */
export function chromeLanes(columns: SpanColumns): Int32Array {
  const { count, startOffsetNs, durationNs, parent, trace } = columns;
  const lane = new Int32Array(count).fill(-1);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => float64At(startOffsetNs, a) - float64At(startOffsetNs, b) || a - b);
  const endOf = (i: number) => float64At(startOffsetNs, i) + Math.max(0, float64At(durationNs, i));
  const traces = columns.traceIds.map(() => new Lanes());

  for (const i of order) {
    const lanes = at(traces, uintAt(trace, i));
    const startNs = float64At(startOffsetNs, i);
    const endNs = endOf(i);
    const up = int32At(parent, i);
    const upLane = up >= 0 ? int32At(lane, up) : -1;
    const open = upLane >= 0 ? lanes.open(upLane, startNs, endOf) : undefined;
    if (open && open.at(-1) === up && endNs <= endOf(up)) {
      open.push(i);
      lane[i] = upLane;
    } else lane[i] = lanes.take(i, startNs, endNs);
  }
  return lane;
}

/** The lanes of one trace. */
class Lanes {
  /** The spans still open in each lane, the innermost last. */
  readonly #open: number[][] = [];
  readonly #free = new Heap<number>((lane) => lane);
  readonly #busy = new Heap<{ readonly lane: number; readonly endNs: number }>(({ endNs }) => endNs);

  open(lane: number, nowNs: number, endOf: (span: number) => number): number[] {
    const open = at(this.#open, lane);
    while (open.length > 0 && endOf(last(open)) <= nowNs) open.pop();
    return open;
  }

  /** The lowest lane of which everything has ended, or a new one; the span is the outermost one on it. */
  take(span: number, startNs: number, endNs: number): number {
    for (let first = this.#busy.least(); first && first.endNs <= startNs; first = this.#busy.least()) {
      this.#busy.pop();
      this.#free.push(first.lane);
    }
    const lane = this.#free.pop() ?? this.#open.length;
    this.#open[lane] = [span];
    this.#busy.push({ lane, endNs });
    return lane;
  }
}

/** A binary heap: the least item first. */
class Heap<T> {
  readonly #items: T[] = [];
  constructor(private readonly rank: (item: T) => number) {}

  least(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let place = items.push(item) - 1;
    while (place > 0) {
      const up = (place - 1) >> 1;
      const above = items[up];
      if (above === undefined || this.rank(above) <= this.rank(item)) break;
      items[place] = above;
      place = up;
    }
    items[place] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const least = items[0];
    const bottom = items.pop();
    if (bottom === undefined || items.length === 0) return least;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      const left = items[below];
      if (left === undefined) break;
      const right = items[below + 1];
      if (right !== undefined && this.rank(right) < this.rank(left)) below++;
      const least = right !== undefined && this.rank(right) < this.rank(left) ? right : left;
      if (this.rank(least) >= this.rank(bottom)) break;
      items[place] = least;
      place = below;
    }
    items[place] = bottom;
    return least;
  }
}
