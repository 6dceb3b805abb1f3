// @ts-check
/** How often the engine and the app were started anew, and why: for the launcher's lines and for /api/health. */

/**
 * @typedef {object} PartRestarts
 * @property {number} restarts since the launcher's start
 * @property {{ at: string, reason: string }} [last_restart] `at` in ISO 8601, UTC
 * @property {boolean} is_away true while it is being started anew
 *
 * @typedef {{ engine?: PartRestarts, app: PartRestarts }} RestartTotals `engine` where the launcher has its own
 *
 * @typedef {object} Restarts
 * @property {(part: "engine" | "app", reason: string) => void} gone
 * @property {(part: "engine" | "app") => void} back
 * @property {() => RestartTotals} totals
 */

/**
 * @param {object} options
 * @param {boolean} options.ownEngine
 * @param {() => void} options.onChange
 * @returns {Restarts}
 */
export function createRestarts({ ownEngine, onChange }) {
  /** @type {RestartTotals} */
  let totals = {
    ...(ownEngine && { engine: { restarts: 0, is_away: false } }),
    app: { restarts: 0, is_away: false },
  };
  /**
   * @param {"engine" | "app"} part
   * @param {(before: PartRestarts) => PartRestarts} next
   */
  function change(part, next) {
    totals = { ...totals, [part]: next(totals[part] ?? { restarts: 0, is_away: false }) };
    onChange();
  }
  return {
    gone: (part, reason) =>
      change(part, ({ restarts }) => ({
        restarts: restarts + 1,
        last_restart: { at: new Date().toISOString(), reason },
        is_away: true,
      })),
    back: (part) => change(part, (before) => ({ ...before, is_away: false })),
    totals: () => totals,
  };
}
