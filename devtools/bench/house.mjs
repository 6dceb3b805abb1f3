// @ts-check
/** A Jiva of a benchmark's own: an engine on a folder of its own, apps on free ports, all stopped at the end. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startApp, waitUntilHealthy } from "../launcher/app.mjs";
import { build } from "../launcher/build.mjs";
import { startEngine } from "../launcher/engine.mjs";
import { freePort } from "../launcher/ports.mjs";
import { createReport } from "../launcher/report.mjs";
import { addressOf } from "../launcher/settings.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @typedef {object} House
 * @property {import("../launcher/engine.mjs").EngineAddress} engine
 * @property {(env?: Record<string, string>) => Promise<string>} openApp starts an app and gives its address
 * @property {() => number} appPid of the app that was opened last
 * @property {(sql: string, settings?: Record<string, string>) => Promise<string>} sql runs a statement
 * @property {() => void} killEngine kills it at once; it comes back by itself at the same address
 */

/**
 * Opens a house for `work` and closes it afterwards, whatever happens.
 * @param {(house: House) => Promise<void>} work
 */
export async function withHouse(work) {
  const report = createReport(process.stdout, { name: "bench" });
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const { signal } = stopping;
  const dataDir = await mkdtemp(join(tmpdir(), "jiva-bench-"));
  /** @type {import("../launcher/app.mjs").App[]} */
  const apps = [];
  /** @type {import("../launcher/engine.mjs").Engine | undefined} */
  let engine;
  try {
    await build({ root, steps: ["engine", "viewer", "workers", "server", "app"], report, signal });
    const env = { ...process.env, CLICKHOUSE_PORT: "0" };
    engine = await startEngine({ root, dataDir, env, report, signal, onGivenUp: stop });
    const { address } = engine;
    await work({
      engine: address,
      openApp: async (extra = {}) => {
        const port = await freePort("127.0.0.1");
        const settings = { host: "127.0.0.1", port, dataDir, clickhouseUrl: undefined, apiToken: undefined };
        const app = startApp({
          root,
          isDev: false,
          settings,
          engine: address,
          env: { ...process.env, ...extra },
        });
        apps.push(app);
        await waitUntilHealthy({ app, settings, signal, onTrouble: () => undefined });
        return addressOf(settings);
      },
      appPid: () => apps.at(-1)?.child.pid ?? Number.NaN,
      killEngine: () => {
        if (engine?.pid !== undefined) process.kill(engine.pid, "SIGKILL");
      },
      sql: (statement, sqlSettings) => runSql(address, statement, sqlSettings, signal),
    });
  } finally {
    for (const app of apps) await app.stop({ politeMs: 10_000 });
    await engine?.stop({ politeMs: 10_000 });
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * @param {import("../launcher/engine.mjs").EngineAddress} engine
 * @param {string} statement
 * @param {Record<string, string>} [settings]
 * @param {AbortSignal} [signal]
 */
async function runSql(engine, statement, settings = {}, signal) {
  const response = await fetch(`${engine.url}/?${new URLSearchParams(settings)}`, {
    method: "POST",
    headers: { "X-ClickHouse-User": engine.user, "X-ClickHouse-Key": engine.password },
    body: statement,
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 */
export async function getJson(url, init) {
  const response = await fetch(url, init);
  if (!response.ok)
    throw new Error(`${url} answers ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response.json();
}

/**
 * @param {string} address
 * @param {string} path
 * @param {unknown} body
 */
export function postJson(address, path, body) {
  return getJson(`${address}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
