/**
 * Time in this house is a bigint of nanoseconds, branded so that a plain bigint cannot be taken for one.
 * Subtract the run's start first, then convert to number: a number of nanoseconds is exact up to 2^53
 * (104 days), an epoch in nanoseconds is not. Nothing that draws ever sees an epoch.
 */

declare const unit: unique symbol;

/** Nanoseconds: since the Unix epoch for a moment, since another moment for a length. */
export type Nanoseconds = bigint & { readonly [unit]: "ns" };

export function nanoseconds(value: bigint): Nanoseconds {
  return value as Nanoseconds;
}

export function msToNs(ms: number): Nanoseconds {
  return nanoseconds(BigInt(Math.round(ms * 1e6)));
}

/** Milliseconds since the epoch, for `new Date(…)`; the rest below a microsecond is lost. */
export function nsToMs(ns: bigint): number {
  return Number(ns / 1_000n) / 1_000;
}

/** An OpenTelemetry `HrTime`: [seconds, nanoseconds]. */
export function hrTimeToNs([seconds, rest]: readonly [number, number]): Nanoseconds {
  return nanoseconds(BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(rest)));
}

const scales = [
  { unit: "h", ns: 3_600e9 },
  { unit: "min", ns: 60e9 },
  { unit: "s", ns: 1e9 },
  { unit: "ms", ns: 1e6 },
  { unit: "µs", ns: 1e3 },
  { unit: "ns", ns: 1 },
] as const;

/** A length of time in the unit that suits it, in three significant figures: `482 µs`, `1.25 s`. */
export function formatDuration(durationNs: number): string {
  if (durationNs === 0) return "0 ms";
  const size = Math.abs(durationNs);
  // 999.6 µs rounds to 1000: it is written in the next unit up, as 1.00 ms.
  const scale = scales.find(({ ns }) => size >= ns * 0.9995) ?? { unit: "ns", ns: 1 };
  const value = durationNs / scale.ns;
  const digits = Math.abs(value) >= 99.95 || scale.unit === "ns" ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${scale.unit}`;
}
