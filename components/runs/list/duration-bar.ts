import { at } from "@/lib/base/checked";
/**
 * The nearest-rank percentile: the smallest value that at least `share` (0 to 1) of the values do not exceed.
 * 0 for no values.
 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.ceil(share * sorted.length);
  return at(sorted, Math.min(Math.max(rank, 1), sorted.length) - 1);
}

export interface DurationBar {
  /** Of the bar's full length, which stands for the p95 of the list. */
  readonly fraction: number;
  /** Longer than the p95: the bar is full and says so by its shape. */
  readonly isOver: boolean;
}

/** A duration against the p95 of its list. A list without time gives empty bars. */
export function durationToBar(durationMs: number, p95Ms: number): DurationBar {
  if (!(p95Ms > 0) || !(durationMs > 0)) return { fraction: 0, isOver: false };
  return { fraction: Math.min(durationMs / p95Ms, 1), isOver: durationMs > p95Ms };
}
