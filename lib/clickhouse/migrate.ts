import type { ClickHouseClient } from "@clickhouse/client";
import { doomedPrefix } from "./clear-traces";
import type { Database } from "./client";
import { deriveRuns } from "./run-views";
import { readSchema } from "./statements";

export interface MigrateOptions {
  /** Spans older than this are dropped by the database; 0 keeps them for ever. */
  readonly ttlHours: number;
}

/**
 * Makes both databases and their tables, brings those of an earlier version or of a Collector to the same
 * shape, and sets the time to live. Runs at every start. Every step can be repeated and run by two processes
 * at once: creation is IF NOT EXISTS, the backfill fills idempotent aggregates.
 */
export async function migrate(database: Database, { ttlHours }: MigrateOptions): Promise<void> {
  await createDatabases(database);
  for (const sql of await readSchema("traces")) await database.traces.command({ query: sql });
  await applyTtl(database.traces, ttlHours);
  await backfillRuns(database.traces);
  await dropDoomedTables(database.traces);
  for (const sql of await readSchema("data")) await database.data.command({ query: sql });
}

/** Only those that are missing, so that a user who may not create databases can be given existing ones. */
async function createDatabases({ server, tracesDatabase, dataDatabase }: Database): Promise<void> {
  const wanted = [tracesDatabase, dataDatabase];
  const found = await server.query({
    query: "SELECT name FROM system.databases WHERE name IN {wanted:Array(String)}",
    query_params: { wanted },
    format: "JSONEachRow",
  });
  const existing = new Set((await found.json<{ name: string }>()).map(({ name }) => name));
  for (const name of wanted) {
    if (existing.has(name)) continue;
    await server.command({
      query: "CREATE DATABASE IF NOT EXISTS {name:Identifier}",
      query_params: { name },
    });
  }
}

/** The tables whose rows expire, and the column that says when they are from. */
const expiring = {
  otel_traces: "Timestamp",
  otel_traces_trace_id_ts: "Start",
  jiva_traces: "Last",
  jiva_run_traces: "Last",
} as const;

async function applyTtl(client: ClickHouseClient, ttlHours: number): Promise<void> {
  const current = await readTtls(client);
  for (const [table, column] of Object.entries(expiring)) {
    const wanted = ttlHours === 0 ? undefined : `toDateTime(${column}) + toIntervalHour(${ttlHours})`;
    if (current.get(table) === wanted) continue;
    try {
      await client.command({
        query: wanted ? `ALTER TABLE ${table} MODIFY TTL ${wanted}` : `ALTER TABLE ${table} REMOVE TTL`,
        // The rows that are there get their new date in the background; a start does not wait for that.
        clickhouse_settings: { mutations_sync: "0", alter_sync: "1" },
      });
    } catch (error) {
      // Another process that starts with the same settings may have been faster.
      if ((await readTtls(client)).get(table) !== wanted) throw error;
    }
  }
}

/** Each table's time to live as ClickHouse writes it; tables without one are not in the map. */
async function readTtls(client: ClickHouseClient): Promise<ReadonlyMap<string, string>> {
  const result = await client.query({
    query: `SELECT name, extract(engine_full, ' TTL (.+?)(?: SETTINGS |$)') AS ttl FROM system.tables
            WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND ttl != ''`,
    query_params: { tables: Object.keys(expiring) },
    format: "JSONEachRow",
  });
  const rows = await result.json<{ name: string; ttl: string }>();
  return new Map(rows.map(({ name, ttl }) => [name, ttl]));
}

const backfillName = "runs-from-spans-1";

/**
 * Runs the views' own statements over the spans that were stored before the views were there, day by day.
 * Remembered once it is through; a start that was cut off in between does it again.
 */
async function backfillRuns(client: ClickHouseClient): Promise<void> {
  const done = await client.query({
    query: "SELECT count() AS n FROM jiva_migrations WHERE Name = {name:String}",
    query_params: { name: backfillName },
    format: "JSONEachRow",
  });
  const [row] = await done.json<{ n: string }>();
  if (row && row.n !== "0") return;

  const days = await client.query({
    query: "SELECT DISTINCT toString(toDate(Timestamp)) AS day FROM otel_traces ORDER BY day",
    format: "JSONEachRow",
  });
  for (const { day } of await days.json<{ day: string }>()) {
    await deriveRuns(client, "toDate(Timestamp) = {day:Date}", { day });
  }
  await client.insert({
    table: "jiva_migrations",
    values: [{ Name: backfillName, DoneAt: Date.now() }],
    format: "JSONEachRow",
  });
}

/** The notes of deletions that were cut off by the end of their process. */
async function dropDoomedTables(client: ClickHouseClient): Promise<void> {
  const result = await client.query({
    query: `SELECT name FROM system.tables WHERE database = currentDatabase()
            AND startsWith(name, {prefix:String}) AND metadata_modification_time < now() - INTERVAL 1 DAY`,
    query_params: { prefix: doomedPrefix },
    format: "JSONEachRow",
  });
  for (const { name } of await result.json<{ name: string }>()) {
    await client.command({ query: "DROP TABLE IF EXISTS {name:Identifier}", query_params: { name } });
  }
}
