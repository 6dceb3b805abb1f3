import { sleep } from "@/lib/base/tasks";
import type { Span } from "@/lib/trace/span";

export interface SpanQueueOptions {
  /** Stores a batch, all or nothing. A batch that is tried again may be stored twice: reads count a span once. */
  readonly insert: (spans: readonly Span[], signal: AbortSignal) => Promise<void>;
  /** Whether the same batch may succeed later; otherwise its rows are at fault. */
  readonly isWorthAnotherTry: (error: unknown) => boolean;
  /** Spans that may wait; those that come beyond are dropped and counted. */
  readonly capacity?: number;
  readonly batchSize?: number;
  /** A batch is written once no span has come for this long, so that a run mostly arrives whole. */
  readonly quietMs?: number;
  /** How long a span waits at most while others keep coming. Spans have to be visible within 2 s of their end. */
  readonly maxMs?: number;
}

export interface SpanQueue {
  push(span: Span): void;
  /** Spans that wait or are being written, and spans lost since the start. */
  stats(): { readonly queued: number; readonly dropped: number };
  /** Writes what waits, for at most `limitMs`; gives how many are left. */
  flush(limitMs: number): Promise<number>;
  /** Flushes, then takes no more. What could not be written counts as dropped. */
  close(limitMs: number): Promise<void>;
}

const firstPauseMs = 200;
const maxPauseMs = 5_000;

/**
 * A bounded queue in front of the database. One batch is written at a time. While the database is away the
 * batch is tried again with growing pauses, without end; a batch that the database refuses is halved until
 * the span at fault is alone, and that one is dropped and counted.
 */
export function createSpanQueue({
  insert,
  isWorthAnotherTry,
  capacity = 50_000,
  batchSize = 5_000,
  quietMs = 250,
  maxMs = 1_000,
}: SpanQueueOptions): SpanQueue {
  let waiting: Span[] = [];
  let writing = 0;
  let dropped = 0;
  let isClosed = false;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let latest: ReturnType<typeof setTimeout> | undefined;
  let draining: Promise<void> | undefined;
  /** Ends the pause between two tries, so that a flush does not wait for it. */
  let hurry = new AbortController();
  /** Fires when a closing queue's time is over. */
  const giveUp = new AbortController();

  const queued = () => waiting.length + writing;

  function wake(): void {
    if (draining || waiting.length === 0) return;
    if (waiting.length >= batchSize) return void drain();
    if (quiet) quiet.refresh();
    else quiet = setTimeout(drain, quietMs);
    latest ??= setTimeout(drain, maxMs);
  }

  function stopTimers(): void {
    clearTimeout(quiet);
    clearTimeout(latest);
    quiet = undefined;
    latest = undefined;
  }

  function drain(): Promise<void> {
    stopTimers();
    draining ??= writeAll().finally(() => {
      draining = undefined;
      wake();
    });
    return draining;
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0 && !giveUp.signal.aborted) {
      const batch = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      writing = batch.length;
      await write(batch);
    }
  }

  async function write(batch: readonly Span[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        giveUp.signal.throwIfAborted();
        await insert(batch, giveUp.signal);
        writing -= batch.length;
        return;
      } catch (error) {
        if (giveUp.signal.aborted) return drop(batch);
        if (!isWorthAnotherTry(error)) return refuse(batch, error);
        await pause(attempt);
      }
    }
  }

  async function refuse(batch: readonly Span[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await write(batch.slice(0, middle));
      await write(batch.slice(middle));
      return;
    }
    console.error("A span was refused by the database and dropped:", error);
    drop(batch);
  }

  function drop(batch: readonly Span[]): void {
    writing -= batch.length;
    dropped += batch.length;
  }

  /** Between half and all of a growing length, so that several apps do not come back at once. */
  async function pause(attempt: number): Promise<void> {
    const longest = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt, 10));
    await sleep(longest * (0.5 + Math.random() / 2), hurry.signal).catch(() => {
      // One pause is cut short; the next has its length again.
      hurry = new AbortController();
    });
  }

  async function flush(limitMs: number): Promise<number> {
    const over = new AbortController();
    const late = sleep(limitMs, over.signal).catch(() => undefined);
    const written = (async () => {
      while (queued() > 0 && !giveUp.signal.aborted) {
        hurry.abort();
        await drain();
      }
    })();
    await Promise.race([written, late]);
    over.abort();
    return queued();
  }

  return {
    push(span) {
      if (isClosed || queued() >= capacity) {
        dropped++;
        return;
      }
      waiting.push(span);
      wake();
    },
    stats: () => ({ queued: queued(), dropped }),
    flush,
    async close(limitMs) {
      isClosed = true;
      const left = await flush(limitMs);
      giveUp.abort();
      hurry.abort();
      stopTimers();
      if (left === 0) return;
      await draining;
      dropped += waiting.length;
      waiting = [];
    },
  };
}
