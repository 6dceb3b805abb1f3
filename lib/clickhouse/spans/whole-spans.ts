import type { Span } from "@/lib/trace/span";
import type { Database } from "../connection/client";
import type { FoundRun } from "../runs/runs";
import { spansOfRun } from "./run-spans";
import { ownIdDigits } from "./span-id-sql";
import { rowToSpan, type SpanRow, spanSelection } from "./span-row";

/** Which span of a run. */
export interface SpanAddress {
  /** As it is shown or as it is stored (span-id-sql.ts), in any case. */
  readonly spanId: string;
  /** An id is unique within its trace only; without this the earliest span that has it counts. */
  readonly traceId?: string;
}

const stored = "otel_traces.SpanId";

/** The id as it is given: what nearly every table holds, and half the time of what follows. */
const asGiven = { where: `${stored} = {spanId:String}`, order: "Timestamp, TraceId" };

/** The id in any case, or the digits that replace an invalid one: worked out for every span of the run. */
const inAnyForm = {
  where: `(lower(${stored}) = lower({spanId:String}) OR ${ownIdDigits(stored)} = lower({spanId:String}))`,
  order: `lower(${stored}) = lower({spanId:String}) DESC, Timestamp, TraceId`,
};

/** One whole span of a run, or undefined where the run has none of this id. */
export async function readSpan(
  database: Pick<Database, "traces">,
  run: FoundRun,
  address: SpanAddress,
  signal?: AbortSignal,
): Promise<Span | undefined> {
  return (
    (await readSpanWhere(database, run, address, asGiven, signal)) ??
    (await readSpanWhere(database, run, address, inAnyForm, signal))
  );
}

async function readSpanWhere(
  { traces }: Pick<Database, "traces">,
  run: FoundRun,
  { spanId, traceId }: SpanAddress,
  id: typeof asGiven,
  signal?: AbortSignal,
): Promise<Span | undefined> {
  const where = spansOfRun(run);
  const result = await traces.query({
    query: `SELECT ${spanSelection} FROM otel_traces
            WHERE ${where.sql} AND ${id.where}
              ${traceId === undefined ? "" : "AND lower(TraceId) = lower({traceId:String})"}
            ORDER BY ${id.order} LIMIT 1`,
    query_params: { ...where.params, spanId, ...(traceId !== undefined && { traceId }) },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<SpanRow>();
  return row && rowToSpan(row);
}

/** Text in the attributes of a span that is read ahead: a person may never open it. */
const maxSmallChars = 65_536;
const allChars = (maps: string) => `arraySum(m -> arraySum(v -> length(v), mapValues(m)), ${maps})`;

/**
 * The whole spans of a run that have these ids (as they are stored) and are not large, each once, in all of its
 * traces: for reading ahead what is in sight.
 */
export async function readSmallSpans(
  { traces }: Pick<Database, "traces">,
  run: FoundRun,
  spanIds: readonly string[],
  signal?: AbortSignal,
): Promise<Span[]> {
  const where = spansOfRun(run);
  const result = await traces.query({
    query: `SELECT ${spanSelection} FROM otel_traces
            WHERE ${where.sql} AND ${stored} IN {spanIds:Array(String)}
              AND ${allChars("[SpanAttributes, ResourceAttributes]")} + ${allChars("Events.Attributes")}
                + ${allChars("Links.Attributes")} < ${maxSmallChars}
            ORDER BY Timestamp, TraceId LIMIT 1 BY TraceId, ${stored} LIMIT ${2 * spanIds.length}`,
    query_params: { ...where.params, spanIds },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return (await result.json<SpanRow>()).map(rowToSpan);
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
