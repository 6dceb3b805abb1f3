import type { RunsAnswer, RunsQuery } from "@/lib/api/runs";
import { highest, lowest } from "@/lib/base/bigints";
import { msToNs, type Nanoseconds, nanoseconds } from "@/lib/base/time";
import type { Database } from "./client";
import { addCounts, countSpans, type RunBounds, readTracesById, toRun, tracesOfRun } from "./runs";

/** Where a page ends: the next one begins below it. */
interface Cursor {
  readonly startNs: bigint;
  readonly runId: string;
}

/** The cursor is none that this list gave out. */
export class BadCursor extends Error {
  override readonly name = "BadCursor";
  constructor() {
    super("The cursor is not one of this list. Start again without it.");
  }
}

const hourNs = 3_600_000_000_000n;
const lastNs = 9_223_372_036_854_775_807n;

/**
 * The newest runs first, by start and then by id. First which runs, from the small table, within a window below
 * the cursor that grows ×8 until it holds enough; then, side by side, their details and the exact counts of
 * their spans. The first window is a guess, that the newest runs are from the last hour: mostly they are, and
 * nobody waits for the first and the last start that there is.
 */
export async function listRuns(
  database: Pick<Database, "traces">,
  query: RunsQuery,
  nowMs: number,
  signal?: AbortSignal,
): Promise<RunsAnswer> {
  const below = upperEnd(query);
  // One more than asked for tells whether there is a next page.
  const limit = query.limit + 1;
  const ranked = await rankUntilEnough(database, query, { below, limit, nowMs }, signal);
  const shown = ranked.slice(0, query.limit);
  const [traces, counts] = await Promise.all([
    readTracesById(
      database,
      shown.flatMap(({ traceIds }) => traceIds),
      signal,
    ),
    countSpans(database, shown, signal),
  ]);
  // A run may have been deleted since it was ranked.
  const runs = shown.flatMap(({ runId }) => {
    const own = tracesOfRun(traces, runId);
    return own.length > 0 ? [toRun(runId, own)] : [];
  });
  const last = shown.at(-1);
  return {
    runs: addCounts(runs, counts),
    next: last && ranked.length > query.limit ? encodeCursor(last) : null,
  };
}

interface RankedRun extends Cursor, RunBounds {
  readonly startNs: Nanoseconds;
}

async function rankUntilEnough(
  database: Pick<Database, "traces">,
  query: RunsQuery,
  { below, limit, nowMs }: { readonly below: Cursor; readonly limit: number; readonly nowMs: number },
  signal: AbortSignal | undefined,
): Promise<RankedRun[]> {
  const rank = (windowStartNs: bigint) => rankRuns(database, query, { windowStartNs, below, limit }, signal);
  const fromNs = query.from === undefined ? 0n : isoToNs(query.from);
  const guessedNs = highest(lowest(below.startNs, msToNs(nowMs)) - hourNs, fromNs);
  const [guess, range] = await Promise.all([rank(guessedNs), readRange(database, signal)]);
  if (!range) return [];
  const lowestNs = highest(fromNs, range.firstNs);
  if (guess.length >= limit || guessedNs <= lowestNs) return guess;

  const newestNs = lowest(below.startNs, range.lastNs);
  for (let windowNs = hourNs; ; windowNs *= 8n) {
    const windowStartNs = highest(newestNs - windowNs, lowestNs);
    const ranked = await rank(windowStartNs);
    if (ranked.length >= limit || windowStartNs === lowestNs) return ranked;
  }
}

