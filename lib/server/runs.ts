import type {
  AboutColumns,
  ClearedTraces,
  ClearTracesRequest,
  Deleted,
  RunSpans,
  RunSummary,
  RunsAnswer,
  RunsQuery,
  SpanDetail,
  SpanDetails,
} from "@/lib/api/runs";
import type { Database } from "@/lib/clickhouse/connection/client";
import { clearAllTraces, clearOldTraces, deleteRun } from "@/lib/clickhouse/deletion/clear-traces";
import { BadCursor, listRuns } from "@/lib/clickhouse/runs/list-runs";
import { type FoundRun, findRun, withCounts } from "@/lib/clickhouse/runs/runs";
import { readRunSpans } from "@/lib/clickhouse/spans/run-spans";
import { readSmallSpans, readSpan, type SpanAddress } from "@/lib/clickhouse/spans/whole-spans";
import { columnsToRunSpans } from "@/lib/trace/columns/plain-span-columns";
import { encodeSpanColumns, type SpanColumns } from "@/lib/trace/columns/span-columns";
import { type Span, statusCodes } from "@/lib/trace/span";
import { badRequest, HttpProblem } from "./http/problem";
import { RecentRuns } from "./recent-runs";
import type { Services } from "./running";

const recentRuns = new RecentRuns(() => performance.now());

/** Where runs are, and those that wait to be stored. */
export type RunServices = Pick<Services, "database" | "telemetry">;

/** How long a call waits for spans that this process has made and not stored yet. */
const flushLimitMs = 2_000;

export async function readRuns(
  { database }: Pick<Services, "database">,
  query: RunsQuery,
  signal: AbortSignal,
): Promise<RunsAnswer> {
  try {
    return await listRuns(database, query, signal);
  } catch (error) {
    if (error instanceof BadCursor) throw badRequest(error.message);
    throw error;
  }
}

/**
 * The run of an id or of a trace's id, or undefined. A run that was made here a moment ago may still wait in
 * the queue: then the queue is emptied and the run looked for once more.
 */
export async function lookUpRun(
  { database, telemetry }: RunServices,
  id: string,
  signal: AbortSignal,
): Promise<FoundRun | undefined> {
  const found = await findRun(database, id, signal);
  if (found || telemetry.stats().queued === 0) return found;
  await telemetry.flush(flushLimitMs);
  return findRun(database, id, signal);
}

/** Spans of a run mostly arrive within this time of its newest; what is asked of it earlier is asked of all of it. */
const settledMs = 60_000;

/** `requireRun`, for a caller who will ask about the run again in a moment. */
export async function requireRunAgain(
  services: RunServices,
  id: string,
  signal: AbortSignal,
): Promise<FoundRun> {
  const run = await requireRun(services, id, signal);
  recentRuns.note(id, run);
  return run;
}

/** Where a run was a few seconds ago, if that is known and it has come to rest since. */
export function settledRun(id: string): FoundRun | undefined {
  const run = recentRuns.get(id);
  return run && Date.now() - Number(run.lastNs / 1_000_000n) > settledMs ? run : undefined;
}

/** Throws a problem 404 where there is no run of this id. */
export async function requireRun(services: RunServices, id: string, signal: AbortSignal): Promise<FoundRun> {
  const run = await lookUpRun(services, id, signal);
  if (!run) throw noSuchRun();
  return run;
}

function noSuchRun(): HttpProblem {
  return new HttpProblem(
    404,
    "No such run",
    "There is no run and no trace of this id. It may have been deleted, or be older than TRACE_TTL_HOURS.",
  );
}

export async function readRun(services: RunServices, id: string, signal: AbortSignal): Promise<RunSummary> {
  return summarise(services.database, await requireRun(services, id, signal), signal);
}

async function summarise(database: Database, run: FoundRun, signal: AbortSignal): Promise<RunSummary> {
  const [summary] = await withCounts(database, [run], signal);
  if (!summary) throw noSuchRun();
  return summary;
}

