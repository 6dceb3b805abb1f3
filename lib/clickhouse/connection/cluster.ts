import type { ClickHouseClient } from "@clickhouse/client";
import { quoteIdentifier } from "./identifiers";

/**
 * A cluster of one shard with any number of replicas (docs/decisions/0004): every statement that defines, alters
 * or deletes goes to all of them, tables are replicated, and each replica can answer every read alone.
 */

const verbs =
  /^(?:CREATE DATABASE IF NOT EXISTS|CREATE TABLE(?: IF NOT EXISTS)?|CREATE MATERIALIZED VIEW IF NOT EXISTS|ALTER TABLE|DROP (?:DATABASE|TABLE) IF EXISTS|TRUNCATE TABLE|DELETE FROM) [^\s(]+/;

/**
 * The path is made of names and not of `{uuid}`, so that a replica that joins later finds the tables of the
 * others when the app's next start creates its own.
 */
const replica = "'/clickhouse/tables/{database}/{table}/{shard}', '{replica}'";

/** The statement as all replicas shall run it. INSERT is none of them: it is replicated with its rows. */
export function onCluster(sql: string, cluster: string): string {
  const statement = sql.trim();
  if (/^INSERT INTO\b/.test(statement)) return statement;
  if (!verbs.test(statement)) throw new Error(`Not known how to run on a cluster: ${statement.slice(0, 80)}`);
  return statement
    .replace(verbs, (head) => `${head} ON CLUSTER ${quoteIdentifier(cluster)}`)
    .replace(/\bENGINE = (\w*MergeTree)(?:\(([^)]*)\))?/, (_, engine: string, more?: string) => {
      return `ENGINE = Replicated${engine}(${more ? `${replica}, ${more}` : replica})`;
    });
}

/** The same client, whose commands run on the whole cluster. */
export function commandCluster(client: ClickHouseClient, cluster: string): ClickHouseClient {
  return new Proxy(client, {
    get(target, property) {
      if (property === "command") {
        return (params: Parameters<ClickHouseClient["command"]>[0]) =>
          target.command({ ...params, query: onCluster(params.query, cluster) });
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Throws where the server does not know the cluster, or where it has more than the one shard that we can read. */
export async function checkCluster(server: ClickHouseClient, cluster: string): Promise<void> {
  const result = await server.query({
    query: "SELECT uniqExact(shard_num) AS shards FROM system.clusters WHERE cluster = {cluster:String}",
    query_params: { cluster },
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ shards: string }>();
  const shards = Number(row?.shards ?? 0);
  if (shards === 1) return;
  throw new Error(
    shards === 0
      ? `CLICKHOUSE_CLUSTER=${cluster} is no cluster of this server. SELECT cluster FROM system.clusters names them.`
      : `CLICKHOUSE_CLUSTER=${cluster} has ${shards} shards, and each would hold a part of the traces only. ` +
          "Name a cluster of one shard with replicas.",
  );
}

/** Throws where a table of the database is one server's alone, from a time before the cluster. */
export async function checkReplicated(client: ClickHouseClient): Promise<void> {
  const result = await client.query({
    query: `SELECT name FROM system.tables WHERE database = currentDatabase()
            AND engine LIKE '%MergeTree' AND NOT match(engine, '^(Replicated|Shared)') ORDER BY name LIMIT 1`,
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ name: string }>();
  if (!row) return;
  throw new Error(
    `The table ${row.name} was made before CLICKHOUSE_CLUSTER was set and is not replicated. ` +
      "Turn it into a replicated one first: DETACH TABLE, ATTACH TABLE … AS REPLICATED.",
  );
}
