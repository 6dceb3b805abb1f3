// @ts-check
/** How many rows a table has and what they add up to: two tables with the same sums hold the same rows. */

import { quoteName } from "./quote-name.mjs";

/**
 * @typedef {object} TableName
 * @property {string} database
 * @property {string} name
 *
 * @typedef {object} Sums
 * @property {string} rows
 * @property {string} hash sum of the rows' hashes, modulo 2^64: the order of the rows does not matter
 */

/**
 * Sums of a table's rows. Each row is hashed as RowBinary, because a hash of its columns is NULL as soon as one
 * of them is.
 *
 * @param {import("@clickhouse/client").ClickHouseClient} client
 * @param {TableName} table
 * @param {object} [options]
 * @param {boolean} [options.final] rows as they are once all parts are merged
 * @param {readonly string[]} [options.columns] in this order; all of them where it is left out
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<Sums>}
 */
export async function sumTable(client, { database, name }, { final = false, columns, signal } = {}) {
  const row = columns === undefined ? "*" : columns.map(quoteName).join(", ");
  const result = await client.query({
    // An alias such as "rows" would stand for a column of that name.
    query: `SELECT toString(count()), toString(sum(cityHash64(formatRow('RowBinary', ${row}))))
            FROM {database:Identifier}.{name:Identifier}${final ? " FINAL" : ""}`,
    query_params: { database, name },
    format: "JSONCompactEachRow",
    ...(signal && { abort_signal: signal }),
  });
  const [sums] = /** @type {[string, string][]} */ (await result.json());
  if (sums === undefined) throw new Error(`ClickHouse gave no sums of ${database}.${name}.`);
  const [rows, hash] = sums;
  return { rows, hash };
}
