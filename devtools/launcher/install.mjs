// @ts-check
import { isInstalled } from "./freshness.mjs";
import { run } from "./processes.mjs";
import { CannotStart } from "./settings.mjs";

/** Measured at 38 s on two busy cores; a slow line gets its time. */
const limitMs = 15 * 60_000;

/**
 * Installs what package-lock.json says where node_modules is something else. Not by `npm ci`: it refuses a lock
 * file that lacks packages for other systems, and npm writes none of those that its registry does not have.
 * @param {{ root: string, withDev: boolean, report: import("./report.mjs").Report, signal: AbortSignal }} options
 */
export async function install({ root, withDev, report, signal }) {
  if (isInstalled(root, { withDev })) return;
  const step = report.step("installing dependencies");
  const args = ["install", "--no-save", "--no-audit", "--no-fund", ...(withDev ? ["--include=dev"] : [])];
  // The npm that called us, where one did: it is there and it is the one the person chose.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const { code, output } = await run(command, [...first, ...args], { cwd: root, limitMs, signal });
  signal.throwIfAborted();
  if (code === 0) return step.done();
  step.failed(`npm install ended with code ${code}`);
  throw new CannotStart(
    `The dependencies could not be installed. npm said:\n\n${output.trim()}\n\nTry: npm install`,
  );
}