async function rankRuns(
  { traces }: Pick<Database, "traces">,
  query: RunsQuery,
  page: { readonly windowStartNs: bigint; readonly below: Cursor; readonly limit: number },
  signal: AbortSignal | undefined,
): Promise<RankedRun[]> {
  // "Some span has it" only grows as rows merge, so a single row that has it chooses rightly; what can end
  // (a start, the absence of an error) is asked of the whole run in HAVING.
  const has: string[] = [];
  if (query.status === "error") has.push("HasError = 1");
  if (query.service !== undefined) has.push("has(Services, {service:String})");
  if (query.q !== undefined) {
    has.push(`(positionCaseInsensitiveUTF8(Question, {q:String}) > 0
      OR (Root.1 = 0 AND positionCaseInsensitiveUTF8(Root.3, {q:String}) > 0)
      OR arrayExists(r -> positionCaseInsensitiveUTF8(r, {q:String}) > 0, RunIds)
      OR positionCaseInsensitiveUTF8(TraceId, {q:String}) > 0)`);
  }
  const result = await traces.query({
    query: `
      SELECT RunId AS runId, toUnixTimestamp64Nano(min(S)) AS startNs, toUnixTimestamp64Nano(max(L)) AS lastNs,
             groupUniqArray(TraceId) AS traceIds FROM (
        SELECT TraceId, min(Start) AS S, max(Last) AS L, max(HasError) AS E, groupUniqArrayArray(RunIds) AS Rs FROM jiva_traces
        WHERE TraceId IN (
          WITH c AS (
            SELECT TraceId, RunIds FROM jiva_traces
            WHERE Start >= fromUnixTimestamp64Nano({w:Int64}) AND Start <= fromUnixTimestamp64Nano({cs:Int64})
            ${has.map((condition) => `AND ${condition}`).join("\n")})
          SELECT TraceId FROM c UNION DISTINCT
          SELECT TraceId FROM jiva_run_traces WHERE RunId IN (SELECT arrayJoin(RunIds) FROM c))
        GROUP BY TraceId)
      ARRAY JOIN if(empty(Rs), [TraceId], Rs) AS RunId
      GROUP BY RunId
      HAVING startNs >= {w:Int64} AND (startNs, RunId) < ({cs:Int64}, {cr:String})
      ${query.status === "ok" ? "AND max(E) = 0" : ""}
      ORDER BY startNs DESC, RunId DESC LIMIT {n:UInt32}`,
    query_params: {
      w: page.windowStartNs,
      cs: page.below.startNs,
      cr: page.below.runId,
      n: page.limit,
      ...(query.service !== undefined && { service: query.service }),
      ...(query.q !== undefined && { q: query.q }),
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<{ runId: string; startNs: string; lastNs: string; traceIds: string[] }>();
  return rows.map(({ runId, startNs, lastNs, traceIds }) => ({
    runId,
    startNs: nanoseconds(BigInt(startNs)),
    lastNs: nanoseconds(BigInt(lastNs)),
    traceIds,
  }));
}

/** The first and the last start that there is; undefined in an empty table. The parts' own index knows them. */
async function readRange(
  { traces }: Pick<Database, "traces">,
  signal: AbortSignal | undefined,
): Promise<{ firstNs: bigint; lastNs: bigint } | undefined> {
  const result = await traces.query({
    query: `SELECT toUnixTimestamp64Nano(min(Start)) AS firstNs, toUnixTimestamp64Nano(max(Start)) AS lastNs
            FROM jiva_traces HAVING count() > 0`,
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<{ firstNs: string; lastNs: string }>();
  return row && { firstNs: BigInt(row.firstNs), lastNs: BigInt(row.lastNs) };
}

/** What every run of this page starts before: the cursor or `to`, whichever comes first. */
function upperEnd(query: RunsQuery): Cursor {
  const to: Cursor =
    query.to === undefined ? { startNs: lastNs, runId: "" } : { startNs: isoToNs(query.to), runId: "" };
  const cursor = query.cursor === undefined ? to : decodeCursor(query.cursor);
  return cursor.startNs < to.startNs ? cursor : to;
}

/** Keeps a cursor below the 1,000 characters that a request may hold: 170 of at most 4 bytes, in base64. */
const maxCursorIdChars = 170;

/**
 * Text that says nothing to its reader. The beginning of a longer id sorts before it, so that the run is not
 * shown again.
 */
function encodeCursor({ startNs, runId }: Cursor): string {
  const id = runId.length <= maxCursorIdChars ? runId : [...runId].slice(0, maxCursorIdChars).join("");
  return Buffer.from(`${startNs}.${id}`).toString("base64url");
}

function decodeCursor(text: string): Cursor {
  const [, startNs, runId] =
    /^(\d{1,19})\.([\s\S]*)$/.exec(Buffer.from(text, "base64url").toString("utf8")) ?? [];
  if (startNs === undefined || runId === undefined) throw new BadCursor();
  return { startNs: lowest(BigInt(startNs), lastNs), runId };
}

/** Checked by the schema already; `Date` keeps milliseconds, which is what a person can ask for. */
function isoToNs(iso: string): bigint {
  const ns = BigInt(Date.parse(iso)) * 1_000_000n;
  return highest(0n, lowest(ns, lastNs));
}
