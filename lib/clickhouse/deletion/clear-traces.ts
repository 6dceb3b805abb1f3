import { randomBytes } from "node:crypto";
import type { ClearedTraces, Deleted } from "@/lib/api/runs";
import { highest } from "@/lib/base/bigints";
import type { Database } from "../connection/client";
import { makingRoom } from "../connection/makes-room";
import { findRun } from "../runs/runs";
import { deriveRuns } from "../schema/run-views";
import { inTurn } from "./deletion-turn";
import { dropWholeParts } from "./drop-parts";

type Traces = Pick<Database, "traces" | "cluster">;

const dayNs = 86_400_000_000_000n;
const lastNs = 9_223_372_036_854_775_807n;

/** The tables that a trace leaves rows in, and the column that says when a row is from. */
const tables = {
  otel_traces: "Timestamp",
  otel_traces_trace_id_ts: "End",
  jiva_run_traces: "Last",
  jiva_traces: "Last",
} as const;

/** Deletes every trace whose spans are all older than `days` by their Timestamp. Others stay whole. */
export function clearOldTraces(database: Traces, days: number, nowMs: number): Promise<ClearedTraces> {
  const cut = highest(0n, BigInt(nowMs) * 1_000_000n - BigInt(days) * dayNs);
  return inTurn(database.traces, async () => {
    const deleted = await deleteTraces(database, cut, {
      sql: "SELECT TraceId FROM jiva_traces GROUP BY TraceId HAVING max(Last) < fromUnixTimestamp64Nano({cut:Int64})",
      params: { cut },
    });
    return { ...deleted, remaining_spans: (await countSpans(database)).spans };
  });
}

/** Deletes every trace at once. */
export function clearAllTraces(database: Traces): Promise<ClearedTraces> {
  const { traces } = database;
  return inTurn(traces, async () => {
    const before = await countSpans(database);
    for (const table of Object.keys(tables)) {
      await traces.command({
        query: `TRUNCATE TABLE ${table}`,
        // A server otherwise refuses to empty a table of more than 50 GB.
        clickhouse_settings: { max_table_size_to_drop: "0" },
      });
    }
    // Spans that were stored between two of the statements have lost their derived rows.
    await deriveRuns(makingRoom(traces), "1");
    return {
      deleted_traces: before.traces,
      deleted_spans: before.spans,
      remaining_spans: (await countSpans(database)).spans,
    };
  });
}

/**
 * Deletes a run: all its traces, whole. One that belongs to other runs too goes from them as well, because a
 * trace without some of its spans would mislead. Undefined where there is no run of this id.
 */
export function deleteRun(database: Traces, id: string): Promise<Deleted | undefined> {
  return inTurn(database.traces, async () => {
    const run = await findRun(database, id);
    if (!run) return undefined;
    return deleteTraces(database, lastNs, {
      sql: "SELECT arrayJoin({traceIds:Array(String)})",
      params: { traceIds: run.traceIds },
    });
  });
}

interface Sql {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Deletes what the chosen traces have from before `before`. The choice is made once, so that all statements
 * mean the same traces; spans that are stored in the meantime keep or regain their derived rows. A span from
 * before `before` that is stored between the count and the deletion goes without being counted.
 */
async function deleteTraces(given: Traces, before: bigint, choice: Sql): Promise<Deleted> {
  const database = { ...given, traces: makingRoom(given.traces) };
  const deleted = { deleted_traces: 0, deleted_spans: 0 };
  const deletePart = async (doomed: Sql) => {
    const part = await deletePartOf(database, before, doomed);
    deleted.deleted_traces += part.traces;
    deleted.deleted_spans += part.spans;
  };
  if (database.cluster === undefined) await withDoomedTable(database, choice, deletePart);
  else for (const doomed of await chooseInParts(database, choice)) await deletePart(doomed);
  return deleted;
}

async function deletePartOf(database: Traces, before: bigint, { sql, params }: Sql): Promise<SpanCount> {
  const isBefore = (column: string) => `${column} < fromUnixTimestamp64Nano({before:Int64})`;
  const count = await countSpans(database, {
    sql: `${sql} AND ${isBefore("Timestamp")}`,
    params: { ...params, before },
  });
  for (const [table, column] of Object.entries(tables)) {
    const where = `${sql} AND ${isBefore(column)}`;
    const bound = { ...params, before };
    // Replicas may have cut the same rows into different parts.
    if (database.cluster === undefined) await dropWholeParts(database.traces, table, where, bound);
    await database.traces.command({ query: `DELETE FROM ${table} WHERE ${where}`, query_params: bound });
  }
  await deriveRuns(database.traces, sql, params);
  return count;
}

export const doomedPrefix = "jiva_doomed_";

/** The choice in a table of its own: any number of traces by one condition. */
async function withDoomedTable(
  { traces }: Traces,
  choice: Sql,
  work: (doomed: Sql) => Promise<void>,
): Promise<void> {
  const doomed = `${doomedPrefix}${randomBytes(8).toString("hex")}`;
  await traces.command({
    query: `CREATE TABLE ${doomed} (TraceId String) ENGINE = MergeTree ORDER BY TraceId`,
  });
  try {
    await traces.command({
      query: `INSERT INTO ${doomed} ${choice.sql}`,
      query_params: { ...choice.params },
    });
    const chosen = await traces.query({ query: `SELECT 1 FROM ${doomed} LIMIT 1`, format: "JSONEachRow" });
    // A deletion rewrites parts: not for nothing.
    if ((await chosen.json()).length === 0) return;
    await work({ sql: `TraceId IN (SELECT TraceId FROM ${doomed})`, params: {} });
  } finally {
    // Where this fails, a later start drops it.
    await traces.command({ query: `DROP TABLE IF EXISTS ${doomed} SYNC` }).catch(() => undefined);
  }
}

/** Ids that one statement carries to all replicas: 170 KB, where the path that it takes holds 1 MB. */
const partTraces = 5_000;

/** The choice as ids, because a mutation of a replicated table may not ask another table. */
async function chooseInParts({ traces }: Traces, choice: Sql): Promise<Sql[]> {
  const result = await traces.query({
    query: choice.sql,
    query_params: { ...choice.params },
    format: "JSONCompactEachRow",
  });
  const ids = (await result.json<[string]>()).map(([id]) => id);
  return Array.from({ length: Math.ceil(ids.length / partTraces) }, (_, part) => ({
    sql: "TraceId IN {doomed:Array(String)}",
    params: { doomed: ids.slice(part * partTraces, (part + 1) * partTraces) },
  }));
}

interface SpanCount {
  readonly traces: number;
  readonly spans: number;
}

/** Traces and spans, each span once. Beyond a gigabyte the database goes on counting on disk. */
async function countSpans(
  { traces }: Traces,
  { sql, params }: Sql = { sql: "1", params: {} },
): Promise<SpanCount> {
  const result = await traces.query({
    query: `SELECT count() AS traces, sum(n) AS spans FROM (
              SELECT uniqExact(SpanId) AS n FROM otel_traces WHERE ${sql} GROUP BY TraceId)`,
    query_params: { ...params },
    format: "JSONEachRow",
    clickhouse_settings: { max_bytes_before_external_group_by: "1000000000" },
  });
  const [row] = await result.json<{ traces: string; spans: string }>();
  return { traces: Number(row?.traces ?? 0), spans: Number(row?.spans ?? 0) };
}
