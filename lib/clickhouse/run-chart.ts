import { maxChartBuckets, type RunChart, type RunChartQuery } from "@/lib/api/run-chart";
import type { Database } from "./client";
import { type RunRange, runsOf, runsOfParams } from "./run-groups";
import { type BucketSample, countStoredSpans, readStages } from "./run-stages";
import { chooseBuckets, type TimeBuckets } from "./time-buckets";

type Traces = Pick<Database, "traces">;

const dayMs = 86_400_000;
/** What DateTime64(9) can hold: the year 2262. */
const lastMs = 9_223_372_036_854;

/** Kinds of run that are told apart; all others are one more. */
const maxKinds = 4;
/** Modes and services that are offered. */
const maxChoices = 30;
/** Newest runs of a bucket that may be looked into for its stages. */
const maxSampledRuns = 40;

/**
 * What the charts over the list show: durations by kind of run, errors and stages over time, and the choices
 * for the filters with their counts. Without a range it is that of the stored runs, of the last 24 hours where
 * there are some. Bounded: at most 120 buckets, whatever is stored.
 *
 * Two passes over the traces of the range run side by side, then one over the spans of a sample of runs. At
 * 10,000,000 spans of 100,000 traces: 0.15 s and 0.15 s.
 */
export async function readRunChart(
  database: Traces,
  query: RunChartQuery,
  nowMs: number,
  signal?: AbortSignal,
): Promise<RunChart> {
  const stored = await readStoredRange(database, nowMs, signal);
  const asked = chooseRange(query, stored, nowMs);
  const buckets = chooseBuckets(asked.fromMs, asked.toMs, maxChartBuckets);
  const nothing = { runs: 0, spans: 0, stretches: [] };
  if (!stored || buckets.count === 0) {
    const isKnown = buckets.count > 0;
    return {
      from: isKnown ? msToIso(buckets.startMs) : null,
      to: isKnown ? msToIso(buckets.startMs + buckets.count * buckets.widthMs) : null,
      bucket_ms: buckets.widthMs,
      ...{ runs: 0, errors: 0, p50_ms: 0, p95_ms: 0, kinds: [], buckets: [], stages: nothing },
      ...{ statuses: { ok: 0, error: 0 }, modes: [], services: [], services_left_out: 0 },
    };
  }
  const range: RunRange = {
    fromNs: BigInt(asked.fromMs) * 1_000_000n,
    toNs: BigInt(asked.toMs) * 1_000_000n,
    isPart: asked.fromMs > stored.firstMs || asked.toMs <= stored.lastMs,
  };
  const [filled, choices, spans] = await Promise.all([
    readBuckets(database, query, range, buckets, signal),
    readChoices(database, query, range, signal),
    countStoredSpans(database, range, signal),
  ]);
  const stages =
    filled.samples.length === 0
      ? nothing
      : await readStages(database, buckets, filled.samples, spans, signal);
  return {
    from: msToIso(buckets.startMs),
    to: msToIso(buckets.startMs + buckets.count * buckets.widthMs),
    bucket_ms: buckets.widthMs,
    ...choices,
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
  const moment = (iso: string) => Math.min(Math.max(Date.parse(iso), 0), lastMs);
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

interface BucketRow {
  readonly bucket: number;
  /** [rank of the kind, its mode, its name, runs, errors, p50, p95] */
  readonly kinds: readonly (readonly [number, string, string, string, string, number, number])[];
  /** [minus the start in ns, newest span in ns, trace ids] of the newest runs. */
  readonly newest: readonly (readonly [string, string, readonly string[]])[];
}

interface FilledBuckets {
  readonly kinds: RunChart["kinds"];
  readonly buckets: RunChart["buckets"];
  readonly samples: readonly BucketSample[];
}

const nearestRank = (list: string, share: number) =>
  `${list}[greatest(toUInt64(ceil(${share} * length(${list}))), 1)]`;

async function readBuckets(
  { traces }: Traces,
  query: RunChartQuery,
  range: RunRange,
  buckets: TimeBuckets,
  signal: AbortSignal | undefined,
): Promise<FilledBuckets> {
  const newest = (list: string) => `arraySlice(arraySort(${list}), 1, ${maxSampledRuns})`;
  const result = await traces.query({
    query: `
      SELECT bucket, groupArray((place, kindMode, kindName, runs, errors, p50, p95)) AS kinds,
             ${newest("arrayFlatten(groupArray(newest))")} AS newest
      FROM (
        SELECT
          bucket, least(rank, ${maxKinds + 1}) AS place, rank <= ${maxKinds} AS isTold,
          if(isTold, mode, '') AS kindMode, if(isTold, name, '') AS kindName,
          arraySort(arrayFlatten(groupArray(durations))) AS sorted, length(sorted) AS runs, sum(failed) AS errors,
          ${nearestRank("sorted", 0.5)} AS p50, ${nearestRank("sorted", 0.95)} AS p95,
          ${newest("arrayFlatten(groupArray(newest))")} AS newest
        FROM (
          SELECT *, dense_rank() OVER (ORDER BY total DESC, mode, name) AS rank FROM (
            SELECT *, sum(length(durations)) OVER (PARTITION BY mode, name) AS total FROM (
              SELECT
                toUInt16(intDiv(startNs - {startNs:Int64}, {widthNs:Int64})) AS bucket, mode, if(mode = '', rootName, '') AS name,
                groupArray(durationMs) AS durations, sum(isError) AS failed,
                groupArraySorted(${maxSampledRuns})((-startNs, lastNs, traceIds)) AS newest
              FROM (SELECT * EXCEPT name, name AS rootName FROM (${runsOf(query, range, true)}))
              WHERE isMode AND isStatus AND isService
              GROUP BY bucket, mode, name)))
        GROUP BY bucket, place, isTold, kindMode, kindName)
      GROUP BY bucket ORDER BY bucket`,
    query_params: {
      ...runsOfParams(query, range),
      startNs: BigInt(buckets.startMs) * 1_000_000n,
      widthNs: BigInt(buckets.widthMs) * 1_000_000n,
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return fillBuckets(await result.json<BucketRow>(), buckets);
}

function fillBuckets(rows: readonly BucketRow[], { startMs, widthMs }: TimeBuckets): FilledBuckets {
  const kinds = new Map<number, { mode: string; name: string; runs: number }>();
  for (const row of rows) {
    for (const [place, mode, name, runs] of row.kinds) {
      const kind = kinds.get(place) ?? { mode, name, runs: 0 };
      kind.runs += Number(runs);
      kinds.set(place, kind);
    }
  }
  const places = [...kinds.keys()].sort((a, b) => a - b);
  return {
    kinds: places.flatMap((place) => kinds.get(place) ?? []),
    buckets: rows.map((row) => ({
      start: msToIso(startMs + row.bucket * widthMs),
      runs: row.kinds.reduce((sum, kind) => sum + Number(kind[3]), 0),
      errors: row.kinds.reduce((sum, kind) => sum + Number(kind[4]), 0),
      kinds: row.kinds
        .map(([place, , , runs, , p50, p95]) => ({
          kind: places.indexOf(place),
          runs: Number(runs),
          p50_ms: p50,
          p95_ms: p95,
        }))
        .sort((a, b) => a.kind - b.kind),
    })),
    samples: rows.map(({ bucket, newest }) => ({
      bucket,
      runs: newest.map(([minusStart, last, traceIds]) => ({
        startNs: -BigInt(minusStart),
        lastNs: BigInt(last),
        traceIds,
      })),
    })),
  };
}

type Choices = Pick<
  RunChart,
  "runs" | "errors" | "p50_ms" | "p95_ms" | "statuses" | "modes" | "services" | "services_left_out"
>;

interface ChoicesRow {
  readonly runs: string;
  readonly errors: string;
  readonly p50: number;
  readonly p95: number;
  readonly ofStatus: readonly [ok: string, error: string];
  readonly topModes: readonly (readonly [string, string])[];
  readonly topServices: readonly (readonly [string, string])[];
  readonly serviceCount: string;
}

async function readChoices(
  { traces }: Traces,
  query: RunChartQuery,
  range: RunRange,
  signal: AbortSignal | undefined,
): Promise<Choices> {
  const mostFrequent = (map: string) =>
    `arraySlice(arraySort(pair -> (-toInt64(pair.2), pair.1), arrayZip(${map}.1, ${map}.2)), 1, ${maxChoices})`;
  const result = await traces.query({
    query: `
      SELECT
        runs, errors, ${nearestRank("sorted", 0.5)} AS p50, ${nearestRank("sorted", 0.95)} AS p95, ofStatus,
        ${mostFrequent("modeCounts")} AS topModes, ${mostFrequent("serviceCounts")} AS topServices,
        length(serviceCounts.1) AS serviceCount
      FROM (
        SELECT
          sumIf(n, isMode AND isStatus AND isService) AS runs,
          sumIf(n, isMode AND isStatus AND isService AND isError = 1) AS errors,
          arraySort(arrayFlatten(groupArrayIf(durations, isMode AND isStatus AND isService))) AS sorted,
          (sumIf(n, isMode AND isService AND isError = 0), sumIf(n, isMode AND isService AND isError = 1)) AS ofStatus,
          sumMapIf([mode], [n], isStatus AND isService) AS modeCounts,
          sumMapIf(services, arrayWithConstant(length(services), n), isMode AND isStatus) AS serviceCounts
        FROM (
          SELECT mode, isError, arraySort(services) AS services, isMode, isStatus, isService,
                 count() AS n, groupArray(durationMs) AS durations
          FROM (${runsOf(query, range, false)})
          GROUP BY mode, isError, services, isMode, isStatus, isService))`,
    query_params: runsOfParams(query, range),
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<ChoicesRow>();
  if (!row) throw new Error("An aggregate without groups gave no row.");
  return {
    runs: Number(row.runs),
    errors: Number(row.errors),
    p50_ms: row.p50,
    p95_ms: row.p95,
    statuses: { ok: Number(row.ofStatus[0]), error: Number(row.ofStatus[1]) },
    modes: row.topModes.map(([mode, runs]) => ({ mode, runs: Number(runs) })),
    services: row.topServices.map(([service, runs]) => ({ service, runs: Number(runs) })),
    services_left_out: Number(row.serviceCount) - row.topServices.length,
  };
}

function msToIso(ms: number): string {
  return new Date(ms).toISOString();
}
