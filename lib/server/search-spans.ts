import type { SpanSearch } from "@/lib/api/span-search";
import { NotInStore, searchSpans } from "@/lib/clickhouse/search-spans";
import { parseFind } from "@/lib/gantt/find-query";
import { badRequest } from "./problem";
import { requireRecentRun } from "./runs";
import { services } from "./services";

/** The spans of a run that a text of the find box asks for. Throws a problem 400 where it asks for nothing. */
export async function findSpans(id: string, text: string, signal: AbortSignal): Promise<SpanSearch> {
  const { query, error } = parseFind(text);
  if (!query) throw badRequest(error);
  if (query.any.length === 0) throw badRequest("q asks for nothing.");
  const run = await requireRecentRun(id, signal);
  try {
    const found = await searchSpans(services().database, run, query, signal);
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
