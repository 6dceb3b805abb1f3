import type { RunsQuery } from "@/lib/api/runs";
import { highest, lowest } from "@/lib/base/bigints";
import { nanoseconds } from "@/lib/base/time";
import type { Database } from "../connection/client";
import {
  countSpans,
  type FoundRun,
  type RunBounds,
  readTraces,
  runIdsOfRow,
  type SpanCounts,
  toRun,
  tracesOfRun,
} from "./runs";
import { isBelow, lowerEndNs, upperEnd } from "./runs-cursor";
import { isShown, runsFilter, type TraceMatch } from "./runs-filter";

type Traces = Pick<Database, "traces">;

export interface NewestRuns {
  /** In the list's order: at least as many as were wanted, or all that there are. */
  readonly runs: readonly FoundRun[];
  /** Counts that were read on the way, and for which traces and times they hold. */
  readonly counted: RunBounds;
  readonly counts: ReadonlyMap<string, SpanCounts>;
}

/**
 * The first `wanted` runs of the list, from the newest rows of jiva_traces. A row is a part of a run and no run
 * starts after one of its rows: all runs that start within the window of these rows are among them, so they
 * make a list without gaps. Undefined where they are too few, because runs have many rows or few pass the filter.
 *
 * Two trips, however large the table is: the rows; then the whole traces of their runs, beside the counts of
 * their spans (14 and 20 ms at 100,000 traces, where ranking the last hour of them in SQL takes 130).
 */
export async function readNewestRuns(
  database: Traces,
  query: RunsQuery,
  wanted: number,
  signal?: AbortSignal,
  sizes: WindowSizes = usualSizes,
): Promise<NewestRuns | undefined> {
  // A filter may match a row above the cursor although its run starts below.
  if (runsFilter(query).row !== undefined && (query.cursor ?? query.to) !== undefined) return undefined;
  const limit = sizes.rowsPerRun * wanted;
  const enough = wanted + sizes.spareRuns;
  const window = cutWindow(await readNewestRows(database, query, limit, signal), limit, enough);
  const counted = boundsOf(window.rows);
  if (!counted)
    return { runs: [], counted: { traceIds: [], startNs: noTime, lastNs: noTime }, counts: new Map() };

  const [traces, counts] = await Promise.all([
    readWholeRuns(database, query, window.rows, signal),
    countSpans(database, [counted], signal),
  ]);
  const own = new Set(counted.traceIds);
  const runIds = new Set(traces.filter(({ TraceId }) => own.has(TraceId)).flatMap(namesOf));
  const below = upperEnd(query);
  const fromNs = lowerEndNs(query);
  const runs = [...runIds].flatMap((runId) => {
    const ofRun = tracesOfRun(traces, runId);
    const run = toRun(runId, ofRun);
    const isInWindow = window.aboveNs === undefined || run.startNs > window.aboveNs;
    const isAsked = (fromNs === undefined || run.startNs >= fromNs) && isBelow(run, below);
    return isInWindow && isAsked && isShown(query, runId, ofRun) ? [run] : [];
  });
  if (runs.length < wanted && window.aboveNs !== undefined) return undefined;
  return { runs: runs.sort((a, b) => (isBelow(a, b) ? 1 : -1)), counted, counts };
}

const noTime = nanoseconds(0n);

export interface WindowSizes {
  /** Rows that are read for each run wanted: a trace has one, or a few while parts have not been merged. */
  readonly rowsPerRun: number;
  /** Runs that are looked at beyond those wanted, because some turn out to start below the window. */
  readonly spareRuns: number;
}

const usualSizes: WindowSizes = { rowsPerRun: 4, spareRuns: 24 };

interface NewestRow {
  readonly TraceId: string;
  readonly startNs: string;
  readonly lastNs: string;
  readonly runIds: readonly string[];
}

async function readNewestRows(
  { traces }: Traces,
  query: RunsQuery,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<NewestRow[]> {
  const filter = runsFilter(query);
  const fromNs = lowerEndNs(query);
  const conditions = [
    "Start <= fromUnixTimestamp64Nano({to:Int64})",
    ...(fromNs === undefined ? [] : ["Start >= fromUnixTimestamp64Nano({from:Int64})"]),
    ...(filter.row === undefined ? [] : [filter.row]),
  ];
  const result = await traces.query({
    query: `
      SELECT TraceId, toUnixTimestamp64Nano(Start) AS startNs, toUnixTimestamp64Nano(Last) AS lastNs,
             ${runIdsOfRow} AS runIds
      FROM jiva_traces WHERE ${conditions.join(" AND ")} ORDER BY Start DESC LIMIT {limit:UInt32}`,
    query_params: {
      to: upperEnd(query).startNs,
      ...(fromNs !== undefined && { from: fromNs }),
      ...filter.params,
      limit,
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return result.json<NewestRow>();
}

interface Window {
  readonly rows: readonly NewestRow[];
  /** Every run that starts after this has its rows here; undefined where these are all rows that there are. */
  readonly aboveNs: bigint | undefined;
}

/** As many of the newest rows as hold `enough` runs. */
function cutWindow(rows: readonly NewestRow[], limit: number, enough: number): Window {
  const names = new Set<string>();
  let kept = 0;
  for (const row of rows) {
    if (names.size >= enough) break;
    for (const name of namesOf(row)) names.add(name);
    kept++;
  }
  const cutAt = kept < rows.length ? rows[kept] : rows.length < limit ? undefined : rows.at(-1);
  return { rows: rows.slice(0, kept), aboveNs: cutAt && BigInt(cutAt.startNs) };
}

/** The runs that a trace, or as much as is known of it, belongs to. */
function namesOf({ TraceId, runIds }: Pick<NewestRow, "TraceId" | "runIds">): readonly string[] {
  return runIds.length > 0 ? runIds : [TraceId];
}

/** All traces of the runs that have one of these rows, each whole, in the order of their start. */
async function readWholeRuns(
  database: Traces,
  query: RunsQuery,
  rows: readonly NewestRow[],
  signal: AbortSignal | undefined,
): Promise<readonly TraceMatch[]> {
  const own = new Set(rows.map(({ TraceId }) => TraceId));
  const ids = new Set([...own, ...rows.flatMap(({ runIds }) => runIds)]);
  const filter = runsFilter(query);
  const traces = await readTraces<TraceMatch>(database, [...ids], signal, filter);
  const late = traces.filter(({ TraceId }) => own.has(TraceId)).flatMap(({ runIds }) => runIds);
  // A name that stood in none of the rows, but in another row of one of these traces.
  if (late.every((runId) => ids.has(runId))) return traces;
  return readTraces<TraceMatch>(database, [...new Set([...ids, ...late])], signal, filter);
}

function boundsOf(rows: readonly NewestRow[]): RunBounds | undefined {
  if (rows.length === 0) return undefined;
  return {
    traceIds: [...new Set(rows.map(({ TraceId }) => TraceId))],
    startNs: nanoseconds(rows.map(({ startNs }) => BigInt(startNs)).reduce((a, b) => lowest(a, b))),
    lastNs: nanoseconds(rows.map(({ lastNs }) => BigInt(lastNs)).reduce((a, b) => highest(a, b))),
  };
}
