import { addToFloat64, addToUint32, float64At, int32At, uint8At, uint32At } from "@/lib/base/checked";

/** Spans by position, each in a group or in none. Times are nanoseconds; no duration is negative. */
export interface GroupedSpans {
  readonly count: number;
  /** From 0 to `groups` - 1; -1 leaves the span out. */
  readonly group: Int32Array;
  readonly groups: number;
  readonly durationNs: Float64Array;
  /** What of the duration counts into the total: less than it where only a part of the run is looked at. */
  readonly shownNs: Float64Array;
  readonly selfNs: Float64Array;
  /** The span's own part of the critical path. */
  readonly pathNs: Float64Array;
  /** 1 where the span's status is an error. */
  readonly error: Uint8Array;
}

/** All spans of one group. Spans of a group within one another count into the total each; `selfNs` counts no moment twice. */
export interface GroupStatistics {
  /** The position of the first of them. */
  readonly first: number;
  readonly count: number;
  readonly errorCount: number;
  readonly totalNs: number;
  readonly selfNs: number;
  readonly pathNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly maxNs: number;
}

/** The statistics of each group, undefined for one without spans. O(n log n) for the quantiles. */
export function groupStatistics(spans: GroupedSpans): (GroupStatistics | undefined)[] {
  const { count, group, groups } = spans;
  const from = new Uint32Array(groups + 1);
  for (let i = 0; i < count; i++) {
    const g = int32At(group, i);
    if (g >= 0) addToUint32(from, g + 1, 1);
  }
  for (let g = 0; g < groups; g++) addToUint32(from, g + 1, uint32At(from, g));

  const durations = new Float64Array(uint32At(from, groups));
  const filled = from.slice();
  const sums = {
    first: new Int32Array(groups),
    errorCount: new Uint32Array(groups),
    totalNs: new Float64Array(groups),
    selfNs: new Float64Array(groups),
    pathNs: new Float64Array(groups),
  };
  // Backwards, so that the first of a group is the last to say so.
  for (let i = count - 1; i >= 0; i--) {
    const g = int32At(group, i);
    if (g < 0) continue;
    const at = uint32At(filled, g);
    durations[at] = float64At(spans.durationNs, i);
    filled[g] = at + 1;
    sums.first[g] = i;
    addToUint32(sums.errorCount, g, uint8At(spans.error, i));
    addToFloat64(sums.totalNs, g, float64At(spans.shownNs, i));
    addToFloat64(sums.selfNs, g, float64At(spans.selfNs, i));
    addToFloat64(sums.pathNs, g, float64At(spans.pathNs, i));
  }
  return Array.from({ length: groups }, (_, g) => {
    const sorted = durations.subarray(uint32At(from, g), uint32At(from, g + 1)).sort();
    if (sorted.length === 0) return undefined;
    return {
      first: int32At(sums.first, g),
      count: sorted.length,
      errorCount: uint32At(sums.errorCount, g),
      totalNs: float64At(sums.totalNs, g),
      selfNs: float64At(sums.selfNs, g),
      pathNs: float64At(sums.pathNs, g),
      p50Ns: quantile(sorted, 0.5),
      p95Ns: quantile(sorted, 0.95),
      maxNs: float64At(sorted, sorted.length - 1),
    };
  });
}

/** Of sorted values, by linear interpolation between the nearest two (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const at = (sorted.length - 1) * share;
  const low = float64At(sorted, Math.floor(at));
  const high = float64At(sorted, Math.ceil(at));
  return low + (high - low) * (at - Math.floor(at));
}
