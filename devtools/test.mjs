// @ts-check
/**
 * `npm test`: installs and builds what is missing, then check, unit tests, integration tests against the embedded
 * engine, and browser tests against a really started Jiva. Runs all of them whatever fails, so that one run shows
 * everything. Its last line is `N passed, N failed`, over all test runners. With `--collector` and its like the
 * small part of that suite is run too (devtools/suites/table.mjs), with `--ci` that of each. With `--long`, and so with
 * `--ci`, the tests themselves take their long form (lib/base/testing/length.ts).
 *
 * The machine it has to pass on has two cores. None of the runners keeps both busy: the tests of the engine wait for
 * the engine, a browser for its pages. So two lanes run side by side, the quick answers first in theirs:
 *
 *     check → unit tests → integration tests → suites
 *           → builds → browser tests
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./launcher/build.mjs";
import { requireChromium } from "./launcher/chromium.mjs";
import { buildSteps } from "./launcher/freshness.mjs";
import { install } from "./launcher/install.mjs";
import { run } from "./launcher/processes.mjs";
import { createReport, formatElapsed } from "./launcher/report.mjs";
import { CannotStart, requireNode } from "./launcher/settings.mjs";
import { none, playwrightTotals, sumOf, vitestTotals } from "./launcher/test-totals.mjs";
import { suiteOutcome } from "./suites/run-suite.mjs";
import { playwrightFiles, retriedTests, slowestFirst, vitestFiles } from "./suites/slow-files.mjs";
import { suites } from "./suites/table.mjs";

/** @typedef {import("./launcher/test-totals.mjs").Totals} Totals */
/** @typedef {{ name: string, totals: Totals | undefined, remark: string, isGood: boolean, elapsedMs: number }} Outcome */

/** The longest step takes 3 min on two cores of its own, and 8 where others use them; what takes this long hangs. */
const stepLimitMs = 15 * 60_000;
const shownFiles = 10;

const root = fileURLToPath(new URL("..", import.meta.url));
const report = createReport(process.stdout, { name: "test" });
const stopping = new AbortController();
for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(name, () => stopping.abort());
}
const { signal } = stopping;
const reports = mkdtempSync(join(tmpdir(), "jiva-test-reports-"));
/** @type {Outcome[]} */
const outcomes = [];
const isLong = process.argv.includes("--long") || process.argv.includes("--ci");
const env = { ...process.env, TEST_LENGTH: isLong ? "long" : "short" };
/** @type {import("./suites/slow-files.mjs").FileTime[]} */
const fileTimes = [];
/** @type {string[]} */
const retried = [];

/**
 * Runs one step of the test, shows its output where it failed, and keeps its outcome.
 * @param {string} name
 * @param {(step: import("./launcher/report.mjs").Step) =>
 *   Promise<{ code: number, output: string, totals?: Totals, remark?: string }>} work `remark` says more than totals do
 */
async function runStep(name, work) {
  signal.throwIfAborted();
  const startedMs = Date.now();
  const step = report.step(name);
  const { code, output, totals, remark } = await work(step).catch((error) => ({
    code: 1,
    output: troubleIn(error),
    totals: undefined,
    remark: undefined,
  }));
  signal.throwIfAborted();
  // A runner that fails without a failed test (a set-up that broke, no test found) still failed.
  const counted = totals && { ...totals, failed: code === 0 ? totals.failed : Math.max(1, totals.failed) };
  const isGood = code === 0 && (counted?.failed ?? 0) === 0;
  const said = (isGood ? remark : undefined) ?? (counted === undefined ? "" : totalsToText(counted));
  outcomes.push({ name, totals: counted, remark: said, isGood, elapsedMs: Date.now() - startedMs });
  if (isGood) step.done(said || "ok");
  else {
    step.failed(said || "see below");
    report.block(output.trim());
  }
}

/** @param {unknown} error */
function troubleIn(error) {
  return error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error);
}

