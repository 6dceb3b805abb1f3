import type { ClickHouseClient } from "@clickhouse/client";
import { abortable } from "@/lib/base/tasks";
import type { Store, ValueMatch } from "@/lib/retrieval/ports";
import type { Database } from "./connection/client";
import { columnKind } from "./datasets/column-kinds";
import { readDatasets } from "./datasets/datasets";
import { searchPassages } from "./datasets/passages";
import { queryTable } from "./datasets/table-query";

/** Every call rejects with the signal's reason as soon as that fires, and stops its query in the database. */
export function createStore({ data }: Pick<Database, "data">): Store {
  return {
    async tables(signal) {
      const datasets = await abortable(signal, () => readDatasets(data, signal));
      return datasets
        .filter(({ kind }) => kind === "table")
        .map(({ name, source, rows, columns }) => ({
          name,
          source,
          rows,
          columns: columns.map(({ name, type, distinct }) => ({
            name,
            type: columnKind(type),
            databaseType: type,
            distinct,
          })),
        }));
    },
    matchValues: (phrases, limit, signal) =>
      abortable(signal, () => matchValues(data, phrases, limit, signal)),
    query: (query, maxRows, signal) => abortable(signal, () => queryTable(data, query, maxRows, signal)),
    searchPassages: (stems, limit, signal) =>
      abortable(signal, () => searchPassages(data, stems, limit, signal)),
  };
}

/** Values of any live table whose normalised form is one of `phrases`; at most `limit`, most frequent first. */
async function matchValues(
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
