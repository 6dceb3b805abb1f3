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
    const at = (group[i] ?? -1) + 1;
    if (at > 0) from[at] = (from[at] ?? 0) + 1;
  }
  for (let g = 0; g < groups; g++) from[g + 1] = (from[g + 1] ?? 0) + (from[g] ?? 0);

  const durations = new Float64Array(from[groups] ?? 0);
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
    const g = group[i] ?? -1;
    if (g < 0) continue;
    const at = filled[g] ?? 0;
    durations[at] = spans.durationNs[i] ?? 0;
    filled[g] = at + 1;
    sums.first[g] = i;
    sums.errorCount[g] = (sums.errorCount[g] ?? 0) + (spans.error[i] ?? 0);
    sums.totalNs[g] = (sums.totalNs[g] ?? 0) + (spans.shownNs[i] ?? 0);
    sums.selfNs[g] = (sums.selfNs[g] ?? 0) + (spans.selfNs[i] ?? 0);
    sums.pathNs[g] = (sums.pathNs[g] ?? 0) + (spans.pathNs[i] ?? 0);
  }
  return Array.from({ length: groups }, (_, g) => {
    const sorted = durations.subarray(from[g], from[g + 1]).sort();
    if (sorted.length === 0) return undefined;
    return {
      first: sums.first[g] ?? 0,
      count: sorted.length,
      errorCount: sums.errorCount[g] ?? 0,
      totalNs: sums.totalNs[g] ?? 0,
      selfNs: sums.selfNs[g] ?? 0,
      pathNs: sums.pathNs[g] ?? 0,
      p50Ns: quantile(sorted, 0.5),
      p95Ns: quantile(sorted, 0.95),
      maxNs: sorted[sorted.length - 1] ?? 0,
    };
  });
}

/** Of sorted values, by linear interpolation between the nearest two (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
