// @ts-check
/**
 * Keeps the embedded engine running: starts it, watches it, starts it again when it dies or has to be ended, and
 * stops it when asked. The engine is a process of its own in a group of its own, so a Ctrl-C in the terminal
 * reaches only the launcher; when the launcher dies, the engine sees its IPC channel close and ends by itself.
 */
import { fork } from "node:child_process";
import { parseEngineMemory } from "./engine-memory.mjs";
import { howItEnded, keepRunning } from "./keep-running.mjs";
import { stopGroup } from "./processes.mjs";
import { createRestarts } from "./restarts.mjs";
import { CannotStart } from "./settings.mjs";
import { watchEngine } from "./watch-engine.mjs";

/** Opening a folder with a long history takes a few seconds; a minute means that it hangs. */
const readyLimitMs = 60_000;

/**
 * @typedef {import("./watch-engine.mjs").EngineAddress} EngineAddress
 *
 * @typedef {object} Engine
 * @property {EngineAddress} address
 * @property {number | undefined} pid of the process that runs now
 * @property {(options: { politeMs: number }) => Promise<boolean>} stop
 *   gives false where it had to be killed
 */

/**
 * Starts the engine and resolves when it answers; throws CannotStart with its reason where it does not. After
 * that it is watched and kept running at the same address until `stop`. `onGivenUp` is called once, where it died
 * too often too quickly. JIVA_ENGINE_WATCH=0 leaves the watching out: for the test that shows what it is good for.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.dataDir
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import("./report.mjs").Report} options.report
 * @param {import("./restarts.mjs").Restarts} [options.restarts] counts the times it was started anew
 * @param {AbortSignal} options.signal ends a start that is under way
 * @param {(reason: string) => void} options.onGivenUp
 * @returns {Promise<Engine>}
 */
export async function startEngine({
  root,
  dataDir,
  env,
  report,
  restarts = createRestarts({ ownEngine: true, onChange: () => undefined }),
  signal,
  onGivenUp,
}) {
  const memoryBytes = parseEngineMemory(env);
  const child = spawnEngine({ root, dataDir, env });
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

  const kept = keepRunning({
    name: "engine",
    child,
    spawn: () => spawnEngine({ root, dataDir, env: sameAddress }),
    async ready(next) {
      const now = await readyOf(next);
      if (now.url === address.url && now.password === address.password) return;
      throw new CannotStart(`The engine came back at another address (${now.url}); start Jiva again.`);
    },
    watch({ pid }, end) {
      if (pid === undefined || env.JIVA_ENGINE_WATCH === "0") return { stop: () => undefined };
      return watchEngine({
        pid,
        address,
        memoryBytes,
        onKill: (why) => report.line(`a statement of the engine is killed: ${why}`),
        onEnd: ({ reason, beganMs, detail }) =>
          end(reason, { beganMs, ...(detail !== undefined && { detail }) }),
      });
    },
    advice: `Its data is in ${dataDir}; what it wrote above says why. Start Jiva again once that is mended.`,
    report,
    restarts,
    onGivenUp,
  });

  return {
    address,
    get pid() {
      return kept.child.pid;
    },
    stop: ({ politeMs }) =>
      kept.stop({
        politeMs,
        ask: (stopped) => {
          // A channel that closes at this moment ends the engine as well.
          if (stopped.connected) stopped.send({ type: "stop" }, () => undefined);
          else stopped.kill("SIGTERM");
        },
      }),
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