/** A run and its spans as typed columns: all that a page needs to draw it. */
export async function readSpanColumns(
  services: RunServices,
  id: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { run, columns } = await readWithSpans(services, id, signal);
  return encodeSpanColumns(columns, { run } satisfies AboutColumns);
}

/** The same as plain arrays. */
export async function readPlainSpans(
  services: RunServices,
  id: string,
  signal: AbortSignal,
): Promise<RunSpans> {
  const { run, columns } = await readWithSpans(services, id, signal);
  return { run, ...columnsToRunSpans(columns) };
}

const errorStatus = statusCodes.indexOf("Error");

async function readWithSpans(
  services: RunServices,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly run: RunSummary; readonly columns: SpanColumns }> {
  const found = await requireRunAgain(services, id, signal);
  const columns = await readRunSpans(services.database, found, signal);
  // Spans that were left out may have errors too: those the database has to count.
  if (columns.leftOut > 0) return { run: await summarise(services.database, found, signal), columns };
  let errors = 0;
  for (const both of columns.kindAndStatus) if (both >> 4 === errorStatus) errors++;
  return { run: { ...found.summary, span_count: columns.total, error_count: errors }, columns };
}

/** One whole span of a run. */
export async function readSpanDetail(
  services: RunServices,
  id: string,
  address: SpanAddress,
  signal: AbortSignal,
): Promise<SpanDetail> {
  const { database } = services;
  const recent = recentRuns.get(id);
  const atOnce = recent && (await readSpan(database, recent, address, signal));
  if (atOnce) return spanToDetail(atOnce);
  const run = await requireRunAgain(services, id, signal);
  const span = await readSpan(database, run, address, signal);
  if (span) return spanToDetail(span);
  throw new HttpProblem(404, "No such span", "The run has no span of this id. Load the run again.");
}

/** The spans of a run that have these ids, without the large ones: a page reads ahead what is in sight. */
export async function readSpanDetails(
  services: RunServices,
  id: string,
  spanIds: readonly string[],
  signal: AbortSignal,
): Promise<SpanDetails> {
  const run = recentRuns.get(id) ?? (await requireRunAgain(services, id, signal));
  const spans = await readSmallSpans(services.database, run, spanIds, signal);
  return { spans: spans.map(spanToDetail) };
}

function spanToDetail(span: Span): SpanDetail {
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    trace_state: span.traceState,
    name: span.name,
    kind: span.kind,
    service: span.serviceName,
    scope_name: span.scopeName,
    scope_version: span.scopeVersion,
    start_ns: span.startNs.toString(),
    duration_ns: span.durationNs.toString(),
    status: span.status,
    status_message: span.statusMessage,
    attributes: [...span.attributes],
    resource: [...span.resource],
    events: span.events.map(({ timeNs, name, attributes }) => ({
      time_ns: timeNs.toString(),
      name,
      attributes: [...attributes],
    })),
    links: span.links.map(({ traceId, spanId, traceState, attributes }) => ({
      trace_id: traceId,
      span_id: spanId,
      trace_state: traceState,
      attributes: [...attributes],
    })),
  };
}

/** Deletes a run and its traces; a deletion that has begun is not given up when the caller goes away. */
export async function removeRun({ database, telemetry }: RunServices, id: string): Promise<Deleted> {
  // What waits in the queue would bring the run back.
  await telemetry.flush(flushLimitMs);
  const deleted = await deleteRun(database, id);
  recentRuns.clear();
  if (!deleted) throw noSuchRun();
  return deleted;
}

/** Deletes old traces, or with `force` all of them. */
export async function clearTraces(
  { database, telemetry }: RunServices,
  { days, force }: ClearTracesRequest,
): Promise<ClearedTraces> {
  await telemetry.flush(flushLimitMs);
  try {
    return await (force || days === undefined
      ? clearAllTraces(database)
      : clearOldTraces(database, days, Date.now()));
  } finally {
    recentRuns.clear();
  }
}
