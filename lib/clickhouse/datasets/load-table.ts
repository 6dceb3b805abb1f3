import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { at, first } from "@/lib/base/checked";
import { failed, ok, type Result } from "@/lib/base/result";
import type { DatasetColumn, LoadedTable, TableInput } from "@/lib/ingest/ports";
import { databaseErrorCode } from "../connection/errors";
import { quoteIdentifier } from "../connection/identifiers";
import { formatNames, isMisfit, misfitReason, readSettings } from "./read-formats";
import { castText, settleTypes } from "./settled-types";

/** Loading is one statement over a whole file. */
const loadSettings: ClickHouseSettings = {
  async_insert: 0,
  max_insert_threads: "1",
  // Rows keep the file's order, so that "the first" and "the last" mean something.
  max_threads: 1,
  // Blocks of this size: the default of 256 MB holds two of them at once.
  min_insert_block_size_bytes: "67108864",
};

/**
 * Makes `table` with the given columns and streams the rows into it by ClickHouse's own reader. The types come
 * from the first rows; where a later one does not fit, all rows are staged as text and cast to the type that
 * all of them fit. Gives the reason where the rows cannot be read even so. The caller drops what was made.
 */
export async function loadTable(
  client: ClickHouseClient,
  table: string,
  input: TableInput,
  signal: AbortSignal,
): Promise<Result<LoadedTable>> {
  let columns = input.columns;
  let misfit: unknown;
  if (input.untyped.size === 0) {
    await createTable(client, table, columns, signal);
    misfit = await insertRows(client, table, input, signal);
  }
  if (misfit !== undefined || input.untyped.size > 0) {
    // Those rows were made for these types: no other would fit better.
    if (input.format.kind === "native") {
      if (databaseErrorCode(misfit) === undefined) throw misfit;
      return failed(misfitReason(misfit));
    }
    const staged = await loadThroughText(client, table, input, signal);
    if (!staged.ok) return staged;
    columns = staged.value;
  }
  const counts = await countValues(client, table, columns, signal);
  return ok({
    rows: counts.rows,
    columns: columns.map((column, index) => ({ ...column, distinct: at(counts.distinct, index) })),
  });
}

/** The table that rows are staged in as text. */
export function stagingOf(table: string): string {
  return `${table}_text`;
}

async function loadThroughText(
  client: ClickHouseClient,
  table: string,
  input: TableInput,
  signal: AbortSignal,
): Promise<Result<readonly DatasetColumn[]>> {
  const staging = stagingOf(table);
  const asText = input.columns.map(({ name }) => ({ name, type: "Nullable(String)" }));
  await createTable(client, staging, asText, signal);
  const misfit = await insertRows(client, staging, input, signal);
  if (misfit !== undefined) {
    if (databaseErrorCode(misfit) === undefined) throw misfit;
    return failed(misfitReason(misfit));
  }
  // What was text among the first rows stays text: "007" and a quoted "12" are not numbers.
  const open = input.columns.filter(({ name, type }) => input.untyped.has(name) || !/String/.test(type));
  const settled = await settleTypes(
    client,
    staging,
    open.map(({ name }) => name),
    signal,
  );
  const columns = input.columns.map(({ name }) => ({ name, type: settled.get(name) ?? "Nullable(String)" }));
  await client.command({ query: `DROP TABLE IF EXISTS ${table} SYNC`, abort_signal: signal });
  await createTable(client, table, columns, signal);
  await client.command({
    query: `INSERT INTO ${table} SELECT ${columns.map(({ name, type }) => castText(name, type)).join(", ")}
            FROM ${staging}`,
    clickhouse_settings: loadSettings,
    abort_signal: signal,
  });
  await client.command({ query: `DROP TABLE IF EXISTS ${staging} SYNC`, abort_signal: signal });
  return ok(columns);
}

async function createTable(
  client: ClickHouseClient,
  table: string,
  columns: readonly DatasetColumn[],
  signal: AbortSignal,
): Promise<void> {
  const definitions = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
  await client.command({
    query: `CREATE TABLE ${table} (${definitions.join(", ")}) ENGINE = MergeTree ORDER BY tuple()`,
    abort_signal: signal,
  });
}

/**
 * Streams the rows in. Gives the error where they do not fit, throws any other. A server that refuses a row
 * may close the connection while we still send, so a broken connection may be a misfit as well: it is given,
 * and shows its true face on the next try.
 */
async function insertRows(
  client: ClickHouseClient,
  table: string,
  input: TableInput,
  signal: AbortSignal,
): Promise<unknown> {
  const rows = input.open();
  try {
    const result = await client.exec({
      // Without a list of columns: the statement travels in the address, and the table's order is the file's.
      query: `INSERT INTO ${table} FORMAT ${formatNames[input.format.kind]}`,
      values: rows,
      clickhouse_settings: { ...loadSettings, ...readSettings(input.format) },
      abort_signal: signal,
    });
    for await (const _ of result.stream) {
      // Nothing comes; reading it through gives the connection back.
    }
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const code = databaseErrorCode(error);
    if (code === undefined || isMisfit(code)) return error;
    throw error;
  } finally {
    rows.destroy();
  }
}

async function countValues(
  client: ClickHouseClient,
  table: string,
  columns: readonly DatasetColumn[],
  signal: AbortSignal,
): Promise<{ rows: number; distinct: number[] }> {
  const distinct = columns.map(({ name }) => `uniq(${quoteIdentifier(name)})`);
  const result = await client.query({
    // uniq is exact up to 65,536 values and within 1 % above. No aliases: one could be the name of a column.
    query: `SELECT count(), [${distinct.join(", ")}] FROM ${table}`,
    format: "JSONCompactEachRow",
    abort_signal: signal,
  });
  const [rows, counts] = first(await result.json<[string, string[]]>());
  return { rows: Number(rows), distinct: counts.map(Number) };
}
