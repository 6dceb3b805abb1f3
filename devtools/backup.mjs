// @ts-check
/**
 * `npm run backup -- FILE`: everything that Jiva has stored, in one file, while it runs or not. An existing file is
 * overwritten with --force only.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./backup/command.mjs";
import { countRows } from "./backup/manifest.mjs";
import { reachEngine } from "./backup/reach-engine.mjs";
import { CannotStart } from "./launcher/settings.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

await runCommand({
  root,
  usage: "Take one file: npm run backup -- FILE, with --force where it may be overwritten.",
  flags: ["--force"],
  instead:
    "CLICKHOUSE_URL is set: a server is backed up by itself. BACKUP DATABASE jiva, DATABASE otel_traces TO Disk('backups', 'jiva.zip'); see https://clickhouse.com/docs/operations/backup.",
  async work({ file, flags, dataDir, tracesDatabase, report, signal }) {
    // Relative to where it was asked for, which npm tells.
    const path = resolve(process.env.INIT_CWD ?? ".", file);
    if (existsSync(path) && !flags.has("--force")) {
      throw new CannotStart(`${path} is there already: take another name, or add --force.`);
    }
    const { writeBackup } = await import("./backup/write-backup.mjs");
    const engine = await reachEngine({ root, dataDir, report, signal });
    const step = report.step("backing up");
    try {
      const jivaVersion = JSON.parse(readFileSync(`${root}/package.json`, "utf8")).version;
      const { tables, leftOut } = await writeBackup(engine.client, {
        file: path,
        tracesDatabase,
        jivaVersion,
        signal,
        onProgress: step.progress,
      });
      const size = `${Math.ceil(statSync(path).size / 1024)} KB`;
      step.done(`${tables.length} tables, ${countRows(tables)} rows, ${size} in ${path}`);
      for (const table of leftOut) report.line(`not in it: ${table}`);
    } catch (error) {
      step.failed(signal.aborted ? "stopped, nothing was left behind" : "nothing was left behind");
      throw error;
    } finally {
      await engine.leave();
    }
  },
});
