import { statfsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { DiskMarks } from "../../../../lib/base/disk-marks";

/**
 * Watches how much of the data folder's disk is free, from a thread of its own: what fills a disk does so within
 * milliseconds, and the event loop may be busy for longer.
 *
 * Why at all: the engine does not notice that a write fails because the disk is full. A write(2) that returns
 * ENOSPC was seen to leave an empty file behind an acknowledged CREATE TABLE, and cut parts behind acknowledged
 * inserts and finished merges. So nothing may be believed that was written while the disk was at its brim.
 */
export class DiskWatch {
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(fields).length));
  readonly #worker: Worker;

  constructor(
    readonly folder: string,
    readonly ballast: string,
    readonly marks: DiskMarks,
    /** Called when the disk has come to its brim, once each time; with when that was seen, as Date.now() tells it. */
    onBrim: (seenMs: number) => void,
  ) {
    const workerData = { shared: this.#shared, folder, ballast, marks, fields } satisfies WorkerData;
    // As text, because the engine is one bundle, and a thread that loads the bundle would load ClickHouse too.
    this.#worker = new Worker(`(${watch})(require("node:worker_threads").workerData, require)`, {
      eval: true,
      workerData,
    });
    this.#worker.on("message", onBrim);
    // Without it nothing is known of the disk in between, but each statement still looks for itself.
    this.#worker.on("error", (error) => process.stderr.write(`engine: disk watch: ${error.message}\n`));
    this.#worker.unref();
  }

  /** Bytes that this process may still write. */
  free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** How often the disk was seen at its brim so far: compare before and after. */
  brims(): number {
    return Atomics.load(this.#shared, fields.brims);
  }

  /** Call before and after what writes: the ballast is given up for it where the room runs out meanwhile. */
  countWriters(by: 1 | -1): void {
    Atomics.add(this.#shared, fields.writers, by);
  }

  /** Keeps the ballast from being made for a while: what was given up for deleting is for deleting. */
  holdBallast(): void {
    Atomics.store(this.#shared, fields.held, 1);
  }

  stop(): void {
    Atomics.store(this.#shared, fields.stop, 1);
    Atomics.notify(this.#shared, fields.stop);
  }
}

const fields = { brims: 0, writers: 1, held: 2, stop: 3 } as const;

type WorkerData = {
  shared: Int32Array;
  folder: string;
  ballast: string;
  marks: DiskMarks;
  fields: typeof fields;
};

/** The thread. It is handed over as text: nothing of this module may be used in it. */
function watch({ shared, folder, ballast, marks, fields }: WorkerData, require: NodeJS.Require): void {
  const fs = require("node:fs") as typeof import("node:fs");
  const crypto = require("node:crypto") as typeof import("node:crypto");
  const { parentPort } = require("node:worker_threads") as typeof import("node:worker_threads");
  const { reserve, brim, low } = marks;
  /** How long a ballast that was given up for deleting stays away. */
  const holdMs = 30_000;
  let heldUntilMs = 0;
  let wasAtBrim = false;

  const freeBytes = () => {
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize;
  };

  function countBrim(free: number): void {
    const isAtBrim = free < brim;
    if (isAtBrim) Atomics.add(shared, fields.brims, 1);
    if (isAtBrim && !wasAtBrim) parentPort?.postMessage(Date.now());
    wasAtBrim = isAtBrim;
  }

  const part = `${ballast}.part`;
  function makeBallast(): void {
    try {
      const chunk = crypto.randomBytes(1024 * 1024);
      const file = fs.openSync(part, "w", 0o600);
      try {
        for (let left = marks.ballast; left > 0; ) {
          left -= fs.writeSync(file, chunk, 0, Math.min(left, chunk.length));
          // On a slow disk all of it takes seconds.
          countBrim(freeBytes());
        }
      } finally {
        fs.closeSync(file);
      }
      fs.renameSync(part, ballast);
    } catch {
      // There was no room for it after all.
      fs.rmSync(part, { force: true });
    }
  }

  // Of a process that was killed meanwhile.
  fs.rmSync(part, { force: true });
  while (Atomics.load(shared, fields.stop) === 0) {
    let waitMs = 1_000;
    try {
      const free = freeBytes();
      // Nothing was seen to fill a disk by more than 5 GB/s: the nearer the brim, the more often a look.
      waitMs = free > 64 * reserve ? 100 : free > 8 * reserve ? 20 : 4;
      if (Atomics.exchange(shared, fields.held, 0) === 1) heldUntilMs = Date.now() + holdMs;
      // Before there is room again: what was written until now may have met the end.
      countBrim(free);
      if (free < reserve / 2 && Atomics.load(shared, fields.writers) > 0) fs.rmSync(ballast, { force: true });
      const hasRoom = free > marks.ballast + 1.5 * low && Date.now() > heldUntilMs;
      if (hasRoom && !fs.existsSync(ballast)) makeBallast();
    } catch {
      // The folder is being removed, as tests do.
    }
    Atomics.wait(shared, fields.stop, 0, waitMs);
  }
}
