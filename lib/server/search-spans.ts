import type { SpanSearch } from "@/lib/api/span-search";
import { type FoundSpanIds, NotInStore, searchSpans } from "@/lib/clickhouse/spans/search-spans";
import { parseFind } from "@/lib/find/find-query";
import type { FindQuery } from "@/lib/find/find-terms";
import { badRequest } from "./http/problem";
import { type RunServices, requireRunAgain, settledRun } from "./runs";

/** The spans of a run that a text of the find box asks for. Throws a problem 400 where it asks for nothing. */
export async function findSpans(
  services: RunServices,
  id: string,
  text: string,
  signal: AbortSignal,
): Promise<SpanSearch> {
  const { query, error } = parseFind(text);
  if (!query) throw badRequest(error);
  if (query.any.length === 0) throw badRequest("q asks for nothing.");
  try {
    const found = await searchRun(services, id, query, signal);
    return {
      trace_ids: [...found.traceIds],
      trace: [...found.trace],
      span_ids: [...found.spanIds],
      truncated: found.truncated,
    };
  } catch (failure) {
    if (!(failure instanceof NotInStore)) throw failure;
    throw badRequest(
      `${failure.message} is known to the timeline only, which has the whole tree: leave it out of q.`,
    );
  }
}

/** A run that was found a moment ago is looked for anew only where nothing is found in it: it may be gone or grown. */
async function searchRun(
  services: RunServices,
  id: string,
  query: FindQuery,
  signal: AbortSignal,
): Promise<FoundSpanIds> {
  const { database } = services;
  const settled = settledRun(id);
  const found = settled && (await searchSpans(database, settled, query, signal));
  if (found && found.spanIds.length > 0) return found;
  const run = await requireRunAgain(services, id, signal);
  const isSame = run.lastNs === settled?.lastNs && run.traceIds.length === settled.traceIds.length;
  return found && isSame ? found : searchSpans(database, run, query, signal);
}
