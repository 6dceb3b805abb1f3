import { maxChartBuckets, type RunChart, type RunChartQuery } from "@/lib/api/run-chart";
import { clamp } from "@/lib/base/clamp";
import type { Database } from "../connection/client";
import { readBuckets } from "./run-buckets";
import type { RunRange } from "./run-groups";
import { countStoredSpans, readStages } from "./run-stages";
import { chooseBuckets } from "./time-buckets";

type Traces = Pick<Database, "traces">;

const dayMs = 86_400_000;
/** What DateTime64(9) can hold: the year 2262. */
const lastMs = 9_223_372_036_854;

/**
 * What the charts over the list show: durations by kind of run, errors and stages over time, and the choices
 * for the filters with their counts. Without a range it is that of the stored runs, of the last 24 hours where
 * there are some. Bounded: at most 120 buckets, whatever is stored.
 *
 * One pass over the traces of the range, then one over the spans of a sample of runs.
 */
export async function readRunChart(
  database: Traces,
  query: RunChartQuery,
  nowMs: number,
  signal?: AbortSignal,
): Promise<RunChart> {
  const known = await readStoredRange(database, nowMs, signal);
  const asked = chooseRange(query, known, nowMs);
  const buckets = chooseBuckets(asked.fromMs, asked.toMs, maxChartBuckets);
  const nothing = { runs: 0, spans: 0, stretches: [] };
  if (!known || buckets.count === 0) {
    const hasAxis = buckets.count > 0;
    return {
      from: hasAxis ? msToIso(buckets.startMs) : null,
      to: hasAxis ? msToIso(buckets.startMs + buckets.count * buckets.widthMs) : null,
      bucket_ms: buckets.widthMs,
      ...{ runs: 0, errors: 0, p50_ms: 0, p95_ms: 0, kinds: [], buckets: [], stages: nothing },
      ...{ statuses: { ok: 0, error: 0 }, modes: [], services: [], services_left_out: 0 },
    };
  }
  const range: RunRange = {
    fromNs: BigInt(asked.fromMs) * 1_000_000n,
    toNs: BigInt(asked.toMs) * 1_000_000n,
    isPart: asked.fromMs > known.firstMs || asked.toMs <= known.lastMs,
  };
  const [filled, stored] = await Promise.all([
    readBuckets(database, query, range, buckets, signal),
    countStoredSpans(database, range, signal),
  ]);
  const filledBuckets = filled.buckets.map(({ start }) => ({
    bucket: Math.round((Date.parse(start) - buckets.startMs) / buckets.widthMs),
  }));
  const stages = await readStages(database, query, range, buckets, { filled: filledBuckets, stored }, signal);
  return {
    from: msToIso(buckets.startMs),
    to: msToIso(buckets.startMs + buckets.count * buckets.widthMs),
    bucket_ms: buckets.widthMs,
    ...filled.all,
    kinds: filled.kinds,
    buckets: filled.buckets,
    stages,
  };
}

interface StoredRange {
  readonly firstMs: number;
  readonly lastMs: number;
  /** The first start of the last 24 hours, where there is one. */
  readonly recentMs: number | undefined;
}

/** Of rows, which are parts of runs: good enough to choose an axis by. */
async function readStoredRange(
  { traces }: Traces,
  nowMs: number,
  signal: AbortSignal | undefined,
): Promise<StoredRange | undefined> {
  const result = await traces.query({
    query: `
      SELECT toUnixTimestamp64Milli(min(Start)) AS first, toUnixTimestamp64Milli(max(Start)) AS last,
             toUnixTimestamp64Milli(minIf(Start, Start >= fromUnixTimestamp64Milli({recent:Int64}))) AS recent,
             countIf(Start >= fromUnixTimestamp64Milli({recent:Int64})) > 0 AS hasRecent
      FROM jiva_traces HAVING count() > 0`,
    query_params: { recent: nowMs - dayMs },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<{ first: string; last: string; recent: string; hasRecent: boolean }>();
  return (
    row && {
      firstMs: Number(row.first),
      lastMs: Number(row.last),
      recentMs: row.hasRecent ? Number(row.recent) : undefined,
    }
  );
}

/** The range that is asked for, with its open ends put where runs are stored. */
function chooseRange(
  query: RunChartQuery,
  stored: StoredRange | undefined,
  nowMs: number,
): { fromMs: number; toMs: number } {
  const moment = (iso: string) => clamp(Date.parse(iso), 0, lastMs);
  const first =
    query.from === undefined && query.to === undefined
      ? (stored?.recentMs ?? stored?.firstMs)
      : stored?.firstMs;
  const fromMs = query.from === undefined ? (first ?? 0) : moment(query.from);
  if (query.to !== undefined) return { fromMs, toMs: moment(query.to) };
  const endMs = stored ? stored.lastMs + 1 : 0;
  // "The last hour" ends now, also where nothing was asked since.
  return { fromMs, toMs: Math.min(query.from === undefined ? endMs : Math.max(endMs, nowMs), lastMs) };
}

function msToIso(ms: number): string {
  return new Date(ms).toISOString();
}
