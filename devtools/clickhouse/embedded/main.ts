import { rmSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseEngineMemory } from "../../launcher/engine-memory.mjs";
import { noteDamage } from "./disk/damage-notes";
import {
  clearWorkFolder,
  type DataFolder,
  findOwner,
  openDataFolder,
  readOrMakePassword,
} from "./disk/data-folder";
import { guardDisk, marksOf } from "./disk/disk";
import { dropSnapshots } from "./disk/drop-snapshots";
import { KeptDefinitions, writeWhole } from "./disk/kept-definitions";
import type { Damage } from "./disk/mend-store";
import { openMended, probeVariable } from "./disk/open-store";
import type { Credentials } from "./http/access";
import { listenOnLoopback, parsePort } from "./http/listen";
import { makePipes } from "./http/pipes";
import { QueryHandler } from "./http/query-handler";
import { createEngineServer, type EngineServer, type Watched } from "./http/server";
import { Slots } from "./http/slots";
import { StatusReader } from "./http/status";
import { Engine } from "./process/engine";
import { EngineError } from "./process/engine-error";
import { RunningStatements } from "./process/running-statements";

/**
 * The embedded engine as a process: ClickHouse inside, its HTTP interface outside, on 127.0.0.1.
 * A parent that forks it receives {type: "ready", url, user, password} or {type: "failed", reason}, and may send
 * {type: "stop"}; {type: "ending", reason} says why it ends itself. DATA_DIR, CLICKHOUSE_PORT and ENGINE_MEMORY_MB
 * are read from the environment; UV_THREADPOOL_SIZE must be set before node starts, since every running query holds
 * one of those threads.
 */
const user = "default";
/** How long running queries may go on once a stop is asked for. */
const finishMs = 5_000;
/** How long cancelled queries may take to end. */
const closeMs = 10_000;
/** After the parent has died: how long after the last request to stop, and the longest to wait in all. */
const orphanIdleMs = 10_000;
const orphanMs = 15_000;
/** Threads of the pool that queries leave for compression, cancels and files. */
const spareThreads = 4;
const maxWaiting = 256;
/** How long a statement that shall be killed is looked for in the engine's list. */
const killMs = 1_000;
const addressRetryMs = 1_000;
/** Still within a minute: that long the source parts of a merge stay (engine-config.ts). */
const minLifeMs = 31_000;

const log = (line: string) => process.stderr.write(`engine: ${line}\n`);
const errorToLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0];

const stopping = new AbortController();
let stopRequested = false;
let isEnding = false;

/**
 * Ends this process for good. Leaving by process.exit runs the engine's destructors, which wait for its threads:
 * with a statement that does not end, or after a fatal error in one, that was measured to take minutes.
 */
function endAtOnce(reason: string): void {
  if (isEnding) return;
  isEnding = true;
  try {
    // At once, whatever stderr is: nothing is written after this.
    writeSync(2, `engine: ${reason}\n`);
  } catch {
    // Nobody reads it any more.
  }
  const end = () => void process.kill(process.pid, "SIGKILL");
  if (process.connected) {
    process.send?.({ type: "ending", reason }, end);
    setTimeout(end, 100);
  } else end();
}

async function main(): Promise<void> {
  const hasParent = process.connected;
  const folder = openDataFolder(process.env.DATA_DIR || ".data");
  const port = parsePort(process.env.CLICKHOUSE_PORT);
  const definitions = new KeptDefinitions(folder.store, folder.definitions);
  const { engine, damage } = openEngine(folder, definitions);
  for (const line of await noteDamage(engine, folder, damage)) log(line);
  await dropSnapshots(engine);
  definitions.keepSoon(0);
  clearWorkFolder(folder.work);
  const credentials: Credentials = { user, password: readOrMakePassword(folder.passwordFile) };
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4;
  const pipes = await makePipes(folder.work, Math.max(1, threads - spareThreads));
  const slots = new Slots(pipes, maxWaiting);
  const statements = new RunningStatements();
  const guard = guardDisk(folder, engine, () => {
    // Who dies young and often is given up (devtools/launcher/restart-plan.mjs).
    const waitMs = Math.max(0, minLifeMs - process.uptime() * 1_000);
    setTimeout(() => startAnew(), waitMs);
    return new Date(Date.now() + waitMs);
  });
  const handler = new QueryHandler(engine, slots, folder.work, guard, definitions, statements);
  const reader = new StatusReader(engine, statements, slots, guard);
  const watched: Watched = {
    status: () => reader.read(),
    kill(id) {
      statements.cancel(id, "it was killed");
      return engine.cancel(id, AbortSignal.timeout(killMs));
    },
  };
  const server = createEngineServer(engine, handler, watched, credentials, stopping.signal);
  const stop = (why: string) => {
    if (stopRequested) return;
    stopRequested = true;
    definitions.keepDue();
    // Whoever asked for it knows.
    if (!process.connected) log(`stopping (${why})`);
    stopEngine(server, engine, folder).then(
      () => process.exit(0),
      (error: unknown) => endAtOnce(`could not stop cleanly: ${errorToLine(error)}`),
    );
  };
  const startAnew = () => {
    if (stopRequested) return;
    stopRequested = true;
    definitions.keepDue();
    const reason = "the disk was full while data was written; starting anew, to look at every part of it";
    // The launcher starts what ends by itself.
    void stopEngine(server, engine, folder)
      .catch(() => undefined)
      .finally(() => endAtOnce(reason));
  };

  const url = `http://127.0.0.1:${await listenOnLoopback(server.http, port)}`;
  writeAddress(folder, url);
  process.on("SIGTERM", () => stop("SIGTERM"));
  // A Ctrl-C reaches the whole terminal group; with a parent, the parent decides what to do about it.
  process.on("SIGINT", () => {
    if (!process.connected) stop("SIGINT");
  });
  process.on("message", (message) => {
    if (typeof message === "object" && message !== null && "type" in message && message.type === "stop")
      stop("asked to");
  });
  process.once("disconnect", () => void outliveParent(server).then(() => stop("its parent has gone")));
  // Only now: a parent that knows of the engine may signal it at once. A parent says for itself that it is ready.
  if (process.connected) process.send?.({ type: "ready", url, ...credentials });
  else if (hasParent) stop("its parent has gone");
  else {
    const access = `user ${user}, password in ${folder.passwordFile}`;
    process.stdout.write(`ClickHouse ${engine.version} at ${url}, ${access}\n`);
  }
}

