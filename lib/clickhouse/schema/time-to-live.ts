import type { ClickHouseClient } from "@clickhouse/client";

/** The tables whose rows expire, and the column that says when they are from. */
const expiring = {
  otel_traces: "Timestamp",
  otel_traces_trace_id_ts: "Start",
  jiva_traces: "Last",
  jiva_run_traces: "Last",
} as const;

/** Sets when rows of the traces' tables expire, wherever that differs; 0 hours is never. */
export async function applyTimeToLive(client: ClickHouseClient, hours: number): Promise<void> {
  const current = await readTimesToLive(client);
  for (const [table, column] of Object.entries(expiring)) {
    const wanted = hours === 0 ? undefined : `toDateTime(${column}) + toIntervalHour(${hours})`;
    if (current.get(table) === wanted) continue;
    try {
      await client.command({
        query: wanted ? `ALTER TABLE ${table} MODIFY TTL ${wanted}` : `ALTER TABLE ${table} REMOVE TTL`,
        // The rows that are there get their new date in the background; a start does not wait for that.
        clickhouse_settings: { mutations_sync: "0", alter_sync: "1" },
      });
    } catch (error) {
      // Another process that starts with the same settings may have been faster.
      if ((await readTimesToLive(client)).get(table) !== wanted) throw error;
    }
  }
}

/** Each table's time to live as ClickHouse writes it; tables without one are not in the map. */
async function readTimesToLive(client: ClickHouseClient): Promise<ReadonlyMap<string, string>> {
  const result = await client.query({
    query: `SELECT name, extract(engine_full, ' TTL (.+?)(?: SETTINGS |$)') AS ttl FROM system.tables
            WHERE database = currentDatabase() AND name IN {tables:Array(String)} AND ttl != ''`,
    query_params: { tables: Object.keys(expiring) },
    format: "JSONEachRow",
  });
  const rows = await result.json<{ name: string; ttl: string }>();
  return new Map(rows.map(({ name, ttl }) => [name, ttl]));
}
