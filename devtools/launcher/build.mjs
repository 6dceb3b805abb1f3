// @ts-check
import { staleSteps } from "./freshness.mjs";
import { run } from "./processes.mjs";
import { CannotStart } from "./settings.mjs";

/** Measured at 10–20 s on two cores. */
const limitMs = 10 * 60_000;

/**
 * Builds those of the steps that are missing or stale.
 * @param {object} options
 * @param {string} options.root
 * @param {readonly import("./freshness.mjs").StepName[]} options.steps
 * @param {import("./report.mjs").Report} options.report
 * @param {AbortSignal} options.signal
 */
export async function build({ root, steps, report, signal }) {
  for (const name of staleSteps(root, steps)) {
    const step = report.step(`building the ${name}`);
    const { code, output } = await run(process.execPath, ["devtools/build.mjs", name], {
      cwd: root,
      limitMs,
      signal,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
    });
    signal.throwIfAborted();
    if (code === 0) {
      step.done();
      continue;
    }
    step.failed(`code ${code}`);
    throw new CannotStart(`The ${name} could not be built:\n\n${output.trim()}`);
  }
}
