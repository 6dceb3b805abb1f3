// @ts-check
/** What Jiva has acknowledged, and whether that is what it has. */
import { strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.mjs";

/**
 * @typedef {{ name: string, rows: number, seed: number }} Table of made-up rows, which follow from the seed
 *
 * @typedef {object} Ledger
 * @property {Map<string, Table>} tables acknowledged, and not deleted since
 * @property {Map<string, Table>} maybe tables that were not acknowledged: whole, or not there
 * @property {Map<string, number>} runs acknowledged spans by run
 * @property {Map<string, number>} maybeRuns spans that were not acknowledged: all of a run, or none
 */

/** @returns {Ledger} */
export function createLedger() {
  return { tables: new Map(), maybe: new Map(), runs: new Map(), maybeRuns: new Map() };
}

/**
 * A row's cells: a number that counts, one that does not, and a text that does not compress.
 * @param {number} seed
 * @param {number} row
 */
export function cellsOf(seed, row) {
  // Lehmer's generator, from a start that differs by row.
  const state = ((seed * 7919 + row + 1) * 48_271) % 2_147_483_647;
  return [row, state, `${(state * 16_807) % 2_147_483_647}-${((state + row) * 69_621) % 2_147_483_647}`];
}

/** @param {Table} table */
export function* csvOf({ rows, seed }) {
  yield "n,value,label\n";
  let text = "";
  for (let row = 0; row < rows; row++) {
    text += `${cellsOf(seed, row).join(",")}\n`;
    if (text.length > 64 * 1024) {
      yield text;
      text = "";
    }
  }
  yield text;
}

/**
 * Compares every row with what was acknowledged. Throws where something is missing, too much, or other.
 * @param {Ledger} ledger
 * @param {{ url: string, dataDir: string }} jiva
 */
export async function compare(ledger, { url, dataDir }) {
  const query = engineOf(dataDir);
  const { datasets } = await (await fetch(`${url}/api/datasets`)).json();
  const own = datasets.filter((/** @type {any} */ { name }) => name.startsWith("made-"));
  for (const { name } of own) {
    if (!ledger.tables.has(name) && !ledger.maybe.has(name))
      throw new Error(`${name} is there and was deleted`);
  }
  for (const [name, table] of [...ledger.maybe, ...ledger.tables]) {
    const listed = own.find((/** @type {any} */ each) => each.name === name);
    if (listed === undefined && !ledger.tables.has(name)) continue;
    if (listed === undefined) throw new Error(`${name} was acknowledged and is gone`);
    strictEqual(listed.rows, table.rows, `rows of ${name} as listed`);
    const [source] = (
      await query(`SELECT source FROM jiva.datasets FINAL WHERE name = '${name}' AND deleted = 0`)
    ).split("\n");
    const lines = (await query(`SELECT n, value, label FROM jiva.${source} ORDER BY n FORMAT TSV`)).split(
      "\n",
    );
    strictEqual(lines.length, table.rows, `rows of ${name}`);
    for (const [row, line] of lines.entries()) {
      strictEqual(line, cellsOf(table.seed, row).join("\t"), `row ${row} of ${name}`);
    }
  }
  const stored = new Map();
  const spans = await query(
    "SELECT SpanAttributes['run_id'] AS run, uniqExact(SpanId) FROM otel_traces.otel_traces WHERE run LIKE 'made-%' GROUP BY run FORMAT TSV",
  );
  for (const line of spans.split("\n").filter(Boolean)) {
    const [run, count] = line.split("\t");
    stored.set(run, Number(count));
  }
  for (const [run, count] of ledger.runs) {
    strictEqual(stored.get(run), count, `spans of ${run}`);
    const response = await fetch(`${url}/api/runs/${run}/spans`);
    strictEqual(response.status, 200, `the run ${run} as listed`);
    await response.arrayBuffer();
  }
  for (const [run, count] of stored) {
    if (ledger.runs.has(run)) continue;
    if (!ledger.maybeRuns.has(run)) throw new Error(`the run ${run} is there and was deleted`);
    strictEqual(count, ledger.maybeRuns.get(run), `spans of ${run}, which was not acknowledged`);
    // An insert may have failed between its spans and their run: that is mended without their being sent again.
    await until(`the run ${run} is listed, whose spans are stored`, async () => {
      const response = await fetch(`${url}/api/runs/${run}/spans`);
      await response.arrayBuffer();
      return response.status === 200;
    });
  }
}

/**
 * Asks the engine itself.
 * @param {string} dataDir
 * @returns {(sql: string) => Promise<string>}
 */
export function engineOf(dataDir) {
  return async (sql) => {
    const { url, user } = JSON.parse(readFileSync(join(dataDir, "clickhouse-address"), "utf8"));
    const password = readFileSync(join(dataDir, "clickhouse-password"), "utf8").trim();
    const response = await fetch(url, {
      method: "POST",
      body: sql,
      headers: { "x-clickhouse-user": user, "x-clickhouse-key": password },
      signal: AbortSignal.timeout(60_000),
    });
    const text = (await response.text()).trimEnd();
    if (!response.ok) throw new Error(text);
    return text;
  };
}
