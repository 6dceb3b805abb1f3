import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Credentials } from "./access";
import { noteDamage } from "./damage-notes";
import {
  clearWorkFolder,
  type DataFolder,
  findOwner,
  openDataFolder,
  readOrMakePassword,
} from "./data-folder";
import { guardDisk, marksOf } from "./disk";
import { Engine } from "./engine";
import { EngineError } from "./engine-error";
import { KeptDefinitions, writeWhole } from "./kept-definitions";
import { listenOnLoopback, parsePort } from "./listen";
import type { Damage } from "./mend-store";
import { openMended, probeVariable } from "./open-store";
import { makePipes } from "./pipes";
import { QueryHandler } from "./query-handler";
import { createEngineServer, type EngineServer } from "./server";
import { Slots } from "./slots";

/**
 * The embedded engine as a process: ClickHouse inside, its HTTP interface outside, on 127.0.0.1.
 * A parent that forks it is told {type: "ready", url, user, password} or {type: "failed", reason}, and may send
 * {type: "stop"}. DATA_DIR and CLICKHOUSE_PORT are read from the environment; UV_THREADPOOL_SIZE must be set
 * before node starts, since every running query holds one of those threads.
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

const log = (line: string) => process.stderr.write(`engine: ${line}\n`);
const errorToLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0];

const stopping = new AbortController();
let stopRequested = false;

async function main(): Promise<void> {
  const hasParent = process.connected;
  const folder = openDataFolder(process.env.DATA_DIR || ".data");
  const port = parsePort(process.env.CLICKHOUSE_PORT);
  const definitions = new KeptDefinitions(folder.store, folder.definitions);
  const { engine, damage } = openEngine(folder, definitions);
  for (const line of await noteDamage(engine, folder, damage)) log(line);
  definitions.keepSoon(0);
  clearWorkFolder(folder.work);
  const credentials: Credentials = { user, password: readOrMakePassword(folder.passwordFile) };
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4;
  const pipes = await makePipes(folder.work, Math.max(1, threads - spareThreads));
  const guard = guardDisk(folder, engine, () => startAnew());
  const handler = new QueryHandler(engine, new Slots(pipes, maxWaiting), folder.work, guard, definitions);
  const server = createEngineServer(engine, handler, credentials, stopping.signal);
  const url = `http://127.0.0.1:${await listenOnLoopback(server.http, port)}`;

  writeAddress(folder, url);

  const stop = (why: string) => {
    if (stopRequested) return;
    stopRequested = true;
    definitions.keepDue();
    // Whoever asked for it knows.
    if (!process.connected) log(`stopping (${why})`);
    stopEngine(server, engine, folder).then(
      () => process.exit(0),
      (error: unknown) => {
        log(`could not stop cleanly: ${errorToLine(error)}`);
        process.exit(1);
      },
    );
  };
  const startAnew = () => {
    if (stopRequested) return;
    stopRequested = true;
    definitions.keepDue();
    log("the disk was full while data was written; starting anew, to look at every part of it");
    // The launcher starts what ends by itself. The parts that a merge was made of stay for 30 s (engine-config.ts).
    void stopEngine(server, engine, folder).finally(() => process.exit(1));
  };
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
  // Only now: whoever hears of the engine may signal it at once. A parent says for itself that it is ready.
  if (process.connected) process.send?.({ type: "ready", url, ...credentials });
  else if (hasParent) stop("its parent has gone");
  else {
    const access = `user ${user}, password in ${folder.passwordFile}`;
    process.stdout.write(`ClickHouse ${engine.version} at ${url}, ${access}\n`);
  }
}

function openEngine(folder: DataFolder, definitions: KeptDefinitions): { engine: Engine; damage: Damage } {
  const open = () =>
    Engine.open(folder.store, folder.config, marksOf(folder).reserve / 2, (broken) => {
      // Nothing heals it but a new process, which the launcher starts.
      log(`the engine has stopped: ${broken.message}`);
      process.exit(1);
    });
  try {
    return openMended(folder, definitions.read(), open);
  } catch (error) {
    const owner = findOwner(folder.store);
    if (owner === undefined) throw new Error(`Cannot open ${folder.store}: ${errorToLine(error)}`);
    const advice = "stop it, or set DATA_DIR to another folder";
    throw new Error(`The folder ${folder.store} is in use by another engine (process ${owner}): ${advice}`);
  }
}

/** For the commands that work beside a running engine. They do without it where there is no room for it. */
function writeAddress({ address }: DataFolder, url: string): void {
  try {
    writeWhole(address, `${JSON.stringify({ url, user, pid: process.pid })}\n`);
  } catch (error) {
    log(`${address} could not be written: ${errorToLine(error)}`);
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
  const folder = openDataFolder(process.env.DATA_DIR || ".data");
  try {
    Engine.open(folder.store, folder.config, marksOf(folder).reserve / 2, () => undefined);
  } catch {
    // Said already.
  }
  process.exit();
}

if (process.env[probeVariable] === "1") probe();
main().catch((error: unknown) => {
  const reason = errorToLine(error) ?? "unknown error";
  if (!process.send) {
    log(reason);
    process.exit(1);
  }
  process.send({ type: "failed", reason }, () => process.exit(1));
});
