// @ts-check
/**
 * How long each test file took, and what had to be tried again, by the runners' own reports: what a new test costs is
 * seen where it is paid for.
 */
import { relative } from "node:path";

/** @typedef {{ file: string, ms: number }} FileTime */

/**
 * Of Vitest's JSON report; paths from `root` on.
 * @param {unknown} report
 * @param {string} root
 * @returns {FileTime[]}
 */
export function vitestFiles(report, root) {
  const { testResults } =
    /** @type {{ testResults: { name: string, startTime: number, endTime: number }[] }} */ (report);
  return testResults.map(({ name, startTime, endTime }) => ({
    file: relative(root, name),
    // A file that could not be run has no times.
    ms: Number.isFinite(endTime - startTime) ? endTime - startTime : 0,
  }));
}

/**
 * Of Playwright's JSON report. Tests of a file run side by side: their times are summed, every try of them.
 * @param {unknown} report
 * @returns {FileTime[]}
 */
export function playwrightFiles(report) {
  const { suites, config } = /** @type {{ suites: PlaywrightSuite[], config?: { rootDir?: string } }} */ (
    report
  );
  const folder = relative(process.cwd(), config?.rootDir ?? "");
  return suites.map((suite) => ({ file: [folder, suite.file].filter(Boolean).join("/"), ms: msOf(suite) }));
}

/**
 * The tests of Playwright's JSON report that passed only when tried again, with their files.
 * @param {unknown} report
 * @returns {string[]}
 */
export function retriedTests(report) {
  const { suites } = /** @type {{ suites: PlaywrightSuite[] }} */ (report);
  return suites.flatMap((suite) => retriedIn(suite).map((title) => `${suite.file} › ${title}`));
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {string[]}
 */
function retriedIn({ suites = [], specs = [] }) {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === "flaky"));
  return [...own.map(({ title }) => title), ...suites.flatMap(retriedIn)];
}

/**
 * @typedef {object} PlaywrightSuite
 * @property {string} file
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, tests: { status: string, results: { duration: number }[] }[] }[]} [specs]
 */

/**
 * @param {PlaywrightSuite} suite
 * @returns {number}
 */
function msOf({ suites = [], specs = [] }) {
  const results = specs.flatMap(({ tests }) => tests.flatMap((test) => test.results));
  return [...results.map(({ duration }) => duration), ...suites.map(msOf)].reduce((sum, ms) => sum + ms, 0);
}

/**
 * @param {readonly FileTime[]} files
 * @returns {FileTime[]}
 */
export function slowestFirst(files) {
  return [...files].sort((a, b) => b.ms - a.ms);
}
