// @ts-check
/**
 * Whether another engine has the data folder open. Asked before the long work of a first start; without
 * /proc (not Linux) nothing is found here and the engine says it later.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CannotStart } from "./settings.mjs";

/** An engine whose launcher was killed lets the app finish and then ends by itself: within 15 s. */
const leavingLimitMs = 20_000;
const pollMs = 200;

/**
 * The process that holds ClickHouse's lock on the folder. The lock counts, not the process id that the lock
 * file holds: that outlives a power cut, and the number can belong to somebody else by then.
 * @param {string} dataDir
 * @returns {number | undefined}
 */
export function ownerOf(dataDir) {
  try {
    const { ino } = statSync(join(dataDir, "clickhouse/status"));
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      // 1: FLOCK  ADVISORY  WRITE 4242 00:2f:1234567 0 EOF
      const [, kind, , , pid, place] = line.trim().split(/\s+/);
      if (kind === "FLOCK" && place?.split(":")[2] === String(ino)) return Number(pid);
    }
  } catch {
    // No folder yet, or no /proc.
  }
  return undefined;
}

/**
 * Throws one line where a running Jiva has the folder. Waits for an engine that lost its launcher to end.
 * @param {{ dataDir: string, report: import("./report.mjs").Report, signal: AbortSignal }} options
 */
export async function requireFreeFolder({ dataDir, report, signal }) {
  const owner = ownerOf(dataDir);
  if (owner === undefined) return;
  const inUse = new CannotStart(
    `${dataDir} is in use by another Jiva (engine process ${owner}). Stop it, or take another folder: DATA_DIR=… npm start`,
  );
  if (isLaunched(owner)) throw inUse;
  const step = report.step("waiting for an engine without a launcher to end");
  const deadlineMs = Date.now() + leavingLimitMs;
  while (ownerOf(dataDir) !== undefined) {
    if (signal.aborted || Date.now() > deadlineMs) {
      step.failed(signal.aborted ? "stopped" : "it stays");
      signal.throwIfAborted();
      throw inUse;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  step.done();
}

/**
 * True where the parent of a process is a launcher.
 * @param {number} pid
 */
function isLaunched(pid) {
  try {
    // "pid (name) state ppid …", and the name may hold anything.
    const parent = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[1];
    return readFileSync(`/proc/${parent}/cmdline`, "utf8").includes("start.mjs");
  } catch {
    return false;
  }
}
