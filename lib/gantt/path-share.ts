import type { Timeline } from "./timeline";

/** Added up once for a timeline: a selection must not take longer for a run of 100,000 spans. */
const lengths = new WeakMap<Timeline, Float64Array>();

/** How much of its run's critical path is a node's own, from 0 to 1. */
export function pathShare(timeline: Timeline, node: number): number {
  const ownNs = timeline.path.ownNs[node] ?? 0;
  const wholeNs = runPathsNs(timeline)[timeline.run[node] ?? 0] ?? 0;
  return wholeNs > 0 ? ownNs / wholeNs : 0;
}

/** The length of each run's critical path. */
function runPathsNs(timeline: Timeline): Float64Array {
  const known = lengths.get(timeline);
  if (known) return known;
  const wholeNs = new Float64Array(timeline.runs.length);
  for (let node = 0; node < timeline.count; node++) {
    const run = timeline.run[node] ?? 0;
    wholeNs[run] = (wholeNs[run] ?? 0) + (timeline.path.ownNs[node] ?? 0);
  }
  lengths.set(timeline, wholeNs);
  return wholeNs;
}