/** @param {Totals} totals */
function totalsToText({ passed, retried, failed, skipped }) {
  const parts = [`${passed} passed`];
  if (retried > 0) parts.push(`${retried} of them only at the second try`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(", ");
}

/**
 * Runs a Node program and reads the report that it leaves.
 * @param {object} options
 * @param {readonly string[]} options.args
 * @param {string} [options.file] of the JSON report
 * @param {(report: unknown) => Totals} [options.totalsOf]
 * @param {(report: unknown) => import("./suites/slow-files.mjs").FileTime[]} [options.filesOf]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine]
 */
async function runNode({ args, file, totalsOf, filesOf, env: own = env, onLine }) {
  const result = await run(process.execPath, args, {
    cwd: root,
    limitMs: stepLimitMs,
    env: own,
    signal,
    onLine,
  });
  if (file === undefined || totalsOf === undefined) return result;
  if (!existsSync(file)) return { ...result, totals: none };
  const left = JSON.parse(readFileSync(file, "utf8"));
  if (filesOf) fileTimes.push(...filesOf(left));
  return { ...result, totals: totalsOf(left) };
}

/** @param {"unit" | "integration"} project */
function vitest(project) {
  const file = join(reports, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...reporters];
  return runNode({ args, file, totalsOf: vitestTotals, filesOf: (left) => vitestFiles(left, root) });
}

/**
 * @param {import("./launcher/report.mjs").Step} step
 * @param {Promise<string>} browser
 */
async function playwright(step, browser) {
  const chromium = await browser;
  step.progress(chromium);
  const file = join(reports, "browser.json");
  return runNode({
    args: ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"],
    file,
    totalsOf: playwrightTotals,
    filesOf: (left) => {
      retried.push(...retriedTests(left));
      return playwrightFiles(left);
    },
    env: { ...env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    onLine: (line) => {
      const number = /^\s*\S+\s+(\d+) /.exec(line)?.[1];
      if (number !== undefined) step.progress(`test ${number}`);
    },
  });
}

/** @param {import("./suites/table.mjs").Suite} suite */
async function runSmallPart({ program, small, limitMs }) {
  const result = await run(process.execPath, [program, ...small], { cwd: root, limitMs, signal });
  return { ...result, ...suiteOutcome(result.output) };
}

/** @param {readonly string[]} args */
function suitesIn(args) {
  const known = ["--ci", "--long", ...suites.map(({ name }) => `--${name}`)];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown !== undefined) {
    const [, ...names] = known;
    throw new CannotStart(
      `There is no ${unknown}; take --ci for all of ${names.join(", ")}, or some of them.`,
    );
  }
  return suites.filter(({ name }) => args.includes("--ci") || args.includes(`--${name}`));
}

async function test() {
  requireNode(process.versions.node);
  const asked = suitesIn(process.argv.slice(2));
  const packages = install({ root, withDev: true, report, signal });
  // Beside it: a browser that has to be installed comes from another server.
  const browser = requireChromium({ root, env: process.env, signal, packages, onProgress: report.line });
  // Where there is none, the browser tests say so.
  browser.catch(() => {});
  await packages;
  await runStep("check", () => runNode({ args: ["devtools/check.mjs"] }));

  const names = /** @type {import("./launcher/freshness.mjs").StepName[]} */ (Object.keys(buildSteps));
  const built = build({ root, steps: names, report, signal });
  const lanes = await Promise.allSettled([
    (async () => {
      await runStep("unit tests", () => vitest("unit"));
      // Some of them start Jiva as it was built.
      await built;
      await runStep("integration tests", () => vitest("integration"));
    })(),
    built.then(() => runStep("browser tests", (step) => playwright(step, browser))),
  ]);
  for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
  for (const suite of asked) await runStep(suite.name, () => runSmallPart(suite));
}

/** @type {string | undefined} */
let trouble;
try {
  await test();
} catch (error) {
  if (!signal.aborted) trouble = troubleIn(error);
} finally {
  rmSync(reports, { recursive: true, force: true });
}

if (signal.aborted) process.exit(130);
const slowest = slowestFirst(fileTimes).slice(0, shownFiles);
if (slowest.length > 0) process.stdout.write("\nThe slowest files, with everything that ran beside them:\n");
for (const { file, ms } of slowest) process.stdout.write(`${formatElapsed(ms).padStart(12)}  ${file}\n`);
if (retried.length > 0) process.stdout.write(`\nOnly at the second try: ${retried.join(", ")}\n`);
process.stdout.write("\n");
for (const { name, isGood, elapsedMs, remark } of outcomes) {
  const columns = [
    name.padEnd(20),
    isGood ? "ok    " : "failed",
    formatElapsed(elapsedMs).padStart(12),
    remark,
  ];
  process.stdout.write(`${columns.join("  ").trimEnd()}\n`);
}
if (trouble !== undefined) process.stdout.write(`\n${trouble}\n`);
const { passed, failed } = sumOf(outcomes.flatMap(({ totals }) => totals ?? []));
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(trouble === undefined && outcomes.every(({ isGood }) => isGood) ? 0 : 1);
