import { randomBytes } from "node:crypto";
import { type ClickHouseClient, createClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cell, Column } from "../ports";
import { createMemoryTable, evaluate, type MemoryTable } from "../testing/memory-table";
import { renderSql } from "./render-sql";
import type { Filter, Measure, Output, TableQuery } from "./table-query";

const name = `retrieval_${randomBytes(6).toString("hex")}`;
let client: ClickHouseClient;

const written = Array.from({ length: 200 }, (_, row) => [
  `ride ${row}`,
  ["classic", "electric", "it's `odd`\\"][row % 3] ?? "",
  row % 11 === 0 ? "" : String((row * 37) % 50),
  row % 7 === 0 ? "" : String(((row * 13) % 17) / 4),
  row % 13 === 0
    ? ""
    : `202${row % 4}-${String((row % 12) + 1).padStart(2, "0")}-${String((row % 28) + 1).padStart(2, "0")}`,
  `2025-${String((row % 12) + 1).padStart(2, "0")}-01 ${String(row % 24).padStart(2, "0")}:30:00`,
  row % 2 === 0 ? "true" : "false",
]);
const databaseTypes = [
  "String",
  "String",
  "Nullable(Int64)",
  "Nullable(Float64)",
  "Nullable(Date32)",
  "DateTime64(6, 'UTC')",
  "Bool",
];
const plain = createMemoryTable(
  "rides",
  ["name", "the `kind`", "minutes", "cost_eur", "bought", "started_at", "sheltered"],
  written,
);
const memory: MemoryTable = {
  rows: plain.rows,
  table: {
    ...plain.table,
    source: "rides",
    columns: plain.table.columns.map((column, at) => ({ ...column, databaseType: databaseTypes[at] ?? "" })),
  },
};
const [ride, kind, minutes, cost, bought, started, sheltered] = memory.table.columns as [
  Column,
  Column,
  Column,
  Column,
  Column,
  Column,
  Column,
];

beforeAll(async () => {
  const connection = {
    url: process.env.TEST_CLICKHOUSE_URL ?? "",
    username: process.env.TEST_CLICKHOUSE_USER ?? "default",
    password: process.env.TEST_CLICKHOUSE_PASSWORD ?? "",
  };
  const first = createClient(connection);
  await first.command({ query: `CREATE DATABASE ${name}` });
  await first.close();
  client = createClient({ ...connection, database: name });
  const columns = memory.table.columns.map(
    (column) => `\`${column.name.replace(/`/g, "\\`")}\` ${column.databaseType}`,
  );
  await client.command({
    query: `CREATE TABLE rides (${columns.join(", ")}) ENGINE = MergeTree ORDER BY tuple()`,
  });
  await client.insert({
    table: "rides",
    values: memory.rows.map((row) => [...row]),
    format: "JSONCompactEachRow",
  });
});

afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${name}` });
  await client.close();
});

const filters: readonly Filter[] = [
  { kind: "equals", column: kind, values: ["it's `odd`\\"], negated: false },
  { kind: "equals", column: kind, values: ["classic", "electric"], negated: false },
  { kind: "equals", column: kind, values: ["classic"], negated: true },
  { kind: "equals", column: minutes, values: ["37"], negated: false },
  { kind: "is", column: sheltered, value: false },
  { kind: "compares", column: minutes, operator: ">=", value: 20 },
  { kind: "compares", column: cost, operator: "<", value: 2.5 },
  { kind: "compares", column: minutes, operator: ">=", value: 10, upTo: 30 },
  { kind: "period", column: bought, from: "2021-01-01", until: "2022-07-01", words: "" },
  { kind: "period", column: bought, until: "2021-01-01", words: "" },
  { kind: "period", column: started, from: "2025-03-01", until: "2025-09-01", words: "" },
  { kind: "part", column: started, part: "month", values: [3, 4], words: "" },
  { kind: "part", column: bought, part: "weekday", values: [6, 7], words: "" },
];
const measures: readonly Measure[] = [
  { kind: "count" },
  { kind: "count distinct", column: bought },
  { kind: "sum", column: minutes },
  { kind: "average", column: cost },
  { kind: "minimum", column: bought },
  { kind: "maximum", column: minutes },
];
const outputs: readonly Output[] = [
  ...measures.map((measure): Output => ({ kind: "measure", measure })),
  ...measures.slice(0, 4).map((measure): Output => ({ kind: "groups", group: { column: kind }, measure })),
  ...(["year", "quarter", "month", "weekday", "day", "hour"] as const).map(
    (part): Output => ({
      kind: "groups",
      group: { column: started, part },
      measure: { kind: "count" },
      descending: true,
      limit: 2,
    }),
  ),
  {
    kind: "groups",
    group: { column: bought, part: "month" },
    measure: { kind: "sum", column: minutes },
    descending: false,
    having: { operator: ">", value: 60 },
  },
  { kind: "groups", group: { column: sheltered }, measure: { kind: "count" } },
  {
    kind: "rows",
    columns: [ride, minutes],
    order: { column: minutes, descending: true },
    limit: 3,
    distinct: false,
  },
  {
    kind: "rows",
    columns: [ride, bought],
    order: { column: bought, descending: false },
    limit: 1,
    distinct: false,
  },
  { kind: "rows", columns: [kind, sheltered], distinct: true },
];

/** In one form, whatever order rows that are equal in the query's order come in. */
function comparable(rows: readonly (readonly Cell[])[]): string[] {
  const cell = (value: Cell): string => {
    if (value === null) return "null";
    const text = String(value).replace(/(:\d\d)\.0+$/, "$1");
    return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text).toFixed(6) : text;
  };
  return rows.map((row) => row.map(cell).join(" | ")).sort();
}

describe("rendered SQL", () => {
  it.each(outputs.map((output, at) => [at, output.kind, output] as const))(
    "means what the typed query means: output %i, %s",
    async (_, __, output) => {
      for (const some of [[], ...filters.map((filter) => [filter]), [filters[1], filters[5], filters[10]]]) {
        const query: TableQuery = {
          table: memory.table,
          filters: some.filter((filter) => filter !== undefined),
          output,
        };
        const { sql, params } = renderSql(query);
        const answer = await client.query({ query: sql, query_params: { ...params }, format: "JSONCompact" });
        const { data, meta } = await answer.json<Cell[]>();
        const expected = evaluate(query, memory.rows);
        expect(comparable(data), sql).toEqual(comparable(expected.rows));
        expect(meta?.map((column) => column.name)).toEqual(expected.columns.map((column) => column.name));
      }
    },
  );
});
