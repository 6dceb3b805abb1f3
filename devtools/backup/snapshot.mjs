// @ts-check
/**
 * All tables of one moment, for as long as it takes to read them: tables of a database of its own whose parts are
 * hard links to those of the originals. That takes a few milliseconds and next to no room a table, whatever they
 * hold, and nothing that is inserted, deleted, replaced or merged afterwards changes what is read.
 */
import { randomBytes } from "node:crypto";
import { quoteName } from "./quote-name.mjs";

/** The app lets a version of a dataset stay for a minute after it was replaced: until then all of them are linked. */
const linkLimitMs = 45_000;
const tries = 3;
/** With two inserts a second, a try finds a quiet moment four times in five; without one, runs are derived again. */
const quietTries = 2;
const prefix = "jiva_backup_";
/** Lets the statements through on a full disk, where a backup is wanted most (lib/clickhouse/connection/makes-room.ts). */
const settings = { log_comment: "jiva: makes room" };

/**
 * @typedef {import("@clickhouse/client").ClickHouseClient} Client
 *
 * @typedef {{ database: string, name: string, engine: string, create: string }} FoundTable
 *
 * @typedef {object} LinkedTable
 * @property {string} database
 * @property {string} name
 * @property {string} create
 * @property {string} [link] the table in the snapshot's database; missing for views
 *
 * @typedef {object} Snapshot
 * @property {string} database
 * @property {Date} moment
 * @property {readonly LinkedTable[]} tables
 * @property {readonly string[]} leftOut
 * @property {boolean} isSettled false where spans came in between: what the views made of them may be missing
 * @property {() => Promise<void>} drop
 */

/**
 * @param {Client} client
 * @param {{ tracesDatabase: string, dataDatabase: string, signal: AbortSignal }} options
 * @returns {Promise<Snapshot>}
 */
export async function takeSnapshot(client, { tracesDatabase, dataDatabase, signal }) {
  await dropLeftovers(client);
  for (let attempt = 1; ; attempt++) {
    const database = `${prefix}${process.pid}_${randomBytes(4).toString("hex")}`;
    const drop = () =>
      client.command({ query: `DROP DATABASE IF EXISTS ${database} SYNC` }).then(() => undefined);
    try {
      await client.command({ query: `CREATE DATABASE ${database}`, clickhouse_settings: settings });
      const startedMs = Date.now();
      const linked = await linkTables(client, { database, tracesDatabase, dataDatabase, signal });
      if (Date.now() - startedMs > linkLimitMs) throw new Error("The tables could not be held fast in time.");
      return { database, moment: new Date(), ...linked, drop };
    } catch (error) {
      await drop().catch(() => undefined);
      // A dataset that is deleted meanwhile takes its table with it.
      if (signal.aborted || attempt === tries) throw error;
    }
  }
}

/**
 * @param {Client} client
 * @param {{ database: string, tracesDatabase: string, dataDatabase: string, signal: AbortSignal }} options
 */
