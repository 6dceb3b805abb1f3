// @ts-check
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ownerOf } from "../launcher/folder.mjs";
import { CannotStart } from "../launcher/settings.mjs";

/** Within the folder, so that all of it is on one disk and moving it costs nothing. */
const unfinishedName = "restore-unfinished";
/** What a disk of its own begins with. */
const ignored = new Set(["lost+found", unfinishedName]);

/**
 * @typedef {object} RestoreFolder
 * @property {string} path where to restore to
 * @property {() => void} finish puts what was restored in its place
 * @property {() => void} abandon leaves the folder as it was
 */

/**
 * A place within an empty or missing data folder. Throws CannotStart where it holds anything.
 * @param {string} dataDir
 * @returns {RestoreFolder}
 */
export function openRestoreFolder(dataDir) {
  const wasThere = existsSync(dataDir);
  const path = join(dataDir, unfinishedName);
  const held = listFolder(dataDir).filter((name) => !ignored.has(name));
  if (held.length > 0) {
    throw new CannotStart(
      `${dataDir} is not empty (it holds ${held.slice(0, 3).join(", ")}): a backup is restored into an empty folder only. Move it away, or take another one: DATA_DIR=… npm run restore -- FILE`,
    );
  }
  if (ownerOf(path) !== undefined) throw new CannotStart(`Another restore into ${dataDir} is under way.`);
  // Of a restore that was killed.
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return {
    path,
    finish() {
      // The store last: with it the folder is one of Jiva's.
      const names = readdirSync(path).sort((a, b) => Number(a === "clickhouse") - Number(b === "clickhouse"));
      for (const name of names) renameSync(join(path, name), join(dataDir, name));
      rmdirSync(path);
      chmodSync(dataDir, 0o700);
    },
    abandon() {
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
      if (!wasThere) rmdirSync(dataDir);
    },
  };
}

/** @param {string} path */
function listFolder(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new CannotStart(`${path} cannot be used (${error instanceof Error ? error.message : error}).`);
  }
}
