import type { DiskMarks } from "../../../../lib/base/disk-marks";
import { EngineError } from "../process/engine-error";
import type { Effect, TableName } from "../sql/statement-effect";
import type { Ballast } from "./ballast";

/** What the guard has to know of the disk; see disk-watch.ts. */
export type WatchedDisk = {
  readonly marks: DiskMarks;
  free(): number;
  brims(): number;
  countWriters(by: 1 | -1): void;
  holdBallast(): void;
};

/** The least that ClickHouse reserves for a part (1 MiB), and as much again for overhead. */
const minRoomBytes = 2 * 1024 * 1024;

/** Why what writes is refused, and what ends that. */
export type WriteRefusal =
  /** The disk was full during a write. `until` the engine starts anew: ISO 8601, UTC. */
  | { cause: "doubt"; until: string }
  /** Until this many bytes are free. */
  | { cause: "no room"; needed_bytes: number };

/**
 * Keeps the engine from writing at the disk's brim, where it would acknowledge what it has not stored (see
 * disk-watch.ts): what needs room is refused while there is still a reserve, what makes room may use the reserve
 * and the ballast, and what was written while the disk was full all the same is answered with an error.
 */
export class DiskGuard {
  /** When the engine starts anew, once it has to. */
  #startsAnew: Date | undefined;

  constructor(
    private readonly disk: WatchedDisk,
    private readonly ballast: Pick<Ballast, "isThere" | "release">,
    /** Bytes of a table's largest part, which ClickHouse wants free in order to write it anew. */
    private readonly largestPart: (table: TableName) => Promise<number>,
    /** Called once, when the disk was full during a write: the engine has to start anew. Gives when it will. */
    private readonly onDoubt: () => Date,
  ) {}

  /**
   * Notes that what the engine believes to be stored may not be: nothing more is written until it has started anew.
   */
  doubt(): void {
    this.#startsAnew ??= this.onDoubt();
  }

  /** Why a write would be refused now; undefined where it would not. */
  refusal(): WriteRefusal | undefined {
    if (this.#startsAnew) return { cause: "doubt", until: this.#startsAnew.toISOString() };
    const { reserve, ballast } = this.disk.marks;
    // Where the ballast was given up, its room is for deleting.
    const needed = this.ballast.isThere ? reserve : reserve + ballast;
    return this.disk.free() < needed ? { cause: "no room", needed_bytes: needed } : undefined;
  }

  /**
   * Runs a statement. Throws NOT_ENOUGH_SPACE where there is no room for it, or was none while it ran, and ABORTED
   * where it writes and the engine is about to start anew: the same statement has a chance later.
   */
  async run<T>(effect: Effect, work: () => Promise<T>): Promise<T> {
    // Dropping writes nothing that could be cut.
    if (effect.kind === "reads" || effect.kind === "drops") return work();
    if (effect.kind === "writes") this.#admit();
    else if (effect.kind === "makes room") await this.#makeWay(effect.rewrites);
    const before = this.disk.brims();
    this.disk.countWriters(1);
    let result: T;
    let wasFull = true;
    try {
      result = await work();
    } finally {
      this.disk.countWriters(-1);
      wasFull = this.disk.brims() !== before || this.disk.free() < this.disk.marks.brim;
      if (wasFull) this.doubt();
    }
    if (wasFull) throw full("It is not certain that all of this was stored");
    return result;
  }

  #admit(): void {
    const refusal = this.refusal();
    if (refusal?.cause === "doubt") {
      const why = `The disk was full during a write: the engine starts anew at ${refusal.until}`;
      throw new EngineError(236, "ABORTED", why);
    }
    if (refusal) throw full(`Less than ${toMiB(refusal.needed_bytes)} MiB are left for writing`);
  }

  async #makeWay(rewrites: TableName | undefined): Promise<void> {
    const { reserve } = this.disk.marks;
    if (this.disk.free() < reserve + minRoomBytes) {
      this.ballast.release();
      this.disk.holdBallast();
    }
    // ClickHouse keeps half of the reserve for itself (see engine.ts).
    const usable = () => this.disk.free() - reserve / 2;
    if (usable() < minRoomBytes) throw full("There is not even room to delete");
    if (rewrites === undefined) return;
    // Else the engine takes the statement and waits for room without end.
    const needed = await this.largestPart(rewrites);
    if (usable() < needed) {
      throw full(`Deleting these rows needs ${toMiB(needed)} MiB to write the table's largest part anew`);
    }
  }
}

const toMiB = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
const full = (why: string) => new EngineError(243, "NOT_ENOUGH_SPACE", `Disk full: ${why}`);
