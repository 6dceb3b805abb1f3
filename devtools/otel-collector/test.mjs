// @ts-check
/**
 * `npm run test:collector`: builds the Collector from its manifest, and sends spans through it into the embedded
 * engine, past the death of either. `--outage=20` shortens the minute for which the engine is away. Its last line
 * is `N passed, N failed`. Where there is no Go, or it cannot fetch the modules, it says so and ends well.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../launcher/build.mjs";
import { install } from "../launcher/install.mjs";
import { run } from "../launcher/processes.mjs";
import { createReport } from "../launcher/report.mjs";
import { CannotStart } from "../launcher/settings.mjs";
import { none, vitestTotals } from "../launcher/test-totals.mjs";
import { buildCollector, findGo, ModulesOutOfReach } from "./build-collector.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const report = createReport(process.stdout, { name: "test:collector" });
const stopping = new AbortController();
for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(name, () => stopping.abort());
}
const { signal } = stopping;

/** The scenario takes about a minute without the outage. */
const scenarioLimitMs = 8 * 60_000;

/** @param {number} outageSeconds */
async function test(outageSeconds) {
  const go = await findGo();
  if (go === undefined) {
    report.line("Go is not installed here: the Collector was neither built nor run.");
    return none;
  }
  await install({ root, withDev: true, report, signal });
  const step = report.step(`building the Collector (${go})`);
  const program = await buildCollector({ signal, onLine: () => {} }).catch((error) => {
    step.failed("see below");
    if (!(error instanceof ModulesOutOfReach)) throw error;
    process.stdout.write(`${error.message}\n`);
    return undefined;
  });
  if (program === undefined) {
    report.line("The Collector's modules cannot be fetched here: it was neither built nor run.");
    return none;
  }
  step.done();
  await build({ root, steps: ["engine", "viewer", "workers", "server", "app"], report, signal });
  return runScenario(program, outageSeconds);
}

/**
 * @param {string} program
 * @param {number} outageSeconds
 */
async function runScenario(program, outageSeconds) {
  const work = mkdtempSync(join(tmpdir(), "jiva-collector-test-"));
  try {
    const file = join(work, "collector.json");
    const { code } = await run(
      process.execPath,
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        "--config=devtools/otel-collector/vitest.config.ts",
        "--reporter=verbose",
        "--reporter=json",
        `--outputFile.json=${file}`,
      ],
      {
        cwd: root,
        limitMs: scenarioLimitMs,
        signal,
        // What a killed run leaves behind lies in our folder.
        env: {
          ...process.env,
          TMPDIR: work,
          OTELCOL_PROGRAM: program,
          OUTAGE_SECONDS: String(outageSeconds),
        },
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

/** @param {readonly string[]} args */
function outageIn(args) {
  const [argument, ...rest] = args;
  if (argument === undefined) return 60;
  const seconds = Number(/^--outage=(\d+)$/.exec(argument)?.[1]);
  if (rest.length > 0 || !(seconds >= 5 && seconds <= 120)) {
    throw new CannotStart("test:collector takes one option: --outage=SECONDS, from 5 to 120.");
  }
  return seconds;
}

try {
  const { passed, failed } = await test(outageIn(process.argv.slice(2)));
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  if (!signal.aborted) {
    report.line(
      error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error),
    );
  }
}
