// @ts-check
/**
 * Keeps the embedded engine running: starts it, starts it again when it dies, and stops it when asked. The
 * engine is a process of its own in a group of its own, so a Ctrl-C in the terminal reaches only the launcher;
 * when the launcher dies, the engine sees its IPC channel close and ends by itself.
 */
import { fork } from "node:child_process";
import { stopGroup } from "./processes.mjs";
import { createRestartPlan } from "./restart-plan.mjs";
import { CannotStart } from "./settings.mjs";

/** Opening a folder with a long history takes a few seconds; a minute means that it hangs. */
const readyLimitMs = 60_000;

/**
 * @typedef {object} EngineAddress
 * @property {string} url
 * @property {string} user
 * @property {string} password
 *
 * @typedef {object} Engine
 * @property {EngineAddress} address
 * @property {number | undefined} pid of the process that runs now
 * @property {(options: { politeMs: number }) => Promise<boolean>} stop
 *   gives false where it had to be killed
 */

/**
 * Starts the engine and resolves when it answers; throws CannotStart with its reason where it does not. After
 * that it is kept running at the same address until `stop`. `onGivenUp` is called once, where it died too
 * often too quickly.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.dataDir
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("./report.mjs").Report} options.report
 * @param {AbortSignal} options.signal ends a start that is under way
 * @param {(reason: string) => void} options.onGivenUp
 * @returns {Promise<Engine>}
 */
export async function startEngine({ root, dataDir, env, report, signal, onGivenUp }) {
  let isStopping = false;
  /** @type {NodeJS.Timeout | undefined} */
  let restart;
  const plan = createRestartPlan();

  let child = spawnEngine({ root, dataDir, env });
  const stopChild = () => void stopGroup(child, { politeMs: 3_000 });
  signal.addEventListener("abort", stopChild, { once: true });
  /** @type {EngineAddress} */
  let address;
  try {
    address = await readyOf(child);
  } catch (error) {
    signal.throwIfAborted();
    throw new CannotStart(error instanceof Error ? error.message : String(error));
  } finally {
    signal.removeEventListener("abort", stopChild);
  }
  if (signal.aborted) {
    await stopGroup(child, { politeMs: 3_000 });
    signal.throwIfAborted();
  }
  // The app holds this address for as long as it lives: the engine has to come back there.
  const sameAddress = { ...env, CLICKHOUSE_PORT: new URL(address.url).port };
  watch(Date.now());

  /** @param {number} startedMs */
  function watch(startedMs) {
    const watched = child;
    const died = () => {
      if (isStopping) return;
      // What a dead leader leaves in its group would hold the folder.
      void stopGroup(watched, { politeMs: 0 });
      comeBack(howItEnded(watched), Date.now() - startedMs);
    };
    if (watched.exitCode !== null || watched.signalCode !== null) died();
    else watched.once("exit", died);
  }

  /**
   * @param {string} cause
   * @param {number} livedMs
   */
  function comeBack(cause, livedMs) {
    const waitMs = plan.afterDeath(livedMs);
    if (waitMs === undefined) {
      onGivenUp(
        `The engine keeps ending (${cause}). Its data is in ${dataDir}; what it wrote above says why.`,
      );
      return;
    }
    report.line(`the engine ended by itself (${cause}); starting it again`);
    restart = setTimeout(() => void startAgain(), waitMs);
  }

  async function startAgain() {
    const startedMs = Date.now();
    child = spawnEngine({ root, dataDir, env: sameAddress });
    try {
      const now = await readyOf(child);
      if (isStopping) return;
      if (now.url !== address.url || now.password !== address.password) {
        onGivenUp(`The engine came back at another address (${now.url}); start Jiva again.`);
        return;
      }
      report.line(`the engine is back after ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
      watch(startedMs);
    } catch (error) {
      if (!isStopping) comeBack(error instanceof Error ? error.message : String(error), 0);
    }
  }

  return {
    address,
    get pid() {
      return child.pid;
    },
    async stop({ politeMs }) {
      isStopping = true;
      clearTimeout(restart);
      const stopped = child;
      return stopGroup(stopped, {
        politeMs,
        ask: () => {
          // A channel that closes at this moment ends the engine as well.
          if (stopped.connected) stopped.send({ type: "stop" }, () => undefined);
          else stopped.kill("SIGTERM");
        },
      });
    },
  };
}

/** @param {{ root: string, dataDir: string, env: NodeJS.ProcessEnv }} options */
function spawnEngine({ root, dataDir, env }) {
  return fork("dist/engine.mjs", [], {
    cwd: root,
    detached: true,
    // Sixteen threads: with the default four, eight heavy queries keep every file read waiting for seconds.
    env: { ...env, DATA_DIR: dataDir, UV_THREADPOOL_SIZE: "16" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/**
 * The address that an engine tells when it is ready; rejects with its own reason, or with how it ended. An
 * engine that is not ready in time is killed.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<EngineAddress>}
 */
async function readyOf(child) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<EngineAddress>} */
  const ready = new Promise((resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it was not ready within ${readyLimitMs / 1000} s`)),
      readyLimitMs,
    );
    child.on("message", (message) => {
      if (typeof message !== "object" || message === null || !("type" in message)) return;
      if (message.type === "ready") resolve(/** @type {any} */ (message));
      if (message.type === "failed" && "reason" in message) reject(new Error(String(message.reason)));
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(howItEnded(child))));
  });
  try {
    return await ready;
  } catch (error) {
    await stopGroup(child, { politeMs: 1_000 });
    throw error;
  } finally {
    clearTimeout(timer);
    child.removeAllListeners("message");
  }
}

/** @param {import("node:child_process").ChildProcess} child */
function howItEnded(child) {
  return child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode;
}
