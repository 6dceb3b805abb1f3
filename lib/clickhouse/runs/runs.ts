import type { RunSummary } from "@/lib/api/runs";
import { highest, lowest } from "@/lib/base/bigints";
import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import { maxRunIdChars } from "@/lib/trace/run-id";
import type { Database } from "../connection/client";

type Traces = Pick<Database, "traces">;

/** A run and when it happened, which every query about its spans is bounded by. */
export interface FoundRun {
  readonly runId: string;
  readonly traceIds: readonly string[];
  readonly startNs: Nanoseconds;
  /** The Timestamp of its newest span. */
  readonly lastNs: Nanoseconds;
  /** Everything but the counts of spans, which are counted from the spans themselves. */
  readonly summary: Omit<RunSummary, "span_count" | "error_count">;
}

/** A trace as `traceSelection` gives it; 64-bit integers as digits. */
export interface TraceRow {
  readonly TraceId: string;
  readonly startNs: string;
  readonly endNs: string;
  readonly lastNs: string;
  readonly notRoot: number;
  readonly rootNs: string;
  readonly rootName: string;
  readonly rootService: string;
  readonly question: string;
  readonly mode: string;
  readonly hasError: number;
  readonly runIds: readonly string[];
}

/**
 * The runs that a row of jiva_traces names. An id that no address holds is none (lib/trace/run-id.ts): the trace then
 * goes by its own. Bytes first, which are counted already.
 */
export const runIdsOfRow = `arrayFilter(r -> length(r) <= ${maxRunIdChars} OR lengthUTF8(r) <= ${maxRunIdChars}, RunIds)`;

/** Of one trace, from rows of several days and inserts that may not have been merged: GROUP BY TraceId. */
export const traceSelection = `
  TraceId, toUnixTimestamp64Nano(min(Start)) AS startNs, toUnixTimestamp64Nano(max(End)) AS endNs,
  toUnixTimestamp64Nano(max(Last)) AS lastNs, min(Root) AS root, root.1 AS notRoot,
  toUnixTimestamp64Nano(root.2) AS rootNs, root.3 AS rootName, root.4 AS rootService,
  max(Question) AS question, max(Mode) AS mode, max(HasError) AS hasError,
  arraySort(groupUniqArrayArray(${runIdsOfRow})) AS runIds`;

/**
 * The run of this id, or the run that the trace of this id belongs to (the first by name where it belongs to
 * several); undefined where there is neither.
 */
export async function findRun(
  database: Traces,
  id: string,
  signal?: AbortSignal,
): Promise<FoundRun | undefined> {
  const asked = await readTraces(database, [id], signal);
  const ofRun = tracesOfRun(asked, id);
  if (ofRun.length > 0) return toRun(id, ofRun);
  const owner = asked.find(({ TraceId }) => TraceId === id)?.runIds[0];
  if (owner === undefined) return undefined;
  const traces = tracesOfRun(await readTraces(database, [owner], signal), owner);
  return traces.length > 0 ? toRun(owner, traces) : undefined;
}

