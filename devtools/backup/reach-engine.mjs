// @ts-check
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startEngine } from "../launcher/engine.mjs";
import { ownerOf } from "../launcher/folder.mjs";
import { CannotStart } from "../launcher/settings.mjs";

/** A table of any size is one statement, and its sums another; without a byte for this long it hangs. */
const requestTimeoutMs = 600_000;
const stopLimitMs = 20_000;

/**
 * @typedef {object} ReachedEngine
 * @property {import("@clickhouse/client").ClickHouseClient} client
 * @property {() => Promise<void>} leave stops the engine where it was started for this
 *
 * @typedef {object} EngineOptions
 * @property {string} root
 * @property {string} dataDir
 * @property {import("../launcher/report.mjs").Report} report
 * @property {AbortSignal} signal
 */

/**
 * The engine of a data folder: the one that runs, or one that is started for as long as it is needed. Throws
 * CannotStart where there is no data in the folder, or where its engine cannot be reached.
 *
 * @param {EngineOptions} options
 * @returns {Promise<ReachedEngine>}
 */
export async function reachEngine(options) {
  const { dataDir } = options;
  if (!existsSync(join(dataDir, "clickhouse"))) {
    throw new CannotStart(`There is no data of Jiva's in ${dataDir}. DATA_DIR names the folder.`);
  }
  if (ownerOf(dataDir) === undefined) return startOwn(options);
  const address = readAddress(dataDir);
  const client = await openClient(address);
  return { client, leave: () => client.close() };
}

/**
 * Starts an engine on a folder of its own.
 * @param {EngineOptions} options
 * @returns {Promise<ReachedEngine>}
 */
export async function startOwn({ root, dataDir, report, signal }) {
  const engine = await startEngine({
    root,
    dataDir,
    // Beside whatever listens on the usual port.
    env: { ...process.env, CLICKHOUSE_PORT: "0" },
    report,
    signal,
    onGivenUp: (reason) => report.line(reason),
  });
  const client = await openClient(engine.address);
  return {
    client,
    async leave() {
      await client.close();
      await engine.stop({ politeMs: stopLimitMs });
    },
  };
}

/** @param {string} dataDir */
function readAddress(dataDir) {
  try {
    const { url, user } = JSON.parse(readFileSync(join(dataDir, "clickhouse-address"), "utf8"));
    const password = readFileSync(join(dataDir, "clickhouse-password"), "utf8").trim();
    return { url: String(url), user: String(user), password };
  } catch {
    throw new CannotStart(
      `The engine of ${dataDir} runs and has not said where. Wait until it has started, or start Jiva anew.`,
    );
  }
}

/** @param {{ url: string, user: string, password: string }} address */
async function openClient({ url, user, password }) {
  // Only now: it may have been installed a moment ago.
  const { ClickHouseLogLevel, createClient } = await import("@clickhouse/client");
  return createClient({
    url,
    username: user,
    password,
    application: "jiva-backup",
    request_timeout: requestTimeoutMs,
    keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
}
