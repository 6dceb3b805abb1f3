// @ts-check
/** Figures of a benchmark: each is a median of several, printed with the machine it was taken on. */
import { availableParallelism, cpus } from "node:os";

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * The value that a share `q` of the values does not exceed (nearest rank).
 * @param {readonly number[]} values
 * @param {number} q
 */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/**
 * Milliseconds that `work` takes, `times` times after `warmUps` that do not count.
 * @param {{ times: number, warmUps?: number }} options
 * @param {(index: number) => Promise<unknown>} work
 * @returns {Promise<number[]>}
 */
export async function timesOf({ times, warmUps = 3 }, work) {
  const taken = [];
  for (let index = -warmUps; index < times; index++) {
    const startedMs = performance.now();
    await work(index);
    if (index >= 0) taken.push(performance.now() - startedMs);
  }
  return taken;
}

export function machineLine() {
  const [first] = cpus();
  return `${availableParallelism()} cores (${first?.model.trim() ?? "unknown"}), Node ${process.versions.node}`;
}

/**
 * One line of figures: what, p50, p95, and the goal where there is one.
 * @param {string} what
 * @param {readonly number[]} valuesMs
 * @param {number} [goalMs]
 */
export function printTimes(what, valuesMs, goalMs) {
  const p50 = median(valuesMs);
  const goal = goalMs === undefined ? "" : `  goal ≤ ${goalMs} ms: ${p50 <= goalMs ? "met" : "missed"}`;
  const figures = `p50 ${formatMs(p50)}  p95 ${formatMs(quantile(valuesMs, 0.95))}  n ${valuesMs.length}`;
  process.stdout.write(`${what.padEnd(44)} ${figures}${goal}\n`);
}

/** @param {number} ms */
export function formatMs(ms) {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`;
}
