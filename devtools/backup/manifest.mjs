// @ts-check
/**
 * What a backup is: a zip file with a document in ClickHouse's Native format for each table, and a manifest.
 *
 * @typedef {object} BackedUpTable
 * @property {string} database
 * @property {string} name
 * @property {string} create the statement that makes it
 * @property {TableData} [data] missing for views, which hold none
 *
 * @typedef {object} TableData
 * @property {string} file its name within the zip file
 * @property {readonly string[]} columns
 * @property {string} rows
 * @property {string} hash of its rows; see table-sums.mjs
 * @property {number} bytes of the document
 * @property {string} sha256 of the document
 *
 * @typedef {object} Manifest
 * @property {"jiva-backup"} format
 * @property {number} version of the format
 * @property {string} jiva the version that wrote it
 * @property {string} clickhouse
 * @property {string} moment ISO 8601, UTC: the backup holds what was stored before
 * @property {string} tracesDatabase
 * @property {readonly BackedUpTable[]} tables those with rows first: a view that is there already would fill them
 * @property {boolean} isSettled false where what the views made of some spans may be missing: the next start makes it
 * @property {readonly string[]} leftOut tables that are not in it, each with the reason
 */
import { CannotStart } from "../launcher/settings.mjs";

export const formatVersion = 1;
export const manifestFile = "manifest.json";
/** The app's database of datasets; that of the traces has a name of the person's choice. */
export const dataDatabase = "jiva";

/**
 * Reads a manifest. Throws CannotStart where it is none that this version can restore.
 * @param {string} text
 * @returns {Manifest}
 */
export function parseManifest(text) {
  /** @type {any} */
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new CannotStart("Its manifest is damaged.");
  }
  if (manifest?.format !== "jiva-backup") throw new CannotStart("It is a zip file, and no backup of Jiva's.");
  if (manifest.version > formatVersion) {
    throw new CannotStart(
      `It was written by a newer Jiva (${manifest.jiva}, format ${manifest.version}): restore it with that version.`,
    );
  }
  const isComplete =
    typeof manifest.tracesDatabase === "string" &&
    Array.isArray(manifest.tables) &&
    manifest.tables.every(isTable);
  if (!isComplete) throw new CannotStart("Its manifest is damaged.");
  return manifest;
}

/** @param {any} table */
function isTable(table) {
  const isText = [table?.database, table?.name, table?.create].every((text) => typeof text === "string");
  if (!isText || !/^CREATE (TABLE|VIEW|MATERIALIZED VIEW) /.test(table.create)) return false;
  const { data } = table;
  if (data === undefined) return true;
  const isData = [data.file, data.rows, data.hash, data.sha256].every((text) => typeof text === "string");
  return isData && Number.isSafeInteger(data.bytes) && Array.isArray(data.columns);
}

/** @param {readonly BackedUpTable[]} tables */
export function countRows(tables) {
  return tables.reduce((sum, { data }) => sum + BigInt(data?.rows ?? 0), 0n);
}
