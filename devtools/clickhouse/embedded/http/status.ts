import type { DiskGuard, WriteRefusal } from "../disk/disk-guard";
import type { Engine } from "../process/engine";
import { type EngineError, parseEngineError } from "../process/engine-error";
import type { ListedStatement, RunningStatements, StatementStatus } from "../process/running-statements";

/** How the engine's process is, for whoever watches it. */
export type Status = {
  version: string;
  /** How long the engine's own list of statements has been waited for; 0 when it has just answered. */
  list_waits_ms: number;
  /** Why the list could not be read, where the engine refused it. */
  list_error?: string;
  /** Requests that wait for a slot, and how long it is since the last one was given. */
  waiting: number;
  slot_waits_ms: number;
  rss_bytes: number;
  /** Missing where what writes is admitted. */
  writes_refused?: WriteRefusal;
  statements: StatementStatus[];
};

/** A list that has not come by then is left out; what this process knows itself is said all the same. */
const listLimitMs = 500;

/**
 * Reads the status from a session of its own, outside the slots and their line: with every slot held by a
 * statement that hangs it still answers. At most one list is asked for at a time, so that an engine that does
 * not answer costs one of the spare threads and not all.
 */
export class StatusReader {
  #asked: { sinceMs: number; answer: Promise<readonly ListedStatement[] | EngineError> } | undefined;

  constructor(
    private readonly engine: Pick<Engine, "version" | "list">,
    private readonly statements: RunningStatements,
    private readonly slots: { readonly waiting: number; readonly stuckMs: number },
    private readonly guard: Pick<DiskGuard, "refusal">,
  ) {}

  async read(): Promise<Status> {
    const asked = this.#ask();
    const listed = await within(asked.answer, listLimitMs);
    const isList = Array.isArray(listed);
    const refusal = this.guard.refusal();
    return {
      version: this.engine.version,
      list_waits_ms: listed === undefined ? Date.now() - asked.sinceMs : 0,
      ...(listed instanceof Error && { list_error: listed.message }),
      waiting: this.slots.waiting,
      slot_waits_ms: this.slots.stuckMs,
      rss_bytes: process.memoryUsage.rss(),
      ...(refusal && { writes_refused: refusal }),
      statements: this.statements.status(isList ? listed : []),
    };
  }

  #ask() {
    if (this.#asked) return this.#asked;
    const asked = {
      sinceMs: Date.now(),
      answer: this.engine.list().catch((error: unknown) => parseEngineError(error)),
    };
    this.#asked = asked;
    void asked.answer.then(() => {
      this.#asked = undefined;
    });
    return asked;
  }
}

async function within<T>(answer: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