function openStore(folder: DataFolder, onBroken: (error: EngineError) => void): Engine {
  const limits = { memoryBytes: parseEngineMemory(process.env), keepFreeBytes: marksOf(folder).reserve / 2 };
  return Engine.open(folder.store, folder.config, limits, onBroken);
}

function openEngine(folder: DataFolder, definitions: KeptDefinitions): { engine: Engine; damage: Damage } {
  // Nothing heals a broken one but a new process, which the launcher starts.
  const open = () => openStore(folder, (broken) => endAtOnce(`the engine has stopped: ${broken.message}`));
  try {
    return openMended(folder, definitions.read(), open);
  } catch (error) {
    const owner = findOwner(folder.store);
    if (owner === undefined) throw new Error(`Cannot open ${folder.store}: ${errorToLine(error)}`);
    const advice = "stop it, or set DATA_DIR to another folder";
    throw new Error(`The folder ${folder.store} is in use by another engine (process ${owner}): ${advice}`);
  }
}

/** For the commands that work beside a running engine. Where there is no room for it, it comes once there is. */
function writeAddress({ address }: Pick<DataFolder, "address">, url: string): void {
  try {
    writeWhole(address, `${JSON.stringify({ url, user, pid: process.pid })}\n`);
  } catch {
    setTimeout(() => stopRequested || writeAddress({ address }, url), addressRetryMs).unref();
  }
}

/** Lets clients of a parent that died finish what they write, within bounds. */
async function outliveParent(server: EngineServer): Promise<void> {
  const since = Date.now();
  while (Date.now() - since < orphanMs) {
    const isIdle =
      server.running() === 0 && Date.now() - Math.max(since, server.lastActivityMs()) >= orphanIdleMs;
    if (isIdle) return;
    await delay(100);
  }
}

async function stopEngine(server: EngineServer, engine: Engine, folder: DataFolder): Promise<void> {
  server.http.close();
  server.http.closeIdleConnections();
  const deadline = Date.now() + finishMs;
  while (server.running() > 0 && Date.now() < deadline) await delay(20);
  stopping.abort(new EngineError(394, "QUERY_WAS_CANCELLED", "The engine stops"));
  const closed = engine.close().then(() => "closed");
  // A statement that does not heed its end; what is stored is safe all the same.
  if ((await Promise.race([closed, delay(closeMs)])) !== "closed") throw new Error("a query would not end");
  rmSync(folder.work, { recursive: true, force: true });
  rmSync(folder.address, { force: true });
}

/** Only tries to open the store: what the engine says of it goes to stderr. */
function probe(): void {
  try {
    openStore(openDataFolder(process.env.DATA_DIR || ".data"), () => undefined);
  } catch {
    // Said already.
  }
  // Not by its destructors; see endAtOnce.
  process.kill(process.pid, "SIGKILL");
}

if (process.env[probeVariable] === "1") probe();

process.on("uncaughtException", (error) => endAtOnce(`unexpected: ${error.stack ?? error.message}`));

main().catch((error: unknown) => {
  const reason = errorToLine(error) ?? "unknown error";
  // Of an engine that broke while it opened, destructors would wait for ever; see endAtOnce.
  const leave = /fatal error/i.test(reason)
    ? () => void process.kill(process.pid, "SIGKILL")
    : () => process.exit(1);
  if (process.send) process.send({ type: "failed", reason }, leave);
  else {
    log(reason);
    leave();
  }
});
