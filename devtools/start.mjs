// @ts-check
/**
 * `npm start`: installs and builds what is missing, starts the engine and the app, loads the sample data into
 * an untouched database, and keeps both running. `--dev` serves the sources as they are, `--clickhouse` starts
 * the engine alone. Plain JavaScript with Node's own modules, since it runs before anything is installed.
 *
 * Ctrl-C, SIGTERM and SIGHUP stop the app first, so that its last spans reach the engine, then the engine; the
 * exit code is 0, for that is how Jiva is meant to end. A second Ctrl-C shortens the wait. Where the start was
 * cut short the exit code is 130; where something failed it is 1.
 */
import { fileURLToPath } from "node:url";
import { build } from "./launcher/build.mjs";
import { startEngine } from "./launcher/engine.mjs";
import { parseEngineMemory } from "./launcher/engine-memory.mjs";
import { requireFreeFolder } from "./launcher/folder.mjs";
import { install } from "./launcher/install.mjs";
import { keepApp } from "./launcher/keep-app.mjs";
import { requireFreePort } from "./launcher/ports.mjs";
import { createReport } from "./launcher/report.mjs";
import { createRestarts } from "./launcher/restarts.mjs";
import { loadSamples } from "./launcher/samples.mjs";
import { addressOf, CannotStart, parseSettings, requireNode } from "./launcher/settings.mjs";

/** How long app and engine may each take to end by themselves; after a second Ctrl-C, and before. */
const hurriedMs = 2_000;
const politeMs = 10_000;
/** npm hands a Ctrl-C on that the terminal has already brought: within this time it is the same one. */
const sameSignalMs = 500;
const parentPollMs = 500;

const root = fileURLToPath(new URL("..", import.meta.url));
const report = createReport(process.stdout);
const flags = new Set(process.argv.slice(2));
const isDev = flags.delete("--dev");
const isEngineOnly = flags.delete("--clickhouse");

/** Ends what the start is doing; its reason is why. */
const stopping = new AbortController();
/** Ends the wait for an orderly end. */
const hurrying = new AbortController();

/** @type {import("./launcher/engine.mjs").Engine | undefined} */
let engine;
/** @type {import("./launcher/keep-app.mjs").KeptApp | undefined} */
let app;
let isReady = false;

async function start() {
  const [unknown] = flags;
  if (unknown !== undefined)
    throw new CannotStart(`There is no ${unknown}; take --dev, --clickhouse or neither.`);
  requireNode(process.versions.node);
  const settings = parseSettings(process.env, root);
  // Of no use to a server that CLICKHOUSE_URL names, and wrong all the same.
  parseEngineMemory(process.env);
  const { signal } = stopping;
  if (!isEngineOnly) await requireFreePort(settings.host, settings.port);

  const ownEngine = isEngineOnly || settings.clickhouseUrl === undefined;
  const restarts = createRestarts({
    ownEngine,
    onChange() {
      app?.tell(restarts.totals());
      if (isReady) tellParent("processes", restarts.totals());
    },
  });
  if (ownEngine) await requireFreeFolder({ dataDir: settings.dataDir, report, signal });

  await install({ root, withDev: false, report, signal });
  await build({ root, steps: stepsToBuild(), report, signal });

  if (ownEngine) {
    const step = report.step("starting the engine");
    engine = await startEngine({
      root,
      dataDir: settings.dataDir,
      env: process.env,
      report,
      restarts,
      signal,
      onGivenUp: fail,
    }).catch((error) => {
      step.failed(signal.aborted ? "stopped" : "it did not start");
      throw error;
    });
    step.done();
  }
  if (isEngineOnly) {
    const { url, user } = /** @type {import("./launcher/engine.mjs").Engine} */ (engine).address;
    report.line(`ClickHouse at ${url}, user ${user}, password in ${settings.dataDir}/clickhouse-password`);
    return;
  }

  const step = report.step("starting the app");
  app = keepApp({
    root,
    isDev,
    settings,
    engine: engine?.address,
    env: process.env,
    report,
    restarts,
    signal,
    onTrouble: step.progress,
    onGivenUp: fail,
  });
  try {
    await app.ready();
  } catch (error) {
    step.failed(signal.aborted ? "stopped" : "it is not ready");
    throw error;
  }
  step.done();

  await loadSamples({ settings, report, signal });
  signal.throwIfAborted();
  report.line(`ready at ${addressOf(settings)}  (Ctrl-C stops it)`);
  isReady = true;
  tellParent("ready", restarts.totals(), addressOf(settings));
}

/**
 * For tests and benchmarks, which fork the launcher.
 * @param {"ready" | "processes"} type
 * @param {import("./launcher/restarts.mjs").RestartTotals} restarts
 * @param {string} [url]
 */
function tellParent(type, restarts, url) {
  if (!process.connected) return;
  const { pid: enginePid, address } = engine ?? {};
  process.send?.({ type, url, enginePid, engineUrl: address?.url, appPid: app?.pid, restarts });
}

/** @returns {import("./launcher/freshness.mjs").StepName[]} */
function stepsToBuild() {
  if (isEngineOnly) return ["engine"];
  return isDev ? ["engine", "viewer", "workers", "server"] : ["engine", "viewer", "workers", "server", "app"];
}

/** @param {string} reason */
function fail(reason) {
  if (stopping.signal.aborted) return;
  report.line(reason);
  process.exitCode = 1;
  stopping.abort();
}

/** The app first: it has spans to store, and the engine is where they go. */
async function stop() {
  if (app === undefined && engine === undefined) return;
  const step = report.step("stopping");
  const stoppedApp = await withinPatience(app);
  const stoppedEngine = await withinPatience(engine);
  step.done(stoppedApp && stoppedEngine ? "" : "some of it had to be killed");
}

/**
 * @param {{ stop(options: { politeMs: number }): Promise<boolean> } | undefined} part
 * @returns {Promise<boolean>}
 */
async function withinPatience(part) {
  if (part === undefined) return true;
  if (hurrying.signal.aborted) return part.stop({ politeMs: hurriedMs });
  /** @type {Promise<boolean>} */
  const hurried = new Promise((resolve) => {
    hurrying.signal.addEventListener("abort", () => resolve(part.stop({ politeMs: hurriedMs })), {
      once: true,
    });
  });
  return Promise.race([part.stop({ politeMs }), hurried]);
}

let lastSignalMs = 0;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    if (stopping.signal.aborted && Date.now() - lastSignalMs > sameSignalMs) hurrying.abort();
    lastSignalMs = Date.now();
    stopping.abort();
  });
}

// Whoever forked the launcher has gone.
process.once("disconnect", () => stopping.abort());
// A reader that went away (`npm start | head`) must not leave app and engine behind.
process.stdout.on("error", () => stopping.abort());

// npm and its shell may die of a signal without handing it on: nobody could stop what they leave behind.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopping.abort(), parentPollMs).unref();
}

const stopped = new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
try {
  await start();
  await stopped;
} catch (error) {
  if (stopping.signal.aborted) process.exitCode ??= 130;
  else {
    process.exitCode = 1;
    report.line(
      error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error),
    );
    stopping.abort();
  }
}
await stop();
process.exit();
