import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where the engine keeps things below DATA_DIR. */
export type DataFolder = {
  root: string;
  /** ClickHouse's own store. */
  store: string;
  /** What the engine reads before it opens the store. */
  config: string;
  /** Pipes and results on their way: nothing that outlives the process. */
  work: string;
  passwordFile: string;
  /** See ballast.ts. */
  ballast: string;
};

export function openDataFolder(path: string): DataFolder {
  const root = resolve(path);
  mkdirSync(root, { recursive: true });
  return {
    root,
    store: join(root, "clickhouse"),
    config: join(root, "clickhouse-engine.xml"),
    work: join(root, "clickhouse-work"),
    passwordFile: join(root, "clickhouse-password"),
    ballast: join(root, "clickhouse-ballast"),
  };
}

/** The process that has the store open, by the engine's own note; undefined when none does. */
export function findOwner(store: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(store, "status"), "utf8");
  } catch {
    return undefined;
  }
  const pid = Number(/^PID: (\d+)$/m.exec(text)?.[1]);
  if (!Number.isInteger(pid) || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // The note stays behind a process that was killed; a process of another user still is one.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}

/** An empty work folder. Only for the process that has the store open. */
export function clearWorkFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** The password of the engine, made at the first start and kept: readable by this user only. */
export function readOrMakePassword(path: string): string {
  try {
    const kept = readFileSync(path, "utf8").trim();
    if (kept.length >= 32) {
      chmodSync(path, 0o600);
      return kept;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const password = randomBytes(32).toString("base64url");
  rmSync(path, { force: true });
  writeFileSync(path, `${password}\n`, { mode: 0o600, flag: "wx" });
  return password;
}
