import type { ClickHouseClient } from "@clickhouse/client";
import type { Database } from "../connection/client";
import { checkCluster, checkReplicated } from "../connection/cluster";
import { makingRoom } from "../connection/makes-room";
import { readSchema } from "../connection/statements";
import { doomedPrefix } from "../deletion/clear-traces";
import { backfillRuns } from "./backfill";
import { applyTimeToLive } from "./time-to-live";

export interface MigrateOptions {
  /** Spans older than this are dropped by the database; 0 keeps them for ever. */
  readonly ttlHours: number;
}

/**
 * Makes both databases and their tables, brings those of an earlier version or of a Collector to the same
 * shape, and sets the time to live. Runs at every start; afterwards `backfillRunsAgain` is due. Every step can
 * be repeated and run by two processes at once: creation is IF NOT EXISTS, the backfill fills idempotent
 * aggregates.
 */
export async function migrate(given: Database, { ttlHours }: MigrateOptions): Promise<void> {
  // Without its tables nothing could be deleted, so on a full disk a start may use what is kept for deleting.
  const database: Database = {
    ...given,
    server: makingRoom(given.server),
    traces: makingRoom(given.traces),
    data: makingRoom(given.data),
  };
  if (database.cluster !== undefined) await checkCluster(database.server, database.cluster);
  await createDatabases(database);
  for (const sql of await readSchema("traces")) await database.traces.command({ query: sql });
  await applyTimeToLive(database.traces, ttlHours);
  await backfillRuns(given.traces);
  await dropDoomedTables(database.traces);
  for (const sql of await readSchema("data")) await database.data.command({ query: sql });
  if (database.cluster !== undefined)
    await Promise.all([database.traces, database.data].map(checkReplicated));
}

/** Only those that are missing, so that a user who may not create databases can be given existing ones. */
async function createDatabases({ server, tracesDatabase, dataDatabase, cluster }: Database): Promise<void> {
  const wanted = [tracesDatabase, dataDatabase];
  const found = await server.query({
    query: "SELECT name FROM system.databases WHERE name IN {wanted:Array(String)}",
    query_params: { wanted },
    format: "JSONEachRow",
  });
  const existing = new Set((await found.json<{ name: string }>()).map(({ name }) => name));
  for (const name of wanted) {
    // What this replica has, another may lack.
    if (existing.has(name) && cluster === undefined) continue;
    await server.command({
      query: "CREATE DATABASE IF NOT EXISTS {name:Identifier}",
      query_params: { name },
    });
  }
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
    await client.command({ query: "DROP TABLE IF EXISTS {name:Identifier} SYNC", query_params: { name } });
  }
}
