// @ts-check
/** What every suite that is run by name has in common: its signals, its last line, its exit code. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../launcher/processes.mjs";
import { createReport } from "../launcher/report.mjs";
import { CannotStart } from "../launcher/settings.mjs";
import { none, vitestTotals } from "../launcher/test-totals.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Thrown if a suite cannot run on this machine, which does not count as a failure. `because` ends a sentence. */
export class NotRun extends Error {
  /** @param {string} because such as "Go is not installed here" */
  constructor(because) {
    super(`not run, because ${because}`);
    this.because = because;
  }
}

/**
 * @typedef {import("../launcher/test-totals.mjs").Totals} Totals
 *
 * @typedef {object} SuiteRun
 * @property {import("../launcher/report.mjs").Report} report
 * @property {AbortSignal} signal aborted by Ctrl-C and its kin
 */

/**
 * Runs a suite. The program's last line is `N passed, N failed`, and the line before it says why where it was not
 * run; `suiteOutcome` reads both. The exit code is 1 where a test failed or the suite could not be set up.
 *
 * @param {string} name as in `npm run NAME`
 * @param {(suite: SuiteRun) => Promise<Totals>} test throws NotRun where this machine lacks what it needs, and
 *   CannotStart with a sentence that says what to do
 */
export async function runSuite(name, test) {
  const report = createReport(process.stdout, { name });
  const stopping = new AbortController();
  for (const each of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(each, () => stopping.abort());
  }
  try {
    const { passed, failed } = await test({ report, signal: stopping.signal }).catch((error) => {
      if (!(error instanceof NotRun)) throw error;
      report.line(error.message);
      return none;
    });
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    process.exitCode = failed === 0 ? 0 : 1;
  } catch (error) {
    process.exitCode = stopping.signal.aborted ? 130 : 1;
    if (!stopping.signal.aborted) {
      report.line(
        error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error),
      );
    }
  }
}

/**
 * What a suite's output says of it: its totals, and why it was not run. A suite that broke off says neither, and
 * counts as one failed test.
 * @param {string} output
 * @returns {{ totals: Totals, remark: string | undefined }}
 */
export function suiteOutcome(output) {
  const lines = output.trim().split("\n");
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "") ?? [];
  const [remark] = /not run, because .*/.exec(lines.at(-2) ?? "") ?? [];
  return { totals: { ...none, passed: Number(passed ?? 0), failed: Number(failed ?? 1) }, remark };
}

/**
 * Runs the scenarios of a Vitest configuration of their own, shows what it prints, and gives its totals.
 * @param {SuiteRun & { config: string, limitMs: number, env?: Readonly<Record<string, string>> }} options
 * @returns {Promise<Totals>}
 */
export async function runVitest({ config, limitMs, env = {}, signal }) {
  const work = mkdtempSync(join(tmpdir(), "jiva-suite-"));
  const file = join(work, "report.json");
  const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile.json=${file}`];
  try {
    const { code } = await run(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", `--config=${config}`, ...reporters],
      {
        cwd: root,
        limitMs,
        signal,
        // A killed run leaves its files in our folder.
        env: { ...process.env, TMPDIR: work, ...env },
        onLine: (line) => void process.stdout.write(`${line}\n`),
      },
    );
    signal.throwIfAborted();
    const totals = existsSync(file) ? vitestTotals(JSON.parse(readFileSync(file, "utf8"))) : none;
    // A set-up that broke fails no test.
    return { ...totals, failed: code === 0 ? totals.failed : Math.max(1, totals.failed) };
  } finally {
    // An engine whose test was killed takes a moment to end.
    rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}
