import { modeNames, parseMode } from "@/components/shared/mode-names";
import type { AskMode } from "@/lib/api/ask";
import type { RunChart } from "@/lib/api/run-chart";
import { at } from "@/lib/base/checked";
import { type WorkKind, workKinds } from "@/lib/trace/names";

/** What the charts draw, from what the API says: one row for each bucket of the axis, also the empty ones. */
export interface ChartSeries {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly count: number;
  readonly kinds: readonly RunKind[];
  readonly buckets: readonly ChartBucket[];
  readonly stretches: readonly StageStretch[];
  /** The kinds of work that took any time, in the palette's order, "other" last. */
  readonly works: readonly WorkKind[];
  readonly durationScale: DurationScale;
  readonly maxErrors: number;
}

export interface RunKind {
  readonly label: string;
  readonly mode: AskMode | undefined;
  readonly runs: number;
}

export interface ChartBucket {
  readonly startMs: number;
  /** The middle, where points are drawn. */
  readonly atMs: number;
  readonly runs: number;
  readonly errors: number;
  /** By kind; undefined where no such run started in the bucket. */
  readonly kinds: readonly (KindDurations | undefined)[];
}

interface KindDurations {
  readonly runs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface StageStretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly runs: number;
  /** Shares of the stretch's whole time, 0 to 1, by index into `workKinds`. */
  readonly shares: readonly number[];
  readonly totalMs: number;
}

/** Undefined where the answer has no axis: nothing is stored and nothing was asked for. */
export function chartToSeries(chart: RunChart): ChartSeries | undefined {
  if (chart.from === null || chart.to === null) return undefined;
  const fromMs = Date.parse(chart.from);
  const toMs = Date.parse(chart.to);
  const bucketMs = chart.bucket_ms;
  const count = Math.max(1, Math.round((toMs - fromMs) / bucketMs));
  const filled = new Map(
    chart.buckets.map((bucket) => [Math.round((Date.parse(bucket.start) - fromMs) / bucketMs), bucket]),
  );
  const buckets = Array.from({ length: count }, (_, i): ChartBucket => {
    const startMs = fromMs + i * bucketMs;
    const bucket = filled.get(i);
    const kinds = chart.kinds.map((_, kind): KindDurations | undefined => {
      const own = bucket?.kinds.find((entry) => entry.kind === kind);
      return own && { runs: own.runs, p50Ms: own.p50_ms, p95Ms: own.p95_ms };
    });
    return {
      startMs,
      atMs: startMs + bucketMs / 2,
      runs: bucket?.runs ?? 0,
      errors: bucket?.errors ?? 0,
      kinds,
    };
  });
  const stretches = chart.stages.stretches.map((stretch): StageStretch => {
    const totalMs = stretch.self_ms.reduce((sum, each) => sum + each, 0);
    return {
      startMs: Date.parse(stretch.start),
      endMs: Date.parse(stretch.end),
      runs: stretch.runs,
      shares: stretch.self_ms.map((each) => (totalMs > 0 ? each / totalMs : 0)),
      totalMs,
    };
  });
  return {
    fromMs,
    toMs,
    bucketMs,
    count,
    kinds: chart.kinds.map(({ mode, name, runs }) => ({
      label: kindLabel(mode, name),
      mode: parseMode(mode),
      runs,
    })),
    buckets,
    stretches,
    works: [...workKinds.slice(1), "other" as const].filter((work) =>
      stretches.some(({ shares }) => at(shares, workKinds.indexOf(work)) > 0),
    ),
    durationScale: chooseScale(
      buckets.flatMap(({ kinds }) => kinds.flatMap((kind) => (kind ? [kind.p50Ms, kind.p95Ms] : []))),
    ),
    maxErrors: Math.max(0, ...buckets.map(({ errors }) => errors)),
  };
}

/** A kind of run in words; those without a series of their own are "Others". */
export function kindLabel(mode: string, name: string): string {
  const known = parseMode(mode);
  return known ? modeNames[known] : mode || name || "Others";
}

export interface DurationScale {
  readonly isLog: boolean;
  readonly lowMs: number;
  readonly highMs: number;
  readonly ticksMs: readonly number[];
}

/** From this ratio of the largest to the smallest on, equal steps would press the small ones onto the axis. */
const logFrom = 30;
const minMs = 1e-3;

/** The stretch of durations on the axis with round ends: by powers where they differ much, otherwise from 0. */
export function chooseScale(durationsMs: readonly number[]): DurationScale {
  // A logarithmic axis has no 0; everything below a microsecond is drawn there.
  const values = durationsMs.map((each) => Math.max(each, minMs));
  const highest = Math.max(...values, minMs);
  const lowest = values.length > 0 ? Math.min(...values) : highest;
  if (values.length === 0) return { isLog: false, lowMs: 0, highMs: 1, ticksMs: [0, 1] };
  if (highest / lowest < logFrom) {
    const step = roundUp(highest / 3);
    const steps = Math.ceil(highest / step - 1e-9);
    const ticksMs = Array.from({ length: steps + 1 }, (_, i) => i * step);
    return { isLog: false, lowMs: 0, highMs: steps * step, ticksMs };
  }
  const from = Math.max(
    0,
    logTicksMs.findLastIndex((tick) => tick <= lowest),
  );
  const above = logTicksMs.findIndex((tick) => tick >= highest);
  const to = above < 0 ? logTicksMs.length - 1 : above;
  // Four labels at most fit the height.
  const step = Math.max(1, Math.ceil((to - from) / 3));
  const ticksMs = logTicksMs.slice(from, to + 1).filter((_, i) => i % step === 0);
  return {
    isLog: true,
    lowMs: at(logTicksMs, from),
    highMs: Math.max(at(logTicksMs, to), highest),
    ticksMs,
  };
}

/** About a power of ten apart, and round in the units in which durations are said: 1 µs to 10 s, 1 min, 10 min, 1 h … */
const logTicksMs = [
  ...[1e-3, 1e-2, 0.1, 1, 10, 100, 1_000, 10_000],
  ...[1, 10, 60, 600, 6_000, 60_000].map((minutes) => minutes * 60_000),
];

/** 1, 2 or 5 times a power of ten: the least that is not below `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}
