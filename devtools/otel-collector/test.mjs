// @ts-check
/**
 * `npm run test:collector`: builds the Collector from its manifest, and sends spans through it into the embedded
 * engine, past the death of either. `--outage=20` shortens the minute for which the engine is away. Its last line
 * is `N passed, N failed`. Where there is no Go, or it cannot fetch the modules, it says so and ends well.
 */
import { build } from "../launcher/build.mjs";
import { install } from "../launcher/install.mjs";
import { CannotStart } from "../launcher/settings.mjs";
import { NotRun, root, runSuite, runVitest } from "../suites/run-suite.mjs";
import { buildCollector, findGo, ModulesOutOfReach } from "./build-collector.mjs";

/** The scenario takes about a minute without the outage. */
const scenarioLimitMs = 8 * 60_000;

/**
 * @param {import("../suites/run-suite.mjs").SuiteRun} suite
 * @param {number} outageSeconds
 */
async function test(suite, outageSeconds) {
  const { report, signal } = suite;
  const go = await findGo();
  if (go === undefined) throw new NotRun("Go is not installed here, which builds the Collector");
  await install({ root, withDev: true, report, signal });
  const step = report.step(`building the Collector (${go})`);
  const program = await buildCollector({ signal, onLine: () => {} }).catch((error) => {
    step.failed("see below");
    if (!(error instanceof ModulesOutOfReach)) throw error;
    process.stdout.write(`${error.message}\n`);
    throw new NotRun("the Collector's modules cannot be fetched here");
  });
  step.done();
  await build({ root, steps: ["engine", "viewer", "workers", "server", "app"], report, signal });
  return runVitest({
    ...suite,
    config: "devtools/otel-collector/vitest.config.ts",
    limitMs: scenarioLimitMs,
    env: { OTELCOL_PROGRAM: program, OUTAGE_SECONDS: String(outageSeconds) },
  });
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

await runSuite("test:collector", (suite) => test(suite, outageIn(process.argv.slice(2))));
