// @ts-check
import { CannotStart } from "../launcher/settings.mjs";
import { quoteName } from "./quote-name.mjs";
import { sumTable } from "./table-sums.mjs";

/** Rows as they were: not collapsed, of any number of days. */
const insertSettings = /** @type {const} */ ({
  async_insert: 0,
  optimize_on_insert: 0,
  max_partitions_per_insert_block: "0",
  // A quarter of the default holds less in memory.
  min_insert_block_size_bytes: "67108864",
});

/**
 * Makes the tables of a backup in an empty engine, fills them, and compares each with what it was. Throws
 * CannotStart where one differs.
 *
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {import("./read-backup.mjs").Backup} backup
 * @param {{ signal: AbortSignal, onProgress?: (progress: string) => void }} options
 */
export async function loadBackup(client, { manifest, read }, { signal, onProgress }) {
  const { tables } = manifest;
  for (const database of new Set(tables.map((table) => table.database))) {
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${quoteName(database)}` });
  }
  // Views come last: those that are there would fill tables a second time.
  const inOrder = [...tables].sort((a, b) => Number(a.data === undefined) - Number(b.data === undefined));
  for (const [index, table] of inOrder.entries()) {
    signal.throwIfAborted();
    onProgress?.(`table ${index + 1} of ${tables.length}`);
    await client.command({ query: table.create, abort_signal: signal });
    if (table.data !== undefined) await fillTable(client, table, table.data, read, signal);
  }
  if (!manifest.isSettled) await forgetBackfill(client, manifest);
}

/**
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {import("./manifest.mjs").BackedUpTable} table
 * @param {import("./manifest.mjs").TableData} data
 * @param {import("./read-backup.mjs").Backup["read"]} read
 * @param {AbortSignal} signal
 */
async function fillTable(client, { database, name }, data, read, signal) {
  const table = `${quoteName(database)}.${quoteName(name)}`;
  // Until the comparison: a merge would change the rows, or drop those whose time to live is over.
  await client.command({ query: `SYSTEM STOP MERGES ${table}` });
  if (data.rows !== "0") {
    const { stream } = await client.exec({
      query: `INSERT INTO ${table} (${data.columns.map(quoteName).join(", ")}) FORMAT Native`,
      values: await read(data.file),
      clickhouse_settings: insertSettings,
      abort_signal: signal,
    });
    for await (const _ of stream);
  }
  const { columns } = data;
  const { rows, hash } = await sumTable(client, { database, name }, { columns, signal });
  if (rows === data.rows && hash === data.hash) return;
  throw new CannotStart(
    `The table ${database}.${name} has ${rows} rows instead of ${data.rows}, or other ones: it was not restored. Nothing was kept.`,
  );
}

/**
 * The backup holds spans whose rows in the tables of runs may be missing: without its notes the app's next start
 * derives them all (lib/clickhouse/schema/backfill.ts).
 *
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {import("./manifest.mjs").Manifest} manifest
 */
async function forgetBackfill(client, { tables, tracesDatabase }) {
  const hasNotes = tables.some(
    ({ database, name }) => database === tracesDatabase && name === "jiva_migrations",
  );
  if (hasNotes)
    await client.command({ query: `TRUNCATE TABLE ${quoteName(tracesDatabase)}.jiva_migrations` });
}
