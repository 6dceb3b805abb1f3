import type { ClickHouseClient } from "@clickhouse/client";
import { readSchema } from "../connection/statements";

/**
 * Runs the views' own statements over spans that are there: those from before the views, or those that a
 * deletion may have torn from their derived rows. Idempotent, because the views hold nothing but minima,
 * maxima and sets. `where` is a condition on otel_traces.
 */
export async function deriveRuns(
  client: ClickHouseClient,
  where: string,
  params: Readonly<Record<string, unknown>> = {},
  signal?: AbortSignal,
): Promise<void> {
  for (const { table, select } of await readViews()) {
    const ofThese = select.replace(
      "FROM otel_traces",
      `FROM (SELECT * FROM otel_traces WHERE ${where}) AS spans`,
    );
    await client.command({
      query: `INSERT INTO ${table} ${ofThese}`,
      query_params: { ...params },
      abort_signal: signal,
      // Spans of any number of days in one statement; beyond a gigabyte the groups go on on disk.
      clickhouse_settings: {
        max_partitions_per_insert_block: "0",
        max_bytes_before_external_group_by: "1000000000",
      },
    });
  }
}

/** What feeds each derived table; a SELECT's columns are in the order of its table's. */
async function readViews(): Promise<{ table: string; select: string }[]> {
  return (await readSchema("traces")).flatMap((sql) => {
    const [, table, select] =
      /^CREATE MATERIALIZED VIEW IF NOT EXISTS \w+ TO (\w+) AS\s+(SELECT[\s\S]+)$/.exec(sql) ?? [];
    return table && select ? [{ table, select }] : [];
  });
}
