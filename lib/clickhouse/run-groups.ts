import type { RunChartQuery } from "@/lib/api/run-chart";

/** A stretch of time, [from, to) in nanoseconds; undefined where it has no such end. */
export interface RunRange {
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** Whether runs may lie outside, so that it pays to look for those inside first. */
  readonly isPart: boolean;
}

/**
 * SQL that gives the runs that start within a range, each once and whole, with their filters told apart:
 * `startNs`, `durationMs`, `isError`, `mode`, `services`, `traceIds`, `lastNs`, and with `names` their root's
 * `name`. The text of a query is asked for here; whether the mode, the status and the service are the ones asked
 * for is said in `isMode`, `isStatus` and `isService`, because a count for a chip leaves out the chip's own.
 *
 * A row of jiva_traces is a part of a trace and a trace a part of a run: all of it is grouped before anything is
 * decided. Grouping by plain numbers instead of tuples halves the time (100,000 traces: 75 ms instead of 170).
 */
export function runsOf(query: RunChartQuery, range: RunRange, names: boolean): string {
  // The root's name is that of the smallest Root: no parent first, then the earliest.
  const rootOrder = "toUInt64(greatest(toUnixTimestamp64Nano(Root.2), 0)) + Root.1 * 9223372036854775808";
  const holds = (column: string) => `positionCaseInsensitiveUTF8(${column}, {q:String}) > 0`;
  // A row of the range leads to a trace, all rows of that trace to the names of its runs, these to other traces.
  const own = `
    SELECT TraceId FROM jiva_traces
    WHERE Start >= fromUnixTimestamp64Nano({fromNs:Int64}) AND Start < fromUnixTimestamp64Nano({toNs:Int64})`;
  const traces = range.isPart
    ? `WHERE TraceId IN (${own}
        UNION DISTINCT SELECT TraceId FROM jiva_run_traces WHERE RunId IN (
          SELECT arrayJoin(RunIds) FROM jiva_traces WHERE TraceId IN (${own})))`
    : "";
  return `
    SELECT
      RunId, min(S) AS startNs, greatest(max(E) - startNs, 0) / 1e6 AS durationMs, max(L) AS lastNs,
      max(Failed) AS isError, argMinIf(M, S, M != '') AS mode,
      groupUniqArrayArray(Svs) AS services, groupArray(TraceId) AS traceIds,
      ${names ? "argMin(N, K) AS name," : ""}
      ${query.mode === undefined ? "true" : "mode = {mode:String}"} AS isMode,
      ${query.status === undefined ? "true" : `isError = ${query.status === "error" ? 1 : 0}`} AS isStatus,
      ${query.service === undefined ? "true" : "has(services, {service:String})"} AS isService
    FROM (
      SELECT
        TraceId, toUnixTimestamp64Nano(min(Start)) AS S, toUnixTimestamp64Nano(max(End)) AS E,
        toUnixTimestamp64Nano(max(Last)) AS L, max(HasError) AS Failed, max(Mode) AS M,
        groupUniqArrayArray(Services) AS Svs, groupUniqArrayArray(RunIds) AS Rs
        ${names || query.q !== undefined ? `, min(${rootOrder}) AS K, argMin(Root.3, ${rootOrder}) AS N` : ""}
        ${query.q === undefined ? "" : `, ${holds("max(Question)")} OR ${holds("TraceId")} OR (K < 9223372036854775808 AND ${holds("N")}) AS Holds`}
      FROM jiva_traces ${traces} GROUP BY TraceId)
    ARRAY JOIN if(empty(Rs), [TraceId], Rs) AS RunId
    GROUP BY RunId
    HAVING startNs >= {fromNs:Int64} AND startNs < {toNs:Int64}
      ${query.q === undefined ? "" : `AND (max(Holds) OR ${holds("RunId")})`}`;
}

export function runsOfParams(query: RunChartQuery, { fromNs, toNs }: RunRange): Record<string, unknown> {
  const { q, mode, service } = query;
  return {
    fromNs,
    toNs,
    ...(q !== undefined && { q }),
    ...(mode !== undefined && { mode }),
    ...(service !== undefined && { service }),
  };
}
