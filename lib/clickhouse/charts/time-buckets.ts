const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Widths that people count in, in milliseconds. */
const widths = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 28].map((n) => n * day),
] as const;

/** Buckets of equal width at whole multiples of it since 1970, so that they stay put as time goes on. */
export interface TimeBuckets {
  readonly startMs: number;
  readonly widthMs: number;
  readonly count: number;
}

/** The narrowest buckets that cover [fromMs, toMs) in at most `max`. An empty range gives none. */
export function chooseBuckets(fromMs: number, toMs: number, max: number): TimeBuckets {
  if (!(toMs > fromMs)) return { startMs: fromMs, widthMs: 1, count: 0 };
  for (let at = 0; ; at++) {
    // Beyond four weeks, doubled: clocks that were never set make ranges of decades.
    const widthMs = widths[at] ?? 28 * day * 2 ** (at - widths.length + 1);
    const first = Math.floor(fromMs / widthMs);
    const count = Math.ceil(toMs / widthMs) - first;
    if (count <= max) return { startMs: first * widthMs, widthMs, count };
  }
}
