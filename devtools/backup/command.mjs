// @ts-check
import { build } from "../launcher/build.mjs";
import { install } from "../launcher/install.mjs";
import { createReport } from "../launcher/report.mjs";
import { CannotStart, parseSettings, requireNode } from "../launcher/settings.mjs";

/**
 * @typedef {object} CommandContext
 * @property {string} root
 * @property {string} file as it was given
 * @property {ReadonlySet<string>} flags
 * @property {string} dataDir
 * @property {string} tracesDatabase
 * @property {import("../launcher/report.mjs").Report} report
 * @property {AbortSignal} signal
 */

/**
 * Runs `npm run backup` or `npm run restore` to its end, installing and building what is missing. Exit code 0;
 * 1 with one sentence where it cannot be done, 130 where it was interrupted.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.usage
 * @param {readonly string[]} options.flags that it knows
 * @param {string} options.instead what to do where the database is a server
 * @param {(context: CommandContext) => Promise<void>} options.work
 */
export async function runCommand({ root, usage, flags: known, instead, work }) {
  const report = createReport(process.stdout);
  const stopping = new AbortController();
  for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(name, () => stopping.abort());
  }
  const { signal } = stopping;
  try {
    requireNode(process.versions.node);
    const args = process.argv.slice(2);
    const flags = new Set(args.filter((arg) => arg.startsWith("--")));
    const files = args.filter((arg) => !arg.startsWith("--"));
    const [file] = files;
    const unknown = [...flags].find((flag) => !known.includes(flag));
    if (file === undefined || files.length > 1 || unknown !== undefined) throw new CannotStart(usage);
    const { dataDir, clickhouseUrl } = parseSettings(process.env, root);
    if (clickhouseUrl !== undefined) throw new CannotStart(instead);
    await install({ root, withDev: false, report, signal });
    await build({ root, steps: ["engine"], report, signal });
    const tracesDatabase = process.env.CLICKHOUSE_DATABASE || "otel_traces";
    await work({ root, file, flags, dataDir, tracesDatabase, report, signal });
  } catch (error) {
    if (signal.aborted) process.exitCode = 130;
    else {
      process.exitCode = 1;
      const isPlain = error instanceof CannotStart;
      report.line(isPlain ? error.message : String(error instanceof Error ? error.stack : error));
    }
  }
  process.exit();
}
