import { randomBytes } from "node:crypto";
import type { ClickHouseClient } from "@clickhouse/client";
import type { ClearedTraces, Deleted } from "@/lib/api/runs";
import { highest } from "@/lib/base/bigints";
import type { Database } from "./client";
import { deriveRuns } from "./run-views";
import { findRun } from "./runs";

type Traces = Pick<Database, "traces">;

const dayNs = 86_400_000_000_000n;
const lastNs = 9_223_372_036_854_775_807n;

/** The tables that a trace leaves rows in, and the column that says when a row is from. */
const tables = {
  otel_traces: "Timestamp",
  otel_traces_trace_id_ts: "End",
  jiva_run_traces: "Last",
  jiva_traces: "Last",
} as const;

/** Two deletions at once would both count the same spans: in one process they go one after the other. */
let previous: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = previous.then(work);
  previous = turn.catch(() => undefined);
  return turn;
}

/** Deletes every trace whose spans are all older than `days` by their Timestamp. Others stay whole. */
export function clearOldTraces({ traces }: Traces, days: number, nowMs: number): Promise<ClearedTraces> {
  const cut = highest(0n, BigInt(nowMs) * 1_000_000n - BigInt(days) * dayNs);
  return inTurn(async () => {
    const deleted = await deleteTraces(traces, cut, {
      sql: "SELECT TraceId FROM jiva_traces GROUP BY TraceId HAVING max(Last) < fromUnixTimestamp64Nano({cut:Int64})",
      params: { cut },
    });
    return { ...deleted, remaining_spans: (await countSpans(traces)).spans };
  });
}

/** Deletes every trace at once. */
export function clearAllTraces({ traces }: Traces): Promise<ClearedTraces> {
  return inTurn(async () => {
    const before = await countSpans(traces);
    for (const table of Object.keys(tables)) {
      await traces.command({
        query: `TRUNCATE TABLE ${table}`,
        // A server otherwise refuses to empty a table of more than 50 GB.
        clickhouse_settings: { max_table_size_to_drop: "0" },
      });
    }
    // Spans that were stored between two of the statements have lost their derived rows.
    await deriveRuns(traces, "1");
    return {
      deleted_traces: before.traces,
      deleted_spans: before.spans,
      remaining_spans: (await countSpans(traces)).spans,
    };
  });
}

/**
 * Deletes a run with all its traces, also those that belong to other runs too. Undefined where there is none
 * of this id.
 */
export function deleteRun({ traces }: Traces, id: string): Promise<Deleted | undefined> {
  return inTurn(async () => {
    const run = await findRun({ traces }, id);
    if (!run) return undefined;
    return deleteTraces(traces, lastNs, {
      sql: "SELECT arrayJoin({traceIds:Array(String)})",
      params: { traceIds: run.traceIds },
    });
  });
}

export const doomedPrefix = "jiva_doomed_";

/**
 * Deletes what the chosen traces have from before `before`. The choice is noted in a table first, so that all
 * statements mean the same traces; spans that are stored in the meantime keep or regain their derived rows.
 */
async function deleteTraces(
  traces: ClickHouseClient,
  before: bigint,
  choice: { readonly sql: string; readonly params: Readonly<Record<string, unknown>> },
): Promise<Deleted> {
  const doomed = `${doomedPrefix}${randomBytes(8).toString("hex")}`;
  const areDoomed = `TraceId IN (SELECT TraceId FROM ${doomed})`;
  await traces.command({
    query: `CREATE TABLE ${doomed} (TraceId String) ENGINE = MergeTree ORDER BY TraceId`,
  });
  try {
    await traces.command({
      query: `INSERT INTO ${doomed} ${choice.sql}`,
      query_params: { ...choice.params },
    });
    const isBefore = (column: string) => `${column} < fromUnixTimestamp64Nano({before:Int64})`;
    const count = await countSpans(traces, `${areDoomed} AND ${isBefore("Timestamp")}`, { before });
    if (count.spans > 0) {
      for (const [table, column] of Object.entries(tables)) {
        await traces.command({
          query: `DELETE FROM ${table} WHERE ${areDoomed} AND ${isBefore(column)}`,
          query_params: { before },
        });
      }
      await deriveRuns(traces, areDoomed);
    }
    return { deleted_traces: count.traces, deleted_spans: count.spans };
  } finally {
    // Where this fails, the next start drops it.
    await traces.command({ query: `DROP TABLE IF EXISTS ${doomed}` }).catch(() => undefined);
  }
}

/** Traces and spans, each span once. Beyond a gigabyte the database goes on counting on disk. */
async function countSpans(
  traces: ClickHouseClient,
  where = "1",
  params: Readonly<Record<string, unknown>> = {},
): Promise<{ traces: number; spans: number }> {
  const result = await traces.query({
    query: `SELECT count() AS traces, sum(n) AS spans FROM (
              SELECT uniqExact(SpanId) AS n FROM otel_traces WHERE ${where} GROUP BY TraceId)`,
    query_params: { ...params },
    format: "JSONEachRow",
    clickhouse_settings: { max_bytes_before_external_group_by: "1000000000" },
  });
  const [row] = await result.json<{ traces: string; spans: string }>();
  return { traces: Number(row?.traces ?? 0), spans: Number(row?.spans ?? 0) };
}
