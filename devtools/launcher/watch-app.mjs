// @ts-check
/** Asks the app over its IPC channel whether it still turns, and tells it what its health shall say. */
import { processState } from "./process-state.mjs";
import { isRunning } from "./processes.mjs";

/**
 * @typedef {object} AppLimits
 * @property {number} lookEveryMs
 * @property {number} silenceMs
 * @property {number} stoppedMs
 */

/** @type {AppLimits} */
export const appLimits = {
  lookEveryMs: 2_000,
  // No request takes the event loop for longer than a second; a line of 30 kB once took 14 s, which the app survives.
  // Ending it costs whoever is connected, and the spans that wait to be stored.
  silenceMs: 30_000,
  // Seen at two looks.
  stoppedMs: 2_000,
};

/**
 * Ends an app that has answered before and no longer does.
 *
 * @param {object} options
 * @param {import("node:child_process").ChildProcess} options.child
 * @param {() => import("./restarts.mjs").RestartTotals} options.totals
 * @param {import("./keep-running.mjs").Kept["end"]} options.end
 * @param {AppLimits} [options.limits]
 * @returns {{ stop(): void }}
 */
export function watchApp({ child, totals, end, limits = appLimits }) {
  let silentMs = 0;
  let hasAnswered = false;
  let lookedMs = Date.now();
  /** @type {number | undefined} */
  let stoppedSinceMs;

  /** @param {unknown} message */
  const onMessage = (message) => {
    if (typeof message !== "object" || message === null || !("type" in message)) return;
    if (message.type !== "alive") return;
    hasAnswered = true;
    silentMs = 0;
  };
  child.on("message", onMessage);

  const look = () => {
    const nowMs = Date.now();
    const passedMs = nowMs - lookedMs;
    lookedMs = nowMs;
    const state = child.pid === undefined ? undefined : processState(child.pid)?.state;
    stoppedSinceMs = state === "T" ? (stoppedSinceMs ?? nowMs) : undefined;
    // A look that comes late says that the machine is short of time, or was asleep: it does not count.
    if (hasAnswered && passedMs < limits.lookEveryMs * 1.5 && state !== "D") silentMs += passedMs;
    if (stoppedSinceMs !== undefined && nowMs - stoppedSinceMs >= limits.stoppedMs) {
      end("its process was stopped", { beganMs: stoppedSinceMs });
    } else if (silentMs >= limits.silenceMs) {
      end(`it did not answer for ${limits.silenceMs / 1_000} s`, { beganMs: nowMs - silentMs });
    } else tellApp(child, totals());
  };
  const timer = setInterval(look, limits.lookEveryMs);
  tellApp(child, totals());
  return {
    stop() {
      clearInterval(timer);
      child.off("message", onMessage);
    },
  };
}

/**
 * What the app's health shall say; the app answers `{ type: "alive" }` (lib/server/launcher-link.ts).
 * @param {import("node:child_process").ChildProcess} child
 * @param {import("./restarts.mjs").RestartTotals} totals
 */
export function tellApp(child, totals) {
  if (!isRunning(child) || !child.connected) return;
  // A channel that closes at this moment belongs to an app that ends: its exit says so.
  child.send({ type: "restarts", totals }, () => undefined);
}
