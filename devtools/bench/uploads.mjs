// @ts-check
/**
 * Uploads over slow lines into a started Jiva: a table of a gigabyte at 15 MB/s, and beside it a line that crawls and
 * one that is too slow. Every row that is stored is compared with what was sent.
 */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { engineOf } from "../disk/ledger.mjs";
import { startJiva } from "../launcher/started-jiva.mjs";
import { root } from "./house.mjs";
import { formatMs, printTimes } from "./measure.mjs";

/**
 * @typedef {object} Line
 * @property {string} name of the table
 * @property {number} bytes sent, up to one row more
 * @property {number} bytesPerS
 * @property {number} right the status that has to come
 *
 * @typedef {{ status: number, text: string, ms: number, sentMs: number | undefined, rows: number }} Answer
 */

const modulus = 2_147_483_647;
/** The same in SQL: every cell follows from the row's number. */
const valueSql = `n * 48271 % ${modulus}`;
const labelSql = `concat('row ', toString(n), ' of a long table: ', toString(${valueSql}))`;
const boundary = "----made";
const answerLimitMs = 15 * 60_000;
const sampleMs = 500;

/** @param {{ megabytes: number }} options of the large table */
export async function benchUploads({ megabytes }) {
  if (!Number.isSafeInteger(megabytes) || megabytes < 1)
    throw new Error("--megabytes must be a whole number");
  const jiva = await startJiva(root);
  try {
    /** @type {Line[]} */
    const lines = [
      { name: "large", bytes: megabytes * 1_000_000, bytesPerS: 15_000_000, right: 200 },
      { name: "crawling", bytes: 150_000, bytesPerS: 2_000, right: 200 },
      { name: "too-slow", bytes: 60_000, bytesPerS: 400, right: 408 },
    ];
    const watch = watchApp(jiva);
    const answers = await Promise.all(lines.map((line) => sendTable(jiva.url, line)));
    const { startBytes, peakBytes, healthMs } = await watch.stop();
    for (const [at, line] of lines.entries()) {
      const answer = answers[at];
      if (answer) print(line, answer, await storedFault(jiva.dataDir, line, answer));
    }
    printTimes("health meanwhile", healthMs, 1_000);
    process.stdout.write(
      `${"memory of the app".padEnd(44)} ${toMiB(startBytes)} MiB before, ${toMiB(peakBytes)} MiB at most\n`,
    );
  } finally {
    await jiva.stop();
  }
}

/**
 * Sends a form with one table, no faster than the line allows.
 * @param {string} url
 * @param {Line} line
 * @returns {Promise<Answer>}
 */
async function sendTable(url, { name, bytes, bytesPerS }) {
  const startedMs = performance.now();
  const progress = { rows: 0, isAnswered: false };
  /** @type {number | undefined} */
  let sentMs;
  const sent = request(`${url}/api/datasets`, {
    method: "POST",
    agent: false,
    headers: { "x-jiva-request": "1", "content-type": `multipart/form-data; boundary=${boundary}` },
  });
  const answer = new Promise((resolve, reject) => {
    sent.once("error", reject);
    sent.setTimeout(answerLimitMs, () => sent.destroy(new Error("no answer")));
    sent.once("response", (response) => {
      progress.isAnswered = true;
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.once("error", reject);
    });
  });
  const sending = (async () => {
    let sentBytes = 0;
    const piece = Math.min(64 * 1024, Math.ceil(bytesPerS / 10));
    for (const text of formOf(name, bytes, progress)) {
      for (let at = 0; at < text.length && !progress.isAnswered; at += piece) {
        const part = text.slice(at, at + piece);
        if (!sent.write(part))
          await Promise.race([new Promise((resolve) => sent.once("drain", resolve)), answer]);
        sentBytes += part.length;
        const aheadMs = (sentBytes / bytesPerS) * 1_000 - (performance.now() - startedMs);
        if (aheadMs > 0) await Promise.race([delay(aheadMs), answer]);
      }
    }
    sentMs = performance.now() - startedMs;
    sent.end();
  })();
  const { status, text } = await answer;
  await sending;
  return { status, text, ms: performance.now() - startedMs, sentMs, rows: progress.rows };
}

