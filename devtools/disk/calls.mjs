// @ts-check
/** What a person and a sender do, with each answer noted in the ledger. */
import { csvOf } from "./ledger.mjs";

/**
 * @typedef {import("./ledger.mjs").Ledger} Ledger
 * @typedef {import("./ledger.mjs").Table} Table
 */

const json = { "content-type": "application/json" };
const callLimitMs = 120_000;
/** An answer that never came, or a database that is being started: nobody knows. */
const unheard = 0;

/**
 * Uploads a table; gives the answer's status.
 * @param {Ledger} ledger
 * @param {string} url
 * @param {Table} table
 */
export async function upload(ledger, url, table) {
  ledger.maybe.set(table.name, table);
  const boundary = "----made";
  const body = async function* () {
    const head = `content-disposition: form-data; name="file"; filename="${table.name}.csv"`;
    yield Buffer.from(`--${boundary}\r\n${head}\r\ncontent-type: text/csv\r\n\r\n`);
    for (const text of csvOf(table)) yield Buffer.from(text);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  };
  const status = await statusOf(`${url}/api/datasets`, {
    method: "POST",
    headers: { "x-jiva-request": "1", "content-type": `multipart/form-data; boundary=${boundary}` },
    body: /** @type {any} */ (ReadableStream).from(body()),
    duplex: "half",
  });
  if (status === 200) {
    ledger.tables.set(table.name, table);
    ledger.maybe.delete(table.name);
  }
  return status;
}

/**
 * Sends a run of spans; gives the answer's status.
 * @param {Ledger} ledger
 * @param {string} url
 * @param {number} number
 * @param {number} count
 */
export async function sendRun(ledger, url, number, count) {
  const run = `made-${number}`;
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId: (number + 1).toString(16).padStart(32, "0"),
    spanId: (i + 1).toString(16).padStart(16, "0"),
    parentSpanId: i === 0 ? "" : "0000000000000001",
    name: `step ${i}`,
    startTimeUnixNano: String(startNs + BigInt(i)),
    endTimeUnixNano: String(startNs + BigInt(i) + 1_000_000n),
    attributes: [
      { key: "run_id", value: { stringValue: run } },
      { key: "noise", value: { stringValue: Math.random().toString(36).repeat(20) } },
    ],
  }));
  ledger.maybeRuns.set(run, count);
  const status = await statusOf(`${url}/v1/traces`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  if (status === 200) {
    ledger.runs.set(run, count);
    ledger.maybeRuns.delete(run);
  }
  return status;
}

/**
 * @param {Ledger} ledger
 * @param {string} url
 * @param {string} name
 */
export async function deleteTable(ledger, url, name) {
  const status = await statusOf(`${url}/api/datasets/${name}`, { method: "DELETE", headers: json });
  if (status === 200) ledger.tables.delete(name);
  return status;
}

/**
 * @param {Ledger} ledger
 * @param {string} url
 * @param {string} run
 */
export async function deleteRun(ledger, url, run) {
  const status = await statusOf(`${url}/api/runs/${run}`, { method: "DELETE", headers: json });
  if (status === 200) ledger.runs.delete(run);
  return status;
}

/**
 * @param {Ledger} ledger
 * @param {string} url
 */
export async function clearTraces(ledger, url) {
  const status = await statusOf(`${url}/api/metrics/clear-otel-traces`, {
    method: "DELETE",
    headers: json,
    body: JSON.stringify({ force: true }),
  });
  if (status !== 200) return status;
  ledger.runs.clear();
  ledger.maybeRuns.clear();
  return status;
}

/** @param {string} url */
export async function readHealth(url) {
  try {
    return await (await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) })).json();
  } catch {
    return { status: "no answer" };
  }
}

/**
 * Calls until the answer is not that the database is being started.
 * @param {() => Promise<number>} call
 */
export async function persistently(call) {
  for (let attempt = 0; ; attempt++) {
    const status = await call();
    if ((status !== 503 && status !== unheard) || attempt === 120) return status;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/**
 * @param {string} url
 * @param {RequestInit & { duplex?: "half" }} init
 */
async function statusOf(url, init) {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(callLimitMs) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return unheard;
  }
}
