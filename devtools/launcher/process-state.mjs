// @ts-check
/** What the system says of a process, without asking the process. */
import { readFileSync } from "node:fs";

/** Linux's pages, on every machine that the engine's library is built for. */
const pageBytes = 4_096;

/**
 * @typedef {object} ProcessState
 * @property {string} state one letter as `ps` has it: R, S, D (waits for a disk), T (stopped), Z
 * @property {number} rssBytes
 */

/**
 * Undefined where the process is gone, or where there is no /proc (not Linux).
 * @param {number} pid
 * @returns {ProcessState | undefined}
 */
export function processState(pid) {
  try {
    // "pid (name) state ppid …", and the name may hold anything.
    const [state = ""] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const [, resident] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    return { state, rssBytes: Number(resident) * pageBytes };
  } catch {
    return undefined;
  }
}