/** Columns that are wanted beside `traceSelection`, with their parameters. */
export interface MoreColumns {
  readonly columns: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Details of the traces of these runs, and of the traces that have one of these ids themselves. */
export async function readTraces<T extends TraceRow = TraceRow>(
  { traces }: Traces,
  ids: readonly string[],
  signal?: AbortSignal,
  more?: MoreColumns,
): Promise<T[]> {
  const result = await traces.query({
    query: `
      SELECT ${traceSelection} ${more ? `, ${more.columns}` : ""} FROM jiva_traces
      WHERE TraceId IN (
        SELECT TraceId FROM jiva_run_traces WHERE RunId IN {ids:Array(String)}
        UNION ALL SELECT arrayJoin({ids:Array(String)}))
      GROUP BY TraceId ORDER BY startNs, TraceId`,
    query_params: { ids, ...more?.params },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return result.json<T>();
}

/** The traces that belong to a run: some span names it, or none names any and the trace's own id is the name. */
export function tracesOfRun<T extends TraceRow>(traces: readonly T[], runId: string): T[] {
  return traces.filter(({ TraceId, runIds }) =>
    runIds.length > 0 ? runIds.includes(runId) : TraceId === runId,
  );
}

export function toRun(runId: string, traces: readonly TraceRow[]): FoundRun {
  const startNs = traces.map((trace) => BigInt(trace.startNs)).reduce((a, b) => lowest(a, b));
  const endNs = traces.map((trace) => BigInt(trace.endNs)).reduce((a, b) => highest(a, b));
  const lastNs = traces.map((trace) => BigInt(trace.lastNs)).reduce((a, b) => highest(a, b));
  // A trace whose root is there before one without, then the earliest.
  const first = [...traces].sort(
    (a, b) => a.notRoot - b.notRoot || (BigInt(a.rootNs) < BigInt(b.rootNs) ? -1 : 1),
  )[0];
  const text = (pick: (trace: TraceRow) => string) => traces.map(pick).find((value) => value !== "") ?? "";
  return {
    runId,
    traceIds: traces.map(({ TraceId }) => TraceId),
    startNs: nanoseconds(startNs),
    lastNs: nanoseconds(lastNs),
    summary: {
      run_id: runId,
      trace_ids: traces.map(({ TraceId }) => TraceId),
      name: first?.rootName ?? "",
      question: text(({ question }) => question),
      mode: text(({ mode }) => mode),
      status: traces.some(({ hasError }) => hasError !== 0) ? "error" : "ok",
      service: first?.rootService ?? "",
      started_at: nsToIso(startNs),
      duration_ms: Number(highest(endNs - startNs, 0n)) / 1e6,
    },
  };
}

/** Details of these traces. */
export async function readTracesById(
  { traces }: Traces,
  traceIds: readonly string[],
  signal?: AbortSignal,
): Promise<TraceRow[]> {
  if (traceIds.length === 0) return [];
  const result = await traces.query({
    query: `SELECT ${traceSelection} FROM jiva_traces WHERE TraceId IN {traceIds:Array(String)}
            GROUP BY TraceId ORDER BY startNs, TraceId`,
    query_params: { traceIds },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return result.json<TraceRow>();
}

/** Where the spans of a run are. */
export type RunBounds = Pick<FoundRun, "traceIds" | "startNs" | "lastNs">;

export interface SpanCounts {
  readonly spans: number;
  readonly errors: number;
}

/** The runs with their counts, read from the spans. */
export async function withCounts(
  database: Traces,
  runs: readonly FoundRun[],
  signal?: AbortSignal,
): Promise<RunSummary[]> {
  return addCounts(runs, await countSpans(database, runs, signal));
}

export function addCounts(runs: readonly FoundRun[], counts: ReadonlyMap<string, SpanCounts>): RunSummary[] {
  const sum = (run: FoundRun, field: keyof SpanCounts) =>
    run.traceIds.reduce((total, id) => {
      const found = counts.get(id);
      return found ? total + found[field] : total;
    }, 0);
  return runs.map((run) => ({
    ...run.summary,
    span_count: sum(run, "spans"),
    error_count: sum(run, "errors"),
  }));
}

/** Counts each span of each trace of these runs once, however often it arrived: from the spans, by trace. */
export async function countSpans(
  { traces }: Traces,
  runs: readonly RunBounds[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, SpanCounts>> {
  if (runs.length === 0) return new Map();
  const traceIds = [...new Set(runs.flatMap((run) => run.traceIds))];
  const result = await traces.query({
    query: `
      SELECT TraceId, uniqExact(SpanId) AS spans, uniqExactIf(SpanId, StatusCode = 'Error') AS errors
      FROM otel_traces
      WHERE TraceId IN {traceIds:Array(String)}
        AND Timestamp >= fromUnixTimestamp64Nano({start:Int64})
        AND Timestamp <= fromUnixTimestamp64Nano({last:Int64})
      GROUP BY TraceId`,
    query_params: {
      traceIds,
      start: runs.map(({ startNs }): bigint => startNs).reduce((a, b) => lowest(a, b)),
      last: runs.map(({ lastNs }): bigint => lastNs).reduce((a, b) => highest(a, b)),
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<{ TraceId: string; spans: string; errors: string }>();
  return new Map(
    rows.map(({ TraceId, spans, errors }) => [TraceId, { spans: Number(spans), errors: Number(errors) }]),
  );
}

/** ISO 8601 with nine decimals, UTC. */
function nsToIso(ns: bigint): string {
  const rest = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((ns - rest) / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${rest.toString().padStart(9, "0")}Z`;
}
