// @ts-check
/**
 * `npm run restore -- FILE`: a backup, into an empty DATA_DIR. It is read through before anything is made, and each
 * table is compared with what it was before the folder counts as one of Jiva's; otherwise nothing is left behind.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./backup/command.mjs";
import { countRows } from "./backup/manifest.mjs";
import { startOwn } from "./backup/reach-engine.mjs";
import { openRestoreFolder } from "./backup/restore-folder.mjs";
import { CannotStart } from "./launcher/settings.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

await runCommand({
  root,
  usage: "Take one file: npm run restore -- FILE",
  flags: [],
  instead:
    "CLICKHOUSE_URL is set: a server is restored by itself. RESTORE DATABASE jiva, DATABASE otel_traces FROM Disk('backups', 'jiva.zip'); see https://clickhouse.com/docs/operations/backup.",
  async work({ file, dataDir, tracesDatabase, report, signal }) {
    const path = resolve(process.env.INIT_CWD ?? ".", file);
    const folder = openRestoreFolder(dataDir);
    const { openBackup } = await import("./backup/read-backup.mjs");
    const { loadBackup } = await import("./backup/load-backup.mjs");
    const step = report.step("restoring");
    try {
      const backup = await openBackup(path, { signal, onProgress: step.progress });
      const { manifest } = backup;
      if (manifest.tracesDatabase !== tracesDatabase) {
        throw new CannotStart(
          `The backup's traces are in the database ${manifest.tracesDatabase}: set CLICKHOUSE_DATABASE=${manifest.tracesDatabase}, now and for every start.`,
        );
      }
      const engine = await startOwn({ root, dataDir: folder.path, report, signal });
      try {
        await loadBackup(engine.client, backup, { signal, onProgress: step.progress });
      } finally {
        await engine.leave();
        backup.close();
      }
      signal.throwIfAborted();
      folder.finish();
      const { tables, moment } = manifest;
      step.done(
        `${tables.length} tables, ${countRows(tables)} rows of ${moment} in ${dataDir}, each compared`,
      );
    } catch (error) {
      folder.abandon();
      step.failed(signal.aborted ? "stopped, nothing was left behind" : "nothing was left behind");
      throw error;
    }
  },
});
