/** What a status says of one statement. Times are ages, so that two clocks need not agree. */
export type StatementStatus = {
  id: string;
  age_ms: number;
  /** How long ago it was cancelled: its client left, somebody killed it, or its own time was over. */
  cancelled_ms?: number;
  /** Why it was cancelled. */
  cause?: string;
  /** True for what finishes a step on disk before it heeds a cancel, such as a merge. */
  is_slow_to_end: boolean;
  memory_bytes: number;
  text: string;
};

/** A row of the engine's own list. `id` is our marker. */
export type ListedStatement = {
  id: string;
  elapsedMs: number;
  isCancelled: boolean;
  memoryBytes: number;
  /** The statement's own max_execution_time; 0 for none. */
  limitMs: number;
};

type Running = {
  startedMs: number;
  text: string;
  isSlowToEnd: boolean;
  cancelledMs?: number;
  cause?: string;
};

const shownChars = 200;
/** A statement checks its max_execution_time now and then; this much later it has not heeded it. */
const overtimeMs = 1_000;

/**
 * The statements that hold a slot, with the moment at which each was cancelled. What the engine lists is only a
 * part of that: a statement that the engine has forgotten and that still holds its slot is found here too.
 */
export class RunningStatements {
  readonly #running = new Map<string, Running>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Gives the function to call when the statement has ended. */
  begin(id: string, text: string): () => void {
    const shown = text.replace(/\s+/g, " ").trim().slice(0, shownChars);
    this.#running.set(id, { startedMs: this.now(), text: shown, isSlowToEnd: isSlowToEnd(shown) });
    return () => void this.#running.delete(id);
  }

  /** The first cause and its moment stay. */
  cancel(id: string, cause: string, agoMs = 0): void {
    const statement = this.#running.get(id);
    if (!statement || statement.cancelledMs !== undefined) return;
    statement.cancelledMs = this.now() - agoMs;
    statement.cause = cause;
  }

  /** The statements, oldest first, after what the engine's list says of them. */
  status(listed: readonly ListedStatement[]): StatementStatus[] {
    const memory = new Map<string, number>();
    for (const { id, elapsedMs, isCancelled, memoryBytes, limitMs } of listed) {
      memory.set(id, memoryBytes);
      const overMs = elapsedMs - limitMs - overtimeMs;
      if (limitMs > 0 && overMs > 0) this.cancel(id, "its max_execution_time has passed", overMs);
      else if (isCancelled) this.cancel(id, "it was killed");
    }
    const now = this.now();
    return [...this.#running].map(([id, { startedMs, text, isSlowToEnd, cancelledMs, cause }]) => ({
      id,
      age_ms: now - startedMs,
      ...(cancelledMs !== undefined && { cancelled_ms: now - cancelledMs, cause }),
      is_slow_to_end: isSlowToEnd,
      memory_bytes: memory.get(id) ?? 0,
      text,
    }));
  }
}

/** OPTIMIZE was measured to run on for 5 s after its cancel: a merge is not interrupted. Reads and inserts are. */
function isSlowToEnd(text: string): boolean {
  const statement = text.replace(/^(?:\/\*.*?\*\/|\s)+/, "");
  return /^(?:optimize|alter|delete|update|drop|truncate|rename|attach|detach|system|undrop)\b/i.test(
    statement,
  );
}
