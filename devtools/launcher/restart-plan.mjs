// @ts-check
/** When to start something again that keeps dying, and when to stop trying. */

const firstBackoffMs = 200;
const lastBackoffMs = 5_000;
/** What lived this long did not die of what its start met: the count begins again. */
const quickDeathMs = 30_000;
const mostQuickDeaths = 10;

/**
 * @typedef {object} RestartPlan
 * @property {(livedMs: number) => number | undefined} afterDeath
 *   the wait before the next start, or undefined where it died too often too quickly
 */

/** @returns {RestartPlan} */
export function createRestartPlan() {
  let quickDeaths = 0;
  return {
    afterDeath(livedMs) {
      quickDeaths = livedMs < quickDeathMs ? quickDeaths + 1 : 1;
      if (quickDeaths > mostQuickDeaths) return undefined;
      return Math.min(lastBackoffMs, firstBackoffMs * 2 ** (quickDeaths - 1));
    },
  };
}
