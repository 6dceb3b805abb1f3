// @ts-check
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const chunk = Buffer.alloc(256 * 1024);

/**
 * @typedef {object} SmallDisk
 * @property {string} path
 * @property {() => void} fill to its last byte
 * @property {() => Promise<void>} fillSlowly so that what runs meanwhile meets its end
 * @property {() => void} free
 * @property {() => number} freeBytes
 * @property {() => void} remove
 */

/**
 * A disk of its own in this process's mount namespace.
 * @param {number} megabytes
 * @returns {SmallDisk}
 */
export function mountSmallDisk(megabytes) {
  const path = mkdtempSync(join(tmpdir(), "jiva-small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]);
  const filler = join(path, "filler");
  /** Gives false where there is no room. @param {number} file @param {number} bytes */
  const write = (file, bytes) => {
    try {
      return writeSync(file, chunk, 0, bytes) > 0;
    } catch {
      return false;
    }
  };
  /** @param {number} file */
  const writeToTheEnd = (file) => {
    for (const bytes of [chunk.length, 4096, 1]) while (write(file, bytes));
  };
  return {
    path,
    fill() {
      const file = openSync(filler, "a");
      writeToTheEnd(file);
      closeSync(file);
    },
    async fillSlowly() {
      const file = openSync(filler, "a");
      while (write(file, chunk.length)) await new Promise((resolve) => setTimeout(resolve, 1));
      writeToTheEnd(file);
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    freeBytes() {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    remove() {
      execFileSync("umount", ["-l", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
