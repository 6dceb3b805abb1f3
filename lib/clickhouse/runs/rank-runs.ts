import type { RunsQuery } from "@/lib/api/runs";
import type { Database } from "../connection/client";
import { type FoundRun, readTracesById, toRun, traceSelection, tracesOfRun } from "./runs";
import { lowerEndNs, upperEnd } from "./runs-cursor";
import { runsFilter } from "./runs-filter";

type Traces = Pick<Database, "traces">;

/** By how much each window is larger than the one before. */
const growth = 8;

/**
 * The first `wanted` runs of the list, or all that there are, ranked in the database: for runs of many traces,
 * and for filters that few runs pass. Within a window of rows that grows until it holds enough, because
 * ranking takes as long as there are rows: 0.7 s for a million traces.
 */
export async function rankRuns(
  database: Traces,
  query: RunsQuery,
  wanted: number,
  signal?: AbortSignal,
  { firstRows = 2_000 } = {},
): Promise<FoundRun[]> {
  for (let rows = firstRows; ; rows *= growth) {
    const windowNs = await readWindow(database, query, rows, signal);
    const minNs = windowNs ?? lowerEndNs(query);
    const own = await cheaperWay(database, query, { minNs, rows }, signal);
    const ranked = await rankWindow(database, query, { minNs, own, wanted }, signal);
    if (ranked.length < wanted && windowNs !== undefined) continue;
    const traceIds = new Set(ranked.flatMap((run) => run.traceIds));
    const traces = await readTracesById(database, [...traceIds], signal);
    // A run may have been deleted since it was ranked.
    return ranked.flatMap(({ runId }) => {
      const own = tracesOfRun(traces, runId);
      return own.length > 0 ? [toRun(runId, own)] : [];
    });
  }
}

/** The start of the last of the newest `rows` rows that lead to runs; undefined where there are no more. */
async function readWindow(
  { traces }: Traces,
  query: RunsQuery,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<bigint | undefined> {
  const filter = runsFilter(query);
  const fromNs = lowerEndNs(query);
  const result = await traces.query({
    query: `
      SELECT count() AS rows, toUnixTimestamp64Nano(min(Start)) AS startNs FROM (
        SELECT Start FROM jiva_traces WHERE Start <= fromUnixTimestamp64Nano({to:Int64})
        ${fromNs === undefined ? "" : "AND Start >= fromUnixTimestamp64Nano({from:Int64})"}
        ${filter.row === undefined ? "" : `AND ${filter.row}`}
        ORDER BY Start DESC LIMIT {rows:UInt32})`,
    query_params: {
      to: upperEnd(query).startNs,
      ...(fromNs !== undefined && { from: fromNs }),
      ...filter.params,
      rows,
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<{ rows: string; startNs: string }>();
  return row && Number(row.rows) === rows ? BigInt(row.startNs) : undefined;
}

/**
 * The traces that lead to all runs that start within the window, in one of two ways. A run's first row lies in it,
 * so its rows do, whatever the filter says of them. Or the rows that pass the filter do, also those above the
 * window's upper end, where a run that starts below may have its only one. Few rows pass a narrow filter, and a
 * wide filter makes a narrow window: the way with fewer rows is taken.
 */
async function cheaperWay(
  { traces }: Traces,
  query: RunsQuery,
  { minNs, rows }: { readonly minNs: bigint | undefined; readonly rows: number },
  signal: AbortSignal | undefined,
): Promise<string> {
  const filter = runsFilter(query);
  const isAbove = minNs === undefined ? "1" : "Start >= fromUnixTimestamp64Nano({least:Int64})";
  const isBelow = "Start <= fromUnixTimestamp64Nano({below:Int64})";
  const byTime = `SELECT TraceId FROM jiva_traces WHERE ${isAbove} AND ${isBelow}`;
  if (filter.row === undefined) return byTime;
  const result = await traces.query({
    query: `SELECT countIf(${isBelow}) AS inside, countIf(NOT ${isBelow} AND ${filter.row}) AS above
            FROM jiva_traces WHERE ${isAbove}`,
    query_params: {
      ...(minNs !== undefined && { least: minNs }),
      below: upperEnd(query).startNs,
      ...filter.params,
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [counted] = await result.json<{ inside: string; above: string }>();
  if (Number(counted?.inside) <= rows + Number(counted?.above)) return byTime;
  return `SELECT TraceId FROM jiva_traces WHERE ${isAbove} AND ${filter.row}`;
}

async function rankWindow(
  { traces }: Traces,
  query: RunsQuery,
  {
    minNs,
    own,
    wanted,
  }: { readonly minNs: bigint | undefined; readonly own: string; readonly wanted: number },
  signal: AbortSignal | undefined,
): Promise<{ runId: string; traceIds: string[] }[]> {
  const filter = runsFilter(query);
  const below = upperEnd(query);
  // All rows of these traces name their runs, and the names lead to the runs' other traces.
  const names = `SELECT arrayJoin(arrayPushBack(RunIds, TraceId)) FROM jiva_traces WHERE TraceId IN (${own})`;
  const result = await traces.query({
    query: `
      SELECT runId, groupUniqArray(TraceId) AS traceIds FROM (
        SELECT ${traceSelection}, ${filter.columns}, TraceId IN (${own}) AS isOwn FROM jiva_traces
        WHERE TraceId IN (SELECT TraceId FROM jiva_run_traces WHERE RunId IN (${names}) UNION DISTINCT ${names})
        GROUP BY TraceId)
      ARRAY JOIN if(empty(runIds), [TraceId], runIds) AS runId
      GROUP BY runId
      HAVING max(isOwn) = 1 AND (min(startNs), runId) < ({below:Int64}, {belowId:String})
      ${minNs === undefined ? "" : "AND min(startNs) >= {least:Int64}"}
      ${filter.having.map((condition) => `AND ${condition}`).join(" ")}
      ORDER BY min(startNs) DESC, runId DESC LIMIT {wanted:UInt32}`,
    query_params: {
      below: below.startNs,
      belowId: below.runId,
      ...(minNs !== undefined && { least: minNs }),
      ...filter.params,
      wanted,
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return result.json<{ runId: string; traceIds: string[] }>();
}
