// @ts-check
/**
 * `npm run test:adversary` and `npm run test:probes`: hostile inputs and bad days against the parsers and against a
 * really started Jiva. devtools/README.md says what they prove and how one input is had again.
 */
import { fork } from "node:child_process";
import { bundleForNode } from "../build.mjs";
import { build } from "../launcher/build.mjs";
import { buildSteps } from "../launcher/freshness.mjs";
import { install } from "../launcher/install.mjs";
import { stopGroup } from "../launcher/processes.mjs";
import { none } from "../launcher/test-totals.mjs";
import { root, runSuite } from "../suites/run-suite.mjs";

const outfile = "dist/adversary.mjs";

/**
 * @param {import("../suites/run-suite.mjs").SuiteRun} suite
 * @param {readonly string[]} args
 */
async function test({ report, signal }, args) {
  await install({ root, withDev: true, report, signal });
  const steps = /** @type {import("../launcher/freshness.mjs").StepName[]} */ (Object.keys(buildSteps));
  await build({ root, steps, report, signal });
  await bundleForNode("devtools/adversary/main.ts", outfile);
  signal.throwIfAborted();
  // A group of its own, so that a Ctrl-C reaches it once and in order.
  const child = fork(outfile, args, { cwd: root, detached: true, execArgv: ["--enable-source-maps"] });
  const stop = () => void stopGroup(child, { politeMs: 3_000 });
  signal.addEventListener("abort", stop, { once: true });
  let totals = none;
  child.on("message", (/** @type {Pick<typeof none, "passed" | "failed">} */ message) => {
    totals = { ...none, ...message };
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  signal.throwIfAborted();
  return { ...totals, failed: code === 0 ? totals.failed : Math.max(1, totals.failed) };
}

const args = process.argv.slice(2);
const name = args.includes("probes") ? "test:probes" : "test:adversary";
await runSuite(name, (suite) => test(suite, args));
