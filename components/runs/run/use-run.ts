import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, fetchBytes, fetchJson, jsonHeaders, parseAnswer } from "@/components/ui/api-client";
import { paths } from "@/lib/api/paths";
import {
  aboutColumnsSchema,
  deletedSchema,
  maxSpansAhead,
  type RunSummary,
  spanDetailSchema,
  spanDetailsSchema,
} from "@/lib/api/runs";
import { spanSearchSchema } from "@/lib/api/span-search";
import { at, uint32At, uintAt } from "@/lib/base/checked";
import type { FoundSpans, SearchSpans } from "@/lib/gantt/find/find-nodes";
import { decodeSpanColumns, type SpanColumns } from "@/lib/trace/columns/span-columns";
import { indexSpans, spanIdText, writeSpanId } from "@/lib/trace/columns/span-ids";
import type { Span } from "@/lib/trace/span";
import { spanDetailToSpan } from "./span-detail";

/** Spans can be read up to 2 s after their end, so a run that has just ended may not be there yet. */
const arrivalMs = 2_000;
const askAgainMs = 400;

/** Asks again for what is not there yet, and for a database that is away; everything else will not change. */
function retry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.problem.status === 404) return failures < (arrivalMs + askAgainMs) / askAgainMs;
  return failures < 1 && (error.problem.status === 503 || error.problem.status === 0);
}

/** Spans of a run may still be on their way: for how long to look again, by the moment of its end. */
export function lookAgainMs(run: RunSummary | undefined, nowMs: number): number | false {
  if (!run) return false;
  const endedMs = Date.parse(run.started_at) + run.duration_ms;
  const agoMs = nowMs - endedMs;
  // Clocks of two machines differ; a run of tomorrow is not watched until then.
  return agoMs > -60_000 && agoMs < 2 * arrivalMs ? 1_000 : false;
}

export interface RunWithSpans {
  readonly run: RunSummary;
  readonly columns: SpanColumns;
}

/**
 * A run with its spans, by one question, which the page's document may have asked already (preload-run.ts).
 * Rejects with an ApiError, or with BadSpanColumns.
 */
export async function fetchRunWithSpans(runId: string, signal: AbortSignal): Promise<RunWithSpans> {
  const { columns, about } = decodeSpanColumns(await fetchBytes(paths.runSpanColumns(runId), { signal }));
  return { run: parseAnswer(aboutColumnsSchema, about).run, columns };
}

/** The columns are the same object as before as long as their number is the same, so that the view stays. */
export function useRunWithSpans(runId: string) {
  const queryClient = useQueryClient();
  const queryKey = ["run-with-spans", runId];
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<RunWithSpans> => {
      const { run, columns } = await fetchRunWithSpans(runId, signal);
      const before = queryClient.getQueryData<RunWithSpans>(queryKey)?.columns;
      const isSame = before?.count === columns.count && before.startNs === columns.startNs;
      return { run, columns: isSame ? before : columns };
    },
    structuralSharing: false,
    retry,
    retryDelay: askAgainMs,
    refetchInterval: ({ state }) => lookAgainMs(state.data?.run, Date.now()),
    refetchOnWindowFocus: false,
    // After a while away it is shown from the cache first, then refreshed.
    staleTime: 5_000,
    // 100,000 spans are a few megabytes: kept for a way back, not for the day.
    gcTime: 60_000,
  });
}

export async function fetchSpan(
  runId: string,
  columns: SpanColumns,
  span: number,
  signal: AbortSignal,
): Promise<Span> {
  const traceId = at(columns.traceIds, uintAt(columns.trace, span));
  const path = paths.runSpan(runId, spanIdText(columns.spanIds, span), traceId);
  return spanDetailToSpan(await fetchJson(path, spanDetailSchema, { signal }));
}

/** Several spans at once, in the order asked for; undefined for those that have to be asked for one by one. */
export async function fetchSpans(
  runId: string,
  columns: SpanColumns,
  spans: readonly number[],
  signal: AbortSignal,
): Promise<(Span | undefined)[]> {
  const idOf = (span: number) => spanIdText(columns.spanIds, span);
  const path = paths.runSpansWhole(runId, [...new Set(spans.map(idOf))].slice(0, maxSpansAhead));
  const { spans: details } = await fetchJson(path, spanDetailsSchema, { signal });
  const whole = new Map(details.map((detail) => [`${detail.trace_id} ${detail.span_id}`, detail]));
  return spans.map((span) => {
    const detail = whole.get(`${at(columns.traceIds, uintAt(columns.trace, span))} ${idOf(span)}`);
    return detail && spanDetailToSpan(detail);
  });
}

export interface SpanSearcher {
  readonly search: SearchSpans;
  /** Makes what the first answer is read with: 11 ms of work for 100,000 spans. */
  readonly prepare: () => void;
}

/** Searches a run's attributes and events on the server: one request a term, since the page joins terms itself. */
export function createSpanSearch(runId: string, columns: SpanColumns): SpanSearcher {
  let known: ReturnType<typeof indexSpans> | undefined;
  const index = () => {
    known ??= indexSpans(columns.spanIds, columns.trace);
    return known;
  };
  const words = new Uint32Array(2);
  const search: SearchSpans = (_, terms, signal) =>
    Promise.all(
      terms.map(async ({ source }): Promise<FoundSpans> => {
        const answer = await fetchJson(paths.runSpanSearch(runId, source), spanSearchSchema, { signal });
        const find = index();
        const traces = answer.trace_ids.map((id) => columns.traceIds.indexOf(id));
        const spans: number[] = [];
        for (const [i, id] of answer.span_ids.entries()) {
          if (!writeSpanId(words, 0, id)) continue;
          // A trace that has arrived since the page read the run is not among its columns.
          const trace = at(traces, at(answer.trace, i));
          const span = trace < 0 ? -1 : find(uint32At(words, 0), uint32At(words, 1), trace);
          if (span >= 0) spans.push(span);
        }
        return { spans, complete: !answer.truncated };
      }),
    );
  return { search, prepare: index };
}

export function useDeleteRun() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (runId: string) =>
      fetchJson(paths.run(runId), deletedSchema, { method: "DELETE", headers: jsonHeaders }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["runs"] }),
  });
}
