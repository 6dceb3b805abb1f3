// @ts-check
import { Readable } from "node:stream";
import { dataDatabase, formatVersion, manifestFile } from "./manifest.mjs";
import { quoteName } from "./quote-name.mjs";
import { takeSnapshot } from "./snapshot.mjs";
import { sumTable } from "./table-sums.mjs";
import { writeZip } from "./zip-file.mjs";

/**
 * Writes everything that the app has stored into one file, as of one moment. Gives what is in it. Whatever fails,
 * nothing is left behind.
 *
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {object} options
 * @param {string} options.file
 * @param {string} options.tracesDatabase
 * @param {string} options.jivaVersion
 * @param {AbortSignal} options.signal
 * @param {(progress: string) => void} [options.onProgress]
 * @returns {Promise<import("./manifest.mjs").Manifest>}
 */
export async function writeBackup(client, { file, tracesDatabase, jivaVersion, signal, onProgress }) {
  const zip = writeZip(file, { signal });
  try {
    const snapshot = await takeSnapshot(client, { tracesDatabase, dataDatabase, signal });
    try {
      /** @type {import("./manifest.mjs").BackedUpTable[]} */
      const tables = [];
      for (const { database, name, create, link } of snapshot.tables) {
        signal.throwIfAborted();
        onProgress?.(`table ${tables.length + 1} of ${snapshot.tables.length}`);
        const source = link === undefined ? undefined : { database: snapshot.database, name: link };
        const data =
          source && (await writeTable(client, zip, source, `data/${database}/${name}.native`, signal));
        tables.push({ database, name, create, ...(data && { data }) });
      }
      /** @type {import("./manifest.mjs").Manifest} */
      const manifest = {
        format: "jiva-backup",
        version: formatVersion,
        jiva: jivaVersion,
        clickhouse: await readVersion(client),
        moment: snapshot.moment.toISOString(),
        tracesDatabase,
        isSettled: snapshot.isSettled,
        leftOut: snapshot.leftOut,
        tables,
      };
      await zip.add(
        manifestFile,
        Readable.from([`${JSON.stringify(manifest, null, 1)}\n`], { objectMode: false }),
      );
      await zip.finish();
      return manifest;
    } finally {
      // Where it cannot be dropped now, the next backup or the engine's next start does it.
      await snapshot.drop().catch(() => undefined);
    }
  } catch (error) {
    await zip.abandon();
    throw signal.aborted ? signal.reason : error;
  }
}

/**
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {import("./zip-file.mjs").ZipWriter} zip
 * @param {import("./table-sums.mjs").TableName} source
 * @param {string} file
 * @param {AbortSignal} signal
 * @returns {Promise<import("./manifest.mjs").TableData>}
 */
async function writeTable(client, zip, source, file, signal) {
  const columns = await readColumns(client, source);
  const { rows, hash } = await sumTable(client, source, { columns, signal });
  const { stream } = await client.exec({
    query: `SELECT ${columns.map(quoteName).join(", ")} FROM ${source.database}.${source.name} FORMAT Native`,
    abort_signal: signal,
    // One block at a time: what waits for the file must not fill the memory.
    clickhouse_settings: { max_threads: 1 },
  });
  const { bytes, sha256 } = await zip.add(file, stream);
  return { file, columns, rows, hash, bytes, sha256 };
}

/**
 * The columns that are stored; the others follow from them.
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {import("./table-sums.mjs").TableName} table
 */
async function readColumns(client, { database, name }) {
  const result = await client.query({
    query: `SELECT name FROM system.columns WHERE database = {database:String} AND table = {name:String}
              AND default_kind IN ('', 'DEFAULT') ORDER BY position`,
    query_params: { database, name },
    format: "JSONEachRow",
  });
  const rows = /** @type {{ name: string }[]} */ (await result.json());
  return rows.map((row) => row.name);
}

/** @param {import("@clickhouse/client").ClickHouseClient} client */
async function readVersion(client) {
  const result = await client.query({ query: "SELECT version() AS version", format: "JSONEachRow" });
  const [row] = /** @type {{ version: string }[]} */ (await result.json());
  return row?.version ?? "unknown";
}
