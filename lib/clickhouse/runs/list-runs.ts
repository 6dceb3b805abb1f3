import type { RunsAnswer, RunsQuery } from "@/lib/api/runs";
import type { Database } from "../connection/client";
import { readNewestRuns } from "./newest-runs";
import { rankRuns } from "./rank-runs";
import { addCounts, countSpans, type FoundRun, type RunBounds, type SpanCounts } from "./runs";
import { encodeCursor } from "./runs-cursor";

export { BadCursor } from "./runs-cursor";

/**
 * The newest runs first, by start and then by id. Mostly they follow from the newest rows of the small table;
 * where those are not enough, runs are ranked in the database. Spans are counted exactly, for the runs shown.
 */
export async function listRuns(
  database: Pick<Database, "traces">,
  query: RunsQuery,
  signal?: AbortSignal,
): Promise<RunsAnswer> {
  // One more than asked for tells whether there is a next page.
  const wanted = query.limit + 1;
  const newest = await readNewestRuns(database, query, wanted, signal);
  const runs = newest?.runs ?? (await rankRuns(database, query, wanted, signal));
  const shown = runs.slice(0, query.limit);
  const uncounted = newest ? shown.filter((run) => !isCounted(run, newest.counted)) : shown;
  const counts = new Map<string, SpanCounts>([
    ...(newest?.counts ?? []),
    ...(await countSpans(database, uncounted, signal)),
  ]);
  const last = shown.at(-1);
  return {
    runs: addCounts(shown, counts),
    next: last && runs.length > query.limit ? encodeCursor(last) : null,
  };
}

function isCounted(run: FoundRun, counted: RunBounds): boolean {
  const isWithin = run.startNs >= counted.startNs && run.lastNs <= counted.lastNs;
  return isWithin && run.traceIds.every((id) => counted.traceIds.includes(id));
}
