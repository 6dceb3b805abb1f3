// @ts-check
import { fork } from "node:child_process";
import { withLimit } from "./limit.mjs";
import { isRunning, stopGroup } from "./processes.mjs";
import { addressOf, CannotStart } from "./settings.mjs";

const readyLimitMs = 60_000;
/** The wait between two looks grows: an app that answers badly writes a line for each. */
const firstPollMs = 100;
const lastPollMs = 2_000;
/** Longer than a slow first query, shorter than a person's patience. */
const pollLimitMs = 5_000;
const noAnswer = "it does not answer";

/**
 * @typedef {object} App
 * @property {import("node:child_process").ChildProcess} child
 * @property {(options: { politeMs: number }) => Promise<boolean>} stop
 *   asks it to flush its spans and end, kills it after `politeMs`; gives false where it had to be killed
 */

/**
 * Starts the web server as a process group of its own, so that a Ctrl-C in the terminal reaches only the
 * launcher. It ends by itself when its IPC channel closes (lib/server/serve.ts).
 *
 * @param {object} options
 * @param {string} options.root
 * @param {boolean} options.isDev
 * @param {import("./settings.mjs").Settings} options.settings
 * @param {import("./engine.mjs").EngineAddress | undefined} options.engine undefined: the environment names it
 * @param {NodeJS.ProcessEnv} options.env
 * @returns {App}
 */
export function startApp({ root, isDev, settings, engine, env }) {
  const { host, port } = settings;
  const child = fork("dist/server.mjs", [], {
    cwd: root,
    detached: true,
    execArgv: [],
    env: {
      ...env,
      HOST: host,
      PORT: String(port),
      ...(engine && {
        CLICKHOUSE_URL: engine.url,
        CLICKHOUSE_USER: engine.user,
        CLICKHOUSE_PASSWORD: engine.password,
      }),
      NODE_ENV: isDev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
    },
    // What Next says of its work goes to stdout, what matters to stderr. Not a pipe: it would break with the
    // launcher, and the app still has spans to store then.
    stdio: ["ignore", isDev ? "inherit" : "ignore", "inherit", "ipc"],
  });
  return { child, stop: (options) => stopGroup(child, options) };
}

/**
 * Resolves when the app and its database answer. Throws CannotStart with what is wrong where the app ends or
 * does not get there within a minute.
 *
 * @param {object} options
 * @param {App} options.app
 * @param {import("./settings.mjs").Settings} options.settings
 * @param {AbortSignal} options.signal
 * @param {(trouble: string) => void} options.onTrouble
 */
export async function waitUntilHealthy({ app, settings, signal, onTrouble }) {
  const url = `${addressOf(settings)}/api/health`;
  const deadlineMs = Date.now() + readyLimitMs;
  let trouble = noAnswer;
  let waitMs = firstPollMs;
  while (Date.now() < deadlineMs) {
    signal.throwIfAborted();
    if (!isRunning(app.child)) {
      const how = app.child.signalCode ?? `exit code ${app.child.exitCode}`;
      throw new CannotStart(`The app ended before it was ready (${how}); it says why above.`);
    }
    const found = await troubleAt(url, signal);
    if (found === undefined) return;
    trouble = found;
    onTrouble(trouble);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (trouble !== noAnswer) waitMs = Math.min(lastPollMs, waitMs * 1.5);
  }
  throw new CannotStart(`The app was not ready within ${readyLimitMs / 1000} s: ${trouble}.`);
}

/**
 * Resolves when an app that was started anew answers, whatever it says: its database may be away too. Rejects where
 * it was killed or takes too long, and with CannotStart where it ended by itself: what it read at its start will
 * not be otherwise the next time.
 *
 * @param {object} options
 * @param {App} options.app
 * @param {import("./settings.mjs").Settings} options.settings
 * @param {AbortSignal} options.signal
 */
export async function waitUntilItAnswers({ app: { child }, settings, signal }) {
  const url = `${addressOf(settings)}/api/health`;
  const deadlineMs = Date.now() + readyLimitMs;
  while (Date.now() < deadlineMs) {
    signal.throwIfAborted();
    if (!isRunning(child)) {
      if (child.signalCode !== null) throw new Error(child.signalCode);
      throw new CannotStart(
        `The app ended when it was started again (exit code ${child.exitCode}); it says why above.`,
      );
    }
    if ((await troubleAt(url, signal)) !== noAnswer) return;
    await new Promise((resolve) => setTimeout(resolve, firstPollMs));
  }
  throw new Error(`it did not answer within ${readyLimitMs / 1000} s`);
}

/**
 * Undefined where the app says that it is well, else what it says.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function troubleAt(url, signal) {
  try {
    return await withLimit({ limitMs: pollLimitMs, signal }, async (limited) => {
      const response = await fetch(url, { signal: limited });
      const body = await response.text();
      return response.ok ? undefined : `it answers ${response.status} ${reasonIn(body)}`.trim();
    });
  } catch {
    return noAnswer;
  }
}

/** @param {string} body */
function reasonIn(body) {
  try {
    const health = JSON.parse(body);
    return String(health.clickhouse?.reason ?? health.detail ?? "");
  } catch {
    return "";
  }
}
