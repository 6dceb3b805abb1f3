import { abortable } from "@/lib/base/tasks";
import type { Database } from "./connection/client";
import { matchValues, type ValueMatch } from "./datasets/cell-values";
import { type ColumnKind, columnKind } from "./datasets/column-kinds";
import { readDatasets } from "./datasets/datasets";
import { type PassageSearch, searchPassages } from "./datasets/passages";
import { type BoundQuery, type QueryResult, queryTable } from "./datasets/table-query";

interface StoredTable {
  readonly name: string;
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: ColumnKind;
    readonly databaseType: string;
    readonly distinct: number;
  }[];
}

/** The person's tables and passages, in the shape of retrieval's port `Store`, which lib/server holds it to. */
export interface DataStore {
  tables(signal: AbortSignal): Promise<readonly StoredTable[]>;
  matchValues(phrases: readonly string[], limit: number, signal: AbortSignal): Promise<readonly ValueMatch[]>;
  query(query: BoundQuery, maxRows: number, signal: AbortSignal): Promise<QueryResult>;
  searchPassages(stems: readonly string[], limit: number, signal: AbortSignal): Promise<PassageSearch>;
}

/** Every call rejects with the signal's reason as soon as that fires, and stops its query in the database. */
export function createStore({ data }: Pick<Database, "data">): DataStore {
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
