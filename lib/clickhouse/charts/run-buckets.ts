import type { RunChart, RunChartQuery } from "@/lib/api/run-chart";
import type { Database } from "../connection/client";
import { type RunRange, runsOf, runsOfParams } from "./run-groups";
import type { TimeBuckets } from "./time-buckets";

/** Kinds of run with a series of their own; all others share one. */
const maxKinds = 4;
/** Modes and services that are offered. */
const maxChoices = 30;

export interface FilledBuckets {
  readonly kinds: RunChart["kinds"];
  readonly buckets: RunChart["buckets"];
  /** Of all buckets together. */
  readonly all: Pick<
    RunChart,
    "runs" | "errors" | "p50_ms" | "p95_ms" | "statuses" | "modes" | "services" | "services_left_out"
  >;
}

interface Row {
  /** 1 in the row of all buckets, which has no bucket of its own. */
  readonly isAll: number;
  readonly bucket: number;
  /** [rank of the kind, its mode, its name, runs, errors, p50, p95] */
  readonly kinds: readonly (readonly [number, string, string, string, string, number, number])[];
  readonly allRuns: string;
  readonly allErrors: string;
  readonly p50: number;
  readonly p95: number;
  readonly oks: string;
  readonly fails: string;
  readonly modes: readonly (readonly [string, string])[];
  readonly services: readonly (readonly [string, string])[];
  readonly serviceCount: string;
}

const nearestRank = (list: string, share: number) =>
  `(${list})[greatest(toUInt64(ceil(${share} * length(${list}))), 1)]`;
const mostFrequent = (counts: string) =>
  `arraySlice(arraySort(pair -> (-toInt64(pair.2), pair.1), arrayZip((${counts}).1, (${counts}).2)), 1, ${maxChoices})`;

/**
 * Durations and errors of the runs of each bucket by kind, and over all buckets the counts of what could be
 * filtered by. One pass over the runs: they are put together by all that a filter or a plot tells apart, then
 * kinds are ranked, and buckets are filled from these few groups, as is one row for all of them. (Not WITH TOTALS:
 * the embedded engine writes it into the wrong place where there are no rows.)
 */
export async function readBuckets(
  { traces }: Pick<Database, "traces">,
  query: RunChartQuery,
  range: RunRange,
  buckets: TimeBuckets,
  signal?: AbortSignal,
): Promise<FilledBuckets> {
  const every = "arraySort(arrayFlatten(groupArray(sorted)))";
  const result = await traces.query({
    query: `
      SELECT
        bucket, toUInt8(grouping(bucket)) AS isAll, groupArrayIf((place, kindMode, kindName, runs, errors, kindP50, kindP95), runs > 0) AS kinds,
        sum(runs) AS allRuns, sum(errors) AS allErrors,
        ${nearestRank(every, 0.5)} AS p50, ${nearestRank(every, 0.95)} AS p95,
        sum(oks) AS oks, sum(fails) AS fails,
        ${mostFrequent("sumMap(modeCounts)")} AS modes, ${mostFrequent("sumMap(serviceCounts)")} AS services,
        length(sumMap(serviceCounts).1) AS serviceCount
      FROM (
        SELECT
          bucket, least(rank, ${maxKinds + 1}) AS place, rank <= ${maxKinds} AS isTold,
          if(isTold, mode, '') AS kindMode, if(isTold, kind, '') AS kindName,
          sumIf(n, isShown) AS runs, sumIf(n, isShown AND isError = 1) AS errors,
          arraySort(arrayFlatten(groupArrayIf(durations, isShown))) AS sorted,
          ${nearestRank("sorted", 0.5)} AS kindP50, ${nearestRank("sorted", 0.95)} AS kindP95,
          sumIf(n, isMode AND isService AND isError = 0) AS oks,
          sumIf(n, isMode AND isService AND isError = 1) AS fails,
          sumMapIf([mode], [n], isStatus AND isService) AS modeCounts,
          sumMapIf(services, arrayWithConstant(length(services), n), isMode AND isStatus) AS serviceCounts
        FROM (
          SELECT *, dense_rank() OVER (ORDER BY total DESC, mode, kind) AS rank FROM (
            SELECT *, sum(if(isShown, n, 0)) OVER (PARTITION BY mode, kind) AS total FROM (
              SELECT
                toUInt16(intDiv(startNs - {startNs:Int64}, {widthNs:Int64})) AS bucket,
                mode, if(mode = '', name, '') AS kind, isError, arraySort(services) AS services,
                isMode, isStatus, isService, isMode AND isStatus AND isService AS isShown,
                count() AS n, groupArray(durationMs) AS durations
              FROM (${runsOf(query, range)})
              GROUP BY bucket, mode, kind, isError, services, isMode, isStatus, isService, isShown)))
        GROUP BY bucket, place, isTold, kindMode, kindName)
      GROUP BY GROUPING SETS ((bucket), ()) ORDER BY bucket`,
    query_params: {
      ...runsOfParams(query, range),
      startNs: BigInt(buckets.startMs) * 1_000_000n,
      widthNs: BigInt(buckets.widthMs) * 1_000_000n,
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<Row>();
  return fillBuckets(
    rows.filter(({ isAll, kinds }) => !isAll && kinds.length > 0),
    rows.find(({ isAll }) => isAll),
    buckets,
  );
}

function fillBuckets(
  rows: readonly Row[],
  all: Row | undefined,
  { startMs, widthMs }: TimeBuckets,
): FilledBuckets {
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
    all: allOf(all),
    buckets: rows.map((row) => ({
      start: new Date(startMs + row.bucket * widthMs).toISOString(),
      runs: Number(row.allRuns),
      errors: Number(row.allErrors),
      kinds: row.kinds
        .map(([place, , , runs, , p50, p95]) => ({
          kind: places.indexOf(place),
          runs: Number(runs),
          p50_ms: p50,
          p95_ms: p95,
        }))
        .sort((a, b) => a.kind - b.kind),
    })),
  };
}

function allOf(row: Row | undefined): FilledBuckets["all"] {
  return {
    runs: Number(row?.allRuns ?? 0),
    errors: Number(row?.allErrors ?? 0),
    p50_ms: row?.p50 ?? 0,
    p95_ms: row?.p95 ?? 0,
    statuses: { ok: Number(row?.oks ?? 0), error: Number(row?.fails ?? 0) },
    modes: (row?.modes ?? []).map(([mode, runs]) => ({ mode, runs: Number(runs) })),
    services: (row?.services ?? []).map(([service, runs]) => ({ service, runs: Number(runs) })),
    services_left_out: Number(row?.serviceCount ?? 0) - (row?.services.length ?? 0),
  };
}
