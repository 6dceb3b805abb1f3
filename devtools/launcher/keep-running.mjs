// @ts-check
/** Keeps a child process running: it is started anew when it dies, until it dies too often too quickly. */
import { hasEndedWithin, isRunning, signalGroup, stopGroup } from "./processes.mjs";
import { createRestartPlan } from "./restart-plan.mjs";
import { CannotStart } from "./settings.mjs";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** What SIGKILL does not end within this time hangs in the system itself. */
const killLimitMs = 10_000;

/** Signals that come from outside; all others, and every exit code, are the process's own doing. */
const foreignSignals = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);

/**
 * @typedef {object} Kept
 * @property {ChildProcess} child the one that runs now
 * @property {(reason: string, began?: { beganMs?: number, detail?: string }) => void} end
 *   kills the one that runs now; it is started anew
 * @property {(options: { politeMs: number, ask?: (child: ChildProcess) => void }) => Promise<boolean>} stop
 *   for good; gives false where it had to be killed
 */

/**
 * @param {object} options
 * @param {"engine" | "app"} options.name
 * @param {ChildProcess} options.child runs and is ready
 * @param {() => ChildProcess | Promise<ChildProcess>} options.spawn throws CannotStart where no further try can help
 * @param {(child: ChildProcess) => Promise<void>} options.ready resolves when a new child is ready; rejects with the
 *   reason where it is not, with a CannotStart where no further try can help
 * @param {(child: ChildProcess, end: Kept["end"]) => { stop(): void }} options.watch
 * @param {string} options.advice shown when it keeps ending
 * @param {import("./report.mjs").Report} options.report
 * @param {import("./restarts.mjs").Restarts} options.restarts
 * @param {(reason: string) => void} options.onGivenUp called once
 * @param {import("./restart-plan.mjs").RestartPlan} [options.plan]
 * @returns {Kept}
 */
export function keepRunning({
  name,
  child: first,
  spawn,
  ready,
  watch,
  advice,
  report,
  restarts,
  onGivenUp,
  plan = createRestartPlan(),
}) {
  let child = first;
  let isStopping = false;
  /** @type {NodeJS.Timeout | undefined} */
  let restart;
  /** @type {{ stop(): void } | undefined} */
  let watcher;
  /** Why the child that runs now was ended, and since when that was so. @type {{ reason: string, beganMs: number, isCrash: boolean } | undefined} */
  let ending;

  guard(Date.now());

  /** @param {number} readyMs */
  function guard(readyMs) {
    const guarded = child;
    ending = undefined;
    watcher = watch(guarded, end);
    const died = () => {
      watcher?.stop();
      if (isStopping) return;
      const { reason, beganMs, isCrash } = ending ?? {
        reason: howItEnded(guarded),
        beganMs: Date.now(),
        isCrash: guarded.signalCode === null || !foreignSignals.has(guarded.signalCode),
      };
      if (ending === undefined || isCrash)
        report.line(`the ${name} ended by itself (${reason}); starting it again`);
      comeBack(reason, beganMs - readyMs, isCrash);
    };
    guarded.on("message", (message) => {
      if (typeof message !== "object" || message === null || !("type" in message)) return;
      if (message.type === "ending" && "reason" in message && ending === undefined) {
        ending = { reason: String(message.reason), beganMs: Date.now(), isCrash: true };
      }
    });
    // One that cannot be signalled or sent to says so by its exit.
    guarded.on("error", () => undefined);
    if (!isRunning(guarded)) died();
    else guarded.once("exit", died);
  }

  /** @type {Kept["end"]} */
  function end(reason, { beganMs = Date.now(), detail } = {}) {
    if (isStopping || ending !== undefined) return;
    watcher?.stop();
    ending = { reason, beganMs, isCrash: false };
    report.line(
      `the ${name} is ended: ${reason}${detail === undefined ? "" : ` (${detail})`}; starting it again`,
    );
    const ended = child;
    // A stopped process is killed too, and with it whatever else is in its group.
    signalGroup(ended, "SIGKILL");
    void hasEndedWithin(ended, killLimitMs).then((hasEnded) => {
      if (hasEnded || isStopping) return;
      onGivenUp(
        `The ${name} (process ${ended.pid}) hangs in the system and cannot be ended. Restart the machine.`,
      );
    });
  }

  /**
   * @param {string} reason
   * @param {number} livedMs
   * @param {boolean} isCrash
   */
  function comeBack(reason, livedMs, isCrash) {
    restarts.gone(name, reason);
    const waitMs = plan.afterDeath({ livedMs, isCrash });
    if (waitMs === undefined) return giveUp(`The ${name} keeps ending (${reason}). ${advice}`);
    restart = setTimeout(() => void startAgain(), waitMs);
  }

  async function startAgain() {
    const startedMs = Date.now();
    // What a dead leader leaves in its group would hold its folder or its port.
    await stopGroup(child, { politeMs: 0 });
    if (isStopping) return;
    try {
      child = await spawn();
      // It was stopped while it came to be.
      if (isStopping) return void stopGroup(child, { politeMs: 0 });
      const failed = new Promise((_, reject) => child.once("error", reject));
      await Promise.race([ready(child), failed]);
      if (isStopping) return;
      report.line(`the ${name} is back after ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
      restarts.back(name);
      guard(Date.now());
    } catch (error) {
      if (isStopping) return;
      await stopGroup(child, { politeMs: 0 });
      if (error instanceof CannotStart) return giveUp(error.message);
      const reason = error instanceof Error ? error.message : String(error);
      report.line(`the ${name} did not start (${reason}); trying again`);
      comeBack(reason, 0, true);
    }
  }

  /** @param {string} reason */
  function giveUp(reason) {
    if (!isStopping) onGivenUp(reason);
  }

  return {
    get child() {
      return child;
    },
    end,
    stop({ politeMs, ask }) {
      isStopping = true;
      clearTimeout(restart);
      watcher?.stop();
      const stopped = child;
      return stopGroup(stopped, { politeMs, ...(ask && { ask: () => ask(stopped) }) });
    },
  };
}

/** @param {ChildProcess} child */
export function howItEnded(child) {
  return child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode;
}
