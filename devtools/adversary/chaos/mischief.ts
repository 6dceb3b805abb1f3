import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TriedJiva } from "../live/tried-jiva";

/** What befalls a running Jiva. */
export const mischiefs = ["hang", "stop engine", "kill engine", "kill app", "exhaust memory"] as const;
export type Mischief = (typeof mischiefs)[number];

/** A client that has seen enough of a statement that never ends leaves after this time. */
const patienceMs = 500;
const memoryLimitMs = 30_000;

/** The engine's own statements of this kind are recognised by this. */
export const hangingTable = "jiva.adversary_never_ends";

export async function prepareMischief({ engine }: TriedJiva): Promise<void> {
  await engine.command({
    query: `CREATE TABLE IF NOT EXISTS ${hangingTable} (s Nullable(String), i Nullable(Int32), l Nullable(Int64),
      f Nullable(Float64), b Nullable(Bool), d Nullable(DateTime64(6))) ENGINE = MergeTree ORDER BY tuple()`,
  });
}

/**
 * Does it. The promise that it gives resolves once nothing more will come of it by itself: what that is like is for
 * others to see.
 */
export async function doMischief(
  mischief: Mischief,
  tried: TriedJiva,
  root: string,
): Promise<{ readonly over: Promise<void> }> {
  switch (mischief) {
    case "hang":
      await hang(tried, readFileSync(join(root, "lib/ingest/parquet/test-data/never-ends.parquet")));
      break;
    case "stop engine":
      signal(tried.enginePid(), "SIGSTOP");
      break;
    case "kill engine":
      signal(tried.enginePid(), "SIGKILL");
      break;
    case "kill app":
      signal(tried.appPid(), "SIGKILL");
      break;
    case "exhaust memory":
      return { over: exhaustMemory(tried) };
  }
  return { over: Promise.resolve() };
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) throw new Error(`There is no process to send ${name} to.`);
  process.kill(pid, name);
}

/** A damaged page, posted straight to the engine: its statement neither ends nor can be cancelled. */
async function hang({ engineUrl, enginePassword }: TriedJiva, page: Uint8Array): Promise<void> {
  const query = `INSERT INTO ${hangingTable} FORMAT Parquet`;
  await fetch(`${engineUrl}/?${new URLSearchParams({ query })}`, {
    method: "POST",
    headers: { "X-ClickHouse-User": "default", "X-ClickHouse-Key": enginePassword },
    body: new Uint8Array(page),
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined);
}

/**
 * Statements that hold all that they read, with their own limit taken off: some GB within a few seconds. They end when
 * the engine refuses them, or is ended itself.
 */
async function exhaustMemory({ engineUrl, enginePassword }: TriedJiva): Promise<void> {
  const query =
    "SELECT length(groupArray(randomString(1000))) FROM numbers(6000000) SETTINGS max_memory_usage = 0, max_threads = 1";
  const one = async () => {
    const response = await fetch(engineUrl, {
      method: "POST",
      headers: { "X-ClickHouse-User": "default", "X-ClickHouse-Key": enginePassword },
      body: query,
      signal: AbortSignal.timeout(memoryLimitMs),
    });
    await response.arrayBuffer();
  };
  await Promise.allSettled([one(), one()]);
}
