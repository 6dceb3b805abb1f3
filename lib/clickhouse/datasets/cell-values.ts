import type { ClickHouseClient } from "@clickhouse/client";

export interface ValueMatch {
  /** The dataset's name. */
  readonly table: string;
  readonly column: string;
  readonly value: string;
  readonly phrase: string;
  readonly rows: number;
}

/** Values of any live table whose normalised form is one of `phrases`; at most `limit`, most frequent first. */
export async function matchValues(
  client: ClickHouseClient,
  phrases: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<ValueMatch[]> {
  if (phrases.length === 0) return [];
  const result = await client.query({
    query: `SELECT live.name AS table, found.column AS column, found.value AS value, found.phrase AS phrase,
                   found.rows AS rows
            FROM cell_values AS found
            INNER JOIN (SELECT id, name FROM datasets FINAL WHERE deleted = 0) AS live ON live.id = found.dataset_id
            WHERE found.phrase IN {phrases:Array(String)}
            ORDER BY rows DESC, table, column, value
            LIMIT {limit:UInt32}`,
    query_params: { phrases: [...new Set(phrases)], limit },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  return await result.json<ValueMatch>();
}