async function linkTables(client, { database, tracesDatabase, dataDatabase, signal }) {
  const found = await readTables(client, [tracesDatabase, dataDatabase]);
  const kept = found.filter(({ name }) => !isPassing(name));
  const leftOut = kept
    .filter(({ engine }) => !isView(engine) && !isMergeTree(engine))
    .map(({ database, name, engine }) => `${database}.${name} (a table of the engine ${engine})`);
  const views = kept.filter(({ engine }) => isView(engine));
  const withRows = kept.filter(({ engine }) => isMergeTree(engine));
  const data = withRows.filter((table) => table.database === dataDatabase);
  const traces = withRows.filter((table) => table.database === tracesDatabase);

  let links = 0;
  /** @param {FoundTable} table @returns {Promise<LinkedTable & { link: string }>} */
  const link = async ({ database: source, name, create }) => {
    signal.throwIfAborted();
    const table = `t${links++}`;
    await linkTable(client, `${quoteName(source)}.${quoteName(name)}`, `${database}.${table}`);
    return { database: source, name, create, link: table };
  };

  // The catalogue first: each version that it names is whole, and stays for a while.
  /** @type {LinkedTable[]} */
  const tables = [];
  const catalogue = data.find(({ name }) => name === "datasets");
  /** @type {ReadonlySet<string>} */
  let live = new Set();
  if (catalogue !== undefined) {
    const linked = await link(catalogue);
    tables.push(linked);
    live = await readLiveTables(client, `${database}.${linked.link}`);
  }
  for (const table of data) {
    // A table that is not in it belongs to an upload under way, or to a version that was replaced.
    const isOfDataset = catalogue !== undefined && /^t_/.test(table.name);
    if (table !== catalogue && (!isOfDataset || live.has(table.name))) tables.push(await link(table));
  }
  // Spans and what the views made of them: all of one moment, if there is a moment without an insert.
  let isSettled = false;
  for (let attempt = 1; !isSettled; attempt++) {
    const before = await stateOfParts(client, tracesDatabase);
    const linked = [];
    for (const table of traces) linked.push(await link(table));
    isSettled = before === (await stateOfParts(client, tracesDatabase));
    if (isSettled || attempt === quietTries) {
      tables.push(...linked);
      break;
    }
    for (const { link } of linked) await client.command({ query: `DROP TABLE ${database}.${link} SYNC` });
  }
  tables.push(...views.map(({ database, name, create }) => ({ database, name, create })));
  return { tables, leftOut, isSettled };
}

/** @param {string} engine */
const isView = (engine) => /View$/.test(engine);
/** @param {string} engine */
const isMergeTree = (engine) => /MergeTree$/.test(engine);

/**
 * The parts of a database's tables as one number.
 * @param {Client} client
 * @param {string} database
 */
async function stateOfParts(client, database) {
  const result = await client.query({
    query: `SELECT toString(groupBitXor(cityHash64(table, name))) AS state FROM system.parts
            WHERE active AND database = {database:String}`,
    query_params: { database },
    format: "JSONEachRow",
  });
  const [row] = /** @type {{ state: string }[]} */ (await result.json());
  return row?.state;
}

/** Notes of deletions under way. @param {string} name */
const isPassing = (name) => /^jiva_(deletion_turn$|doomed_)/.test(name);

/**
 * @param {Client} client
 * @param {string} source
 * @param {string} link
 */
async function linkTable(client, source, link) {
  await client.command({ query: `CREATE TABLE ${link} AS ${source}`, clickhouse_settings: settings });
  // Before it has parts: a merge would change its rows between two looks.
  await client.command({ query: `SYSTEM STOP MERGES ${link}` });
  await client.command({
    query: `ALTER TABLE ${link} ATTACH PARTITION ALL FROM ${source}`,
    clickhouse_settings: settings,
  });
}

/**
 * @param {Client} client
 * @param {readonly string[]} databases
 */
async function readTables(client, databases) {
  const result = await client.query({
    query: `SELECT database, name, engine, create_table_query AS create FROM system.tables
            WHERE database IN {databases:Array(String)} ORDER BY database, name`,
    query_params: { databases },
    format: "JSONEachRow",
  });
  return /** @type {FoundTable[]} */ (await result.json());
}

/**
 * @param {Client} client
 * @param {string} catalogue
 */
async function readLiveTables(client, catalogue) {
  const result = await client.query({
    query: `SELECT source FROM ${catalogue} FINAL WHERE deleted = 0 AND source != ''`,
    format: "JSONEachRow",
  });
  const rows = /** @type {{ source: string }[]} */ (await result.json());
  return new Set(rows.map(({ source }) => source));
}

/**
 * Snapshots of backups that were killed: they would hold the room of what is deleted.
 * @param {Client} client
 */
async function dropLeftovers(client) {
  const result = await client.query({
    query: "SELECT name FROM system.databases WHERE startsWith(name, {prefix:String})",
    query_params: { prefix },
    format: "JSONEachRow",
  });
  for (const { name } of /** @type {{ name: string }[]} */ (await result.json())) {
    if (isAlive(Number(name.slice(prefix.length).split("_")[0]))) continue;
    await client.command({ query: `DROP DATABASE IF EXISTS ${quoteName(name)} SYNC` });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
