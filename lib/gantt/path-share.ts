import { addToFloat64, float64At, uint8At } from "@/lib/base/checked";
import type { Timeline } from "./timeline";

/** Added up once for a timeline: a selection must not take longer for a run of 100,000 spans. */
const lengths = new WeakMap<Timeline, Float64Array>();

/** How much of its run's critical path is a node's own, from 0 to 1. */
export function pathShare(timeline: Timeline, node: number): number {
  const ownNs = float64At(timeline.path.ownNs, node);
  const wholeNs = float64At(runPathsNs(timeline), uint8At(timeline.run, node));
  return wholeNs > 0 ? ownNs / wholeNs : 0;
}

/** The length of each run's critical path. */
function runPathsNs(timeline: Timeline): Float64Array {
  const known = lengths.get(timeline);
  if (known) return known;
  const wholeNs = new Float64Array(timeline.runs.length);
  for (let node = 0; node < timeline.count; node++) {
    addToFloat64(wholeNs, uint8At(timeline.run, node), float64At(timeline.path.ownNs, node));
  }
  lengths.set(timeline, wholeNs);
  return wholeNs;
}
