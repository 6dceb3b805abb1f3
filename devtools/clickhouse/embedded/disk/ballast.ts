import { existsSync, rmSync } from "node:fs";

/**
 * A file that takes room for nothing, so that there is room to give back once the disk is full: deleting needs
 * some. It holds random bytes, because file systems that compress would store zeros in no room at all. It is
 * written by disk-watch.ts, which finds out when there is room for it.
 */
export class Ballast {
  constructor(readonly path: string) {}

  get isThere(): boolean {
    return existsSync(this.path);
  }

  /** Gives its room back to the disk. */
  release(): void {
    rmSync(this.path, { force: true });
  }
}