/**
 * The form's body in pieces of some 64 KiB; counts the rows.
 * @param {string} name
 * @param {number} bytes
 * @param {{ rows: number }} progress
 */
function* formOf(name, bytes, progress) {
  let text = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}.csv"\r\ncontent-type: text/csv\r\n\r\nn,value,label\n`;
  for (let made = 0; made < bytes; progress.rows++) {
    const value = (progress.rows * 48_271) % modulus;
    const row = `${progress.rows},${value},row ${progress.rows} of a long table: ${value}\n`;
    made += row.length;
    text += row;
    if (text.length < 64 * 1024) continue;
    yield text;
    text = "";
  }
  yield `${text}\r\n--${boundary}--\r\n`;
}

/**
 * What is wrong with what is stored; "" where nothing is.
 * @param {string} dataDir
 * @param {Line} line
 * @param {Answer} answer
 */
async function storedFault(dataDir, { name, right }, { rows, status, text }) {
  const query = engineOf(dataDir);
  const source = await query(`SELECT source FROM jiva.datasets FINAL WHERE name = '${name}' AND deleted = 0`);
  if (status !== right) return `right is ${right}: ${text.slice(0, 300)}`;
  if (right !== 200) return source === "" ? "" : "a part of it is stored";
  const sums = "count(), sum(cityHash64(toUInt64(n), toUInt64(value), label))";
  const stored = await query(
    `SELECT ${sums} FROM (SELECT assumeNotNull(n) AS n, assumeNotNull(value) AS value, assumeNotNull(label) AS label
      FROM jiva.${source}) FORMAT TSV`,
  );
  const made = await query(
    `SELECT ${sums} FROM (SELECT number AS n, ${valueSql} AS value, ${labelSql} AS label FROM numbers(${rows})) FORMAT TSV`,
  );
  return stored === made ? "" : `stored (rows, sum): ${stored}; sent: ${made}`;
}

/**
 * @param {Line} line
 * @param {Answer} answer
 * @param {string} fault
 */
function print({ name, bytes, bytesPerS }, { status, ms, sentMs, rows }, fault) {
  const what = `${name}: ${formatBytes(bytes)} at ${formatBytes(bytesPerS)}/s`;
  const sent = sentMs === undefined ? "" : `, sent in ${formatMs(sentMs)}`;
  const outcome =
    fault === "" ? (status === 200 ? `${rows} rows, each as sent` : "cut, nothing stored") : fault;
  process.stdout.write(`${what.padEnd(44)} ${status} after ${formatMs(ms)}${sent}  ${outcome}\n`);
  if (fault !== "") process.exitCode = 1;
}

/**
 * Samples the app's resident memory (Linux) and the time that health takes.
 * @param {import("../launcher/started-jiva.mjs").StartedJiva} jiva
 */
function watchApp(jiva) {
  const stopping = new AbortController();
  const startBytes = residentBytes(jiva.appPid);
  let peakBytes = startBytes;
  /** @type {number[]} */
  const healthMs = [];
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const askedMs = performance.now();
      const { status } = await fetch(`${jiva.url}/api/health`);
      healthMs.push(status === 200 ? performance.now() - askedMs : Number.POSITIVE_INFINITY);
      peakBytes = Math.max(peakBytes, residentBytes(jiva.appPid));
      await delay(sampleMs);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await watching;
      return { startBytes, peakBytes, healthMs };
    },
  };
}

/** @param {number} pid */
function residentBytes(pid) {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

/** @param {number} bytes */
const toMiB = (bytes) => Math.round(bytes / 1024 / 1024);
/** @param {number} bytes */
const formatBytes = (bytes) =>
  bytes >= 1_000_000 ? `${bytes / 1_000_000} MB` : bytes >= 1_000 ? `${bytes / 1_000} kB` : `${bytes} B`;
