// @ts-check
/** A really started Jiva for tests and benchmarks: its own port, its own empty data, gone without a trace. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.mjs";
import { stopGroup } from "./processes.mjs";

/** Installing and building may be part of it. */
const startLimitMs = 10 * 60_000;
/** Longer than the launcher itself gives app and engine. */
const stopLimitMs = 25_000;

/**
 * @typedef {object} StartedJiva
 * @property {string} url
 * @property {string} engineUrl of the embedded engine, whose password is in the data folder
 * @property {import("node:child_process").ChildProcess} launcher leads a process group
 * @property {number} enginePid of the engine that runs now, or ran last
 * @property {number} appPid of the app that runs now, or ran last
 * @property {() => import("./restarts.mjs").RestartTotals} restarts how often each was started anew until now
 * @property {string} dataDir
 * @property {() => string} output what the launcher, the app and the engine wrote
 * @property {() => Promise<void>} stop stops it in order and removes its data
 */

/**
 * @typedef {object} Processes
 * @property {number} enginePid
 * @property {number} appPid
 * @property {import("./restarts.mjs").RestartTotals} restarts
 */

/**
 * Runs `npm start`'s launcher on a free port over an empty folder and resolves when it is ready, with the sample
 * data loaded. Rejects with its output where it does not get there. It stops by itself when this process ends.
 *
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} [env] beyond this process's own
 * @returns {Promise<StartedJiva>}
 */
export async function startJiva(root, env = {}) {
  const ownDataDir = env.DATA_DIR === undefined ? mkdtempSync(join(tmpdir(), "jiva-")) : undefined;
  const dataDir = env.DATA_DIR ?? /** @type {string} */ (ownDataDir);
  const launcher = fork(join(root, "devtools/start.mjs"), [], {
    cwd: root,
    detached: true,
    execArgv: [],
    env: {
      ...process.env,
      HOST: "127.0.0.1",
      PORT: String(await freePort("127.0.0.1")),
      DATA_DIR: dataDir,
      CLICKHOUSE_PORT: "0",
      CLICKHOUSE_URL: "",
      API_TOKEN: "",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-64_000);
    });
  }
  const stop = async () => {
    // The launcher alone: app and engine lead groups of their own, and it is the one who stops them in order.
    await stopGroup(launcher, { politeMs: stopLimitMs, ask: () => launcher.kill("SIGTERM") });
    if (ownDataDir !== undefined) rmSync(ownDataDir, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const ready = await readyOf(launcher);
    let { enginePid, appPid, restarts } = ready;
    launcher.on("message", (message) => {
      const now = /** @type {Processes & { type: string }} */ (message);
      if (now.type === "processes") ({ enginePid, appPid, restarts } = now);
    });
    return {
      url: ready.url,
      engineUrl: ready.engineUrl,
      get enginePid() {
        return enginePid;
      },
      get appPid() {
        return appPid;
      },
      restarts: () => restarts,
      launcher,
      dataDir,
      output: () => output,
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Jiva did not start: ${error instanceof Error ? error.message : error}\n${output}`);
  }
}

/**
 * @param {import("node:child_process").ChildProcess} launcher
 * @returns {Promise<Processes & { url: string, engineUrl: string }>}
 */
async function readyOf(launcher) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("it took too long")), startLimitMs);
      launcher.once("exit", (code) => reject(new Error(`it ended with code ${code}`)));
      launcher.once("error", reject);
      launcher.on("message", (message) => {
        const ready = /** @type {Processes & { type: string, url: string, engineUrl: string }} */ (message);
        if (ready.type === "ready") resolve(ready);
      });
    });
  } finally {
    clearTimeout(timer);
    launcher.removeAllListeners("exit");
  }
}
