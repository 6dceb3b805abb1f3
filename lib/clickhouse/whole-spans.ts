import type { Span } from "@/lib/trace/span";
import type { Database } from "./client";
import { spansOfRun } from "./run-spans";
import type { FoundRun } from "./runs";
import { rowToSpan, type SpanRow, spanSelection } from "./span-row";

/** One whole span of a run, or undefined where the run has none of this id. Ids in any case. */
export async function readSpan(
  { traces }: Pick<Database, "traces">,
  run: FoundRun,
  spanId: string,
  signal?: AbortSignal,
): Promise<Span | undefined> {
  const where = spansOfRun(run);
  const result = await traces.query({
    query: `SELECT ${spanSelection} FROM otel_traces
            WHERE ${where.sql} AND lower(SpanId) = lower({spanId:String})
            ORDER BY Timestamp LIMIT 1`,
    query_params: { ...where.params, spanId },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<SpanRow>();
  return row && rowToSpan(row);
}

/**
 * A run's whole spans, each once, in batches as they come off the wire: in the order of their start, or with the
 * spans of a trace together. Leaving the loop early ends the query.
 */
export async function* readSpans(
  { traces }: Pick<Database, "traces">,
  run: FoundRun,
  signal?: AbortSignal,
  order: "start" | "trace" = "start",
): AsyncGenerator<Span[]> {
  const where = spansOfRun(run);
  const result = await traces.query({
    query: `SELECT ${spanSelection} FROM otel_traces WHERE ${where.sql}
            ORDER BY ${order === "trace" ? "TraceId, " : ""}Timestamp, SpanId LIMIT 1 BY TraceId, SpanId`,
    query_params: { ...where.params },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  try {
    for await (const rows of result.stream<SpanRow>()) yield rows.map((row) => rowToSpan(row.json()));
  } finally {
    result.close();
  }
}
