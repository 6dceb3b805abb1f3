import { statfsSync } from "node:fs";
import { diskMarks } from "../../../lib/base/disk-marks";
import { Ballast } from "./ballast";
import type { DataFolder } from "./data-folder";
import { DiskGuard } from "./disk-guard";
import { DiskWatch } from "./disk-watch";
import { type Engine, toSqlString } from "./engine";

/**
 * Merges that may have written at the disk's brim: those under way, and those that have just ended. What was merged
 * before `sinceSeconds` was looked at when the store was opened.
 */
const mergesSql = (sinceSeconds: number) => `SELECT (SELECT count() FROM system.merges)
  + (SELECT count() FROM system.parts WHERE level > 0
      AND modification_time >= greatest(now() - 2, toDateTime(${sinceSeconds})))`;

const nothingAround = { settings: [], params: [] } as const;

/** The marks of the disk that the folder lies on. */
export function marksOf({ root }: DataFolder) {
  const { blocks, bsize } = statfsSync(root);
  return diskMarks(blocks * bsize);
}

/**
 * Watches the disk for an open engine. `onDoubt` is called where something may have been written while the disk
 * was full: only a new start, which looks at every part, tells what of it is whole.
 */
export function guardDisk(folder: DataFolder, engine: Engine, onDoubt: () => void): DiskGuard {
  const ask = async (sql: string) => {
    const { bytes } = await engine.run(sql, "disk", "TSV", nothingAround);
    return Number(Buffer.from(bytes).toString("latin1"));
  };
  const openedSeconds = Math.floor(Date.now() / 1000);
  const watch = new DiskWatch(folder.root, folder.ballast, marksOf(folder), () => {
    // Only while a statement of ours runs does the guard see it by itself.
    ask(mergesSql(openedSeconds)).then(
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
