// @ts-check
/** Child processes with an end: each run has a limit, each group is stopped whole. */
import { spawn } from "node:child_process";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** Of a command's output this much is kept, from its end: enough for a stack trace, bounded for a build log. */
const keptOutputChars = 64_000;
/** How long a command's last output may take to arrive once the command has ended. */
const outputGraceMs = 2_000;

/**
 * Runs a command to its end and gives its exit code with the end of its output (both streams, as they came).
 * A command that outlives `limitMs` is stopped with its group and counts as failed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {number} options.limitMs
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {AbortSignal} [options.signal] stops the command's group
 * @param {(line: string) => void} [options.onLine] each line of output, as it comes
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd, limitMs, env = process.env, signal, onLine }) {
  return new Promise((resolve) => {
    // In a group of its own, so that a command's own children end with it.
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    /** @param {string} text */
    const keep = (text) => {
      output = (output + text).slice(-keptOutputChars);
    };
    // Lines are put together stream by stream: one stream's text may come in the middle of the other's line.
    const endLines = [child.stdout, child.stderr].map((stream) => {
      let line = "";
      stream.setEncoding("utf8").on("data", (text) => {
        keep(text);
        const lines = (line + text).split("\n");
        line = lines.pop() ?? "";
        if (onLine) lines.forEach(onLine);
      });
      return () => line !== "" && onLine?.(line);
    });

    const stop = () => void stopGroup(child, { politeMs: 3_000 });
    const timer = setTimeout(() => {
      keep(`\nStopped: it did not end within ${limitMs / 1000} s.\n`);
      stop();
    }, limitMs);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });

    /** @type {NodeJS.Timeout | undefined} */
    let grace;
    /** @param {number} code */
    const end = (code) => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal?.removeEventListener("abort", stop);
      for (const endLine of endLines) endLine();
      resolve({ code, output });
    };
    child.once("error", (error) => {
      keep(`${error.message}\n`);
      end(127);
    });
    child.once("close", (code) => end(code ?? 1));
    // A process of another group that it left behind may hold its output open and is not waited for.
    child.once("exit", (code) => {
      grace = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        end(code ?? 1);
      }, outputGraceMs);
    });
  });
}

/** @param {ChildProcess} child */
export function isRunning(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/**
 * Resolves when the child has ended, or after `limitMs` with false.
 * @param {ChildProcess} child
 * @param {number} limitMs
 * @returns {Promise<boolean>}
 */
export function hasEndedWithin(child, limitMs) {
  if (!isRunning(child)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.off("exit", ended);
      resolve(false);
    }, limitMs);
    const ended = () => {
      clearTimeout(timer);
      resolve(true);
    };
    child.once("exit", ended);
  });
}

/**
 * Asks a child that leads its own group to end, waits `politeMs`, then kills whatever is left of the group.
 * `ask` says how to ask; without it the group gets SIGTERM. Gives false where it had to be killed.
 *
 * @param {ChildProcess} child
 * @param {{ politeMs: number, ask?: () => void }} options
 * @returns {Promise<boolean>}
 */
export async function stopGroup(child, { politeMs, ask }) {
  let polite = true;
  if (isRunning(child)) {
    if (ask) ask();
    else signalGroup(child, "SIGTERM");
    polite = await hasEndedWithin(child, politeMs);
  }
  // Also after a polite end: what the child started and left behind is in its group.
  signalGroup(child, "SIGKILL");
  if (!polite) await hasEndedWithin(child, 2_000);
  return polite;
}

/**
 * Sends a signal to a child and everything in its group; does nothing where the group is gone.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
