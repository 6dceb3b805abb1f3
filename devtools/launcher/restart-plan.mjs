// @ts-check
/** When to start something again that keeps dying, and when to stop trying. */

const firstBackoffMs = 200;
const lastBackoffMs = 5_000;
/** What was ready for this long did not die of what its start met: the count begins again. */
const quickDeathMs = 5_000;
/** A crash of its own may take longer to come about: a background merge, a request that is sent again. */
const quickCrashMs = 30_000;
const maxQuickDeaths = 10;

/**
 * @typedef {object} RestartPlan
 * @property {(death: { livedMs: number, isCrash: boolean }) => number | undefined} afterDeath
 *   the wait before the next start, or undefined where it died too often too quickly. `livedMs`: from being ready
 *   until what ended it began. `isCrash`: it ended by itself, not by a signal from outside
 */

/** @returns {RestartPlan} */
export function createRestartPlan() {
  let quickDeaths = 0;
  return {
    afterDeath({ livedMs, isCrash }) {
      quickDeaths = livedMs < (isCrash ? quickCrashMs : quickDeathMs) ? quickDeaths + 1 : 1;
      if (quickDeaths > maxQuickDeaths) return undefined;
      return Math.min(lastBackoffMs, firstBackoffMs * 2 ** (quickDeaths - 1));
    },
  };
}
