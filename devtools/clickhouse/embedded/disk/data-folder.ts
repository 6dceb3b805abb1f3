import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

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
  /** See kept-definitions.ts. */
  definitions: string;
  /** Where the running engine is reached; for the commands that work beside it. */
  address: string;
  /** What was found damaged, for as long as nobody has read it. */
  notes: string;
  /** What could not be opened. */
  aside: string;
};

/** Makes the folder where it is missing, and keeps others out of it. Throws one sentence where it cannot be used. */
export function openDataFolder(path: string): DataFolder {
  const root = resolve(path);
  makeUsable(root);
  return {
    root,
    store: join(root, "clickhouse"),
    config: join(root, "clickhouse-engine.xml"),
    work: join(root, "clickhouse-work"),
    passwordFile: join(root, "clickhouse-password"),
    ballast: join(root, "clickhouse-ballast"),
    definitions: join(root, "clickhouse-definitions.json"),
    address: join(root, "clickhouse-address"),
    notes: join(root, "damage.txt"),
    aside: join(root, "set-aside", new Date().toISOString().replace(/[:.]/g, "-")),
  };
}

const otherFolder = "or set DATA_DIR to another folder";

function makeUsable(root: string): void {
  if (isFile(root)) throw new Error(`DATA_DIR is ${root}, which is a file: move it away, ${otherFolder}`);
  try {
    makeFolder(root);
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`DATA_DIR is ${root}, which ${whyNot(error)}: mend that, ${otherFolder}`);
  }
  const own = process.getuid?.();
  const store = statSync(join(root, "clickhouse"), { throwIfNoEntry: false });
  if (store && own !== undefined && store.uid !== own)
    throw new Error(
      `DATA_DIR is ${root}, which another user's Jiva wrote (user id ${store.uid}): start it as that user, ${otherFolder}`,
    );
  // The traces hold what people asked.
  if (own !== undefined && statSync(root).uid === own) chmodSync(root, 0o700);
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EROFS") return "lies on a disk that can only be read";
  if (code === "ENOSPC") return "cannot be made, because the disk is full";
  if (code === "ENOTDIR") return "lies below a file";
  if (code === "ENOENT") return "cannot be made there";
  if (code === "EACCES" || code === "EPERM") return "this user may not write to";
  return `cannot be used (${code})`;
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

/**
 * Makes a folder with those above it. Not by Node's own `recursive`: it never returns where the system answers that
 * a folder which is there is not (Node 20, anything below /proc).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
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
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT")
      throw new Error(
        `Cannot read ${path} (${code}): make it readable for this user, or move it away for a new one`,
      );
  }
  const password = randomBytes(32).toString("base64url");
  rmSync(path, { force: true });
  writeFileSync(path, `${password}\n`, { mode: 0o600, flag: "wx" });
  return password;
}
