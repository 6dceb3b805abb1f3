import { statfsSync } from "node:fs";
import { diskMarks } from "../../../../lib/base/disk-marks";
import { type Engine, toSqlString } from "../process/engine";
import { Ballast } from "./ballast";
import type { DataFolder } from "./data-folder";
import { DiskGuard } from "./disk-guard";
import { DiskWatch } from "./disk-watch";

/** Merges that may have written at the disk's brim: those under way, and those that have ended since then. */
const mergesSql = (sinceSeconds: number) => `SELECT (SELECT count() FROM system.merges)
  + (SELECT count() FROM system.parts WHERE level > 0
      AND modification_time >= toDateTime(${sinceSeconds}))`;

/** Parts tell their time by whole seconds, and a look may come a little late. */
const mergeClockMs = 2_000;

const nothingAround = { settings: [], params: [] } as const;

/** The thresholds for the folder's disk. */
export function marksOf({ root }: DataFolder) {
  const { blocks, bsize } = statfsSync(root);
  return diskMarks(blocks * bsize);
}

/**
 * Watches the disk for an open engine. `onDoubt` is called where something may have been written while the disk
 * was full: only a new start, which looks at every part, tells what of it is whole. It gives when that start will be.
 */
export function guardDisk(folder: DataFolder, engine: Engine, onDoubt: () => Date): DiskGuard {
  const ask = async (sql: string) => {
    const { bytes } = await engine.run(sql, "disk", "TSV", nothingAround);
    return Number(Buffer.from(bytes).toString("latin1"));
  };
  // What was merged before was looked at when the store was opened.
  const openedMs = Date.now();
  const watch = new DiskWatch(folder.root, folder.ballast, marksOf(folder), (seenMs) => {
    const sinceMs = Math.max(openedMs, seenMs - mergeClockMs);
    // Only while a statement of ours runs does the guard see it by itself.
    ask(mergesSql(Math.floor(sinceMs / 1_000))).then(
      (merges) => merges > 0 && guard.doubt(),
      () => guard.doubt(),
    );
  });
  const guard = new DiskGuard(
    watch,
    new Ballast(folder.ballast),
    ({ database, table }) =>
      ask(`SELECT max(bytes_on_disk) FROM system.parts
        WHERE active AND database = ${toSqlString(database)} AND table = ${toSqlString(table)}`),
    onDoubt,
  );
  return guard;
}
