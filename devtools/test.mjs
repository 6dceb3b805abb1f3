// @ts-check
/**
 * `npm test`: installs and builds what is missing, then check, unit tests, integration tests against the
 * embedded engine, and browser tests against a really started Jiva. Runs all of them whatever fails, so that
 * one run shows everything. Its last line is `N passed, N failed`, over all test runners. With `--collector` the
 * Collector is built and tested too, where there is Go, and said to be untested where there is not.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./launcher/build.mjs";
import { requireChromium } from "./launcher/chromium.mjs";
import { install } from "./launcher/install.mjs";
import { run } from "./launcher/processes.mjs";
import { createReport, formatElapsed } from "./launcher/report.mjs";
import { CannotStart, requireNode } from "./launcher/settings.mjs";
import { none, playwrightTotals, sumOf, vitestTotals } from "./launcher/test-totals.mjs";

/** @typedef {import("./launcher/test-totals.mjs").Totals} Totals */
/** @typedef {{ name: string, totals: Totals | undefined, isGood: boolean, elapsedMs: number }} Outcome */

/** The longest step takes 2 min on two cores of its own, and 5 where others use them; what takes this long hangs. */
const stepLimitMs = 10 * 60_000;
/** Nothing cached: some 4 min of processor time for the Collector's build, and 2 for its scenario. */
const collectorLimitMs = 30 * 60_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const withCollector = process.argv.slice(2).includes("--collector");
const report = createReport(process.stdout, { name: "test" });
const stopping = new AbortController();
for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(name, () => stopping.abort());
}
const { signal } = stopping;
const reports = mkdtempSync(join(tmpdir(), "jiva-test-reports-"));
/** @type {Outcome[]} */
const outcomes = [];

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
    output:
      error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error),
    totals: undefined,
    remark: undefined,
  }));
  signal.throwIfAborted();
  // A runner that fails without a failed test (a set-up that broke, no test found) still failed.
  const counted = totals && { ...totals, failed: code === 0 ? totals.failed : Math.max(1, totals.failed) };
  const isGood = code === 0 && (counted?.failed ?? 0) === 0;
  outcomes.push({ name, totals: counted, isGood, elapsedMs: Date.now() - startedMs });
  const said = counted === undefined ? "" : totalsToText(counted);
  if (isGood) step.done(remark ?? (said || "ok"));
  else {
    step.failed(said || "see below");
    process.stdout.write(`\n${output.trim()}\n\n`);
  }
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
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine]
 */
async function runNode({ args, file, totalsOf, env = process.env, onLine }) {
  const result = await run(process.execPath, args, { cwd: root, limitMs: stepLimitMs, env, signal, onLine });
  if (file === undefined || totalsOf === undefined) return result;
  const totals = existsSync(file) ? totalsOf(JSON.parse(readFileSync(file, "utf8"))) : none;
  return { ...result, totals };
}

/** @param {"unit" | "integration"} project */
function vitest(project) {
  const file = join(reports, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...reporters];
  return runNode({ args, file, totalsOf: vitestTotals });
}

/** @param {import("./launcher/report.mjs").Step} step */
async function playwright(step) {
  const chromium = await requireChromium({ root, env: process.env, signal, onProgress: step.progress });
  step.progress(chromium);
  const file = join(reports, "browser.json");
  return runNode({
    args: ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"],
    file,
    totalsOf: playwrightTotals,
    env: { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    onLine: (line) => {
      const number = /^\s*\S+\s+(\d+) /.exec(line)?.[1];
      if (number !== undefined) step.progress(`test ${number}`);
    },
  });
}

/** The Collector's own test says why it did not run where it did not; that line stands for its totals. */
async function collector() {
  const args = ["devtools/otel-collector/test.mjs", "--outage=15"];
  const result = await run(process.execPath, args, { cwd: root, limitMs: collectorLimitMs, signal });
  const lines = result.output.trim().split("\n");
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? "") ?? [];
  const totals = { ...none, passed: Number(passed ?? 0), failed: Number(failed ?? 1) };
  const remark = totals.passed + totals.failed === 0 ? lines.at(-2) : undefined;
  return { ...result, totals, remark };
}

async function test() {
  requireNode(process.versions.node);
  await install({ root, withDev: true, report, signal });
  await runStep("check", () => runNode({ args: ["devtools/check.mjs"] }));
  await runStep("unit tests", () => vitest("unit"));
  await build({ root, steps: ["engine", "viewer", "workers", "server", "app"], report, signal });
  await runStep("integration tests", () => vitest("integration"));
  await runStep("browser tests", playwright);
  if (withCollector) await runStep("collector", collector);
}

/** @type {string | undefined} */
let trouble;
try {
  await test();
} catch (error) {
  if (!signal.aborted) {
    trouble =
      error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error);
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}

if (signal.aborted) process.exit(130);
process.stdout.write("\n");
for (const { name, totals, isGood, elapsedMs } of outcomes) {
  const columns = [
    name.padEnd(20),
    isGood ? "ok    " : "failed",
    formatElapsed(elapsedMs).padStart(12),
    totals === undefined ? "" : totalsToText(totals),
  ];
  process.stdout.write(`${columns.join("  ").trimEnd()}\n`);
}
if (trouble !== undefined) process.stdout.write(`\n${trouble}\n`);
const { passed, failed } = sumOf(outcomes.flatMap(({ totals }) => totals ?? []));
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(trouble === undefined && outcomes.every(({ isGood }) => isGood) ? 0 : 1);
