import { isNamed } from "@/lib/base/named-errors";
import { DeadlineExceeded, sleep, withDeadline } from "@/lib/base/tasks";
import type { Span } from "@/lib/trace/span";

/**
 * Where spans from outside wait for company: many small requests share one insert, and each is answered when
 * its own rows are stored. (What this process makes itself goes through span-queue, which keeps what it has and
 * drops what it cannot; here the sender keeps its spans until it is answered.)
 *
 * When an insert begins:
 * - `intervalMs` after the first span came to an empty line, so that slow senders make two inserts a second;
 * - at once where `largeSpans` wait and no insert runs: heavy senders are answered quickly and send more;
 * - beside a running insert where `parallelSpans` wait, which keeps the database busy while one is written.
 */
export interface SpanIntakeOptions {
  /** Stores spans, all or nothing. Spans that are tried again may be stored twice: reads count a span once. */
  readonly insert: (spans: readonly Span[], signal: AbortSignal) => Promise<void>;
  /** Whether the same spans may be stored later; otherwise they are at fault. */
  readonly isWorthAnotherTry: (error: unknown) => boolean;
  /** Whether the database has no room: trying again within seconds is of no use then. */
  readonly isDiskFull: (error: unknown) => boolean;
  readonly limits?: Partial<IntakeLimits>;
}

const intakeLimits = {
  intervalMs: 500,
  largeSpans: 256,
  parallelSpans: 1_024,
  /** An insert takes whole requests until it has this many spans. */
  batchSpans: 5_000,
  inserts: 2,
  /** Spans that wait or are being written. */
  capacitySpans: 100_000,
  /** Bodies that are being read or whose spans wait; decoded they take about five times that. */
  capacityBytes: 64 * 1024 * 1024,
  /** A restart of the database takes a few seconds and goes unnoticed; beyond this the sender should know. */
  awayMs: 5_000,
  /** Most senders give up after 10 s and send again; an insert that takes longer is of use to none of them. */
  insertMs: 15_000,
} as const;

type IntakeLimits = { readonly [K in keyof typeof intakeLimits]: number };

const firstPauseMs = 100;
const maxPauseMs = 1_000;

export type IntakeRefusalKind = "full" | "away" | "closing" | "no room" | "refused";

/** Nothing of the request is stored, but for `away`, where that is not known: send it again. */
export class IntakeRefusal extends Error {
  static readonly className = "IntakeRefusal";
  override readonly name = IntakeRefusal.className;
  constructor(
    readonly kind: IntakeRefusalKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A request's share of the bytes that the intake may hold. */
export interface IntakeRoom {
  /** Takes more; throws an IntakeRefusal (full) where there is none. */
  take(bytes: number): void;
  /** Gives all of it back. */
  leave(): void;
}

export interface SpanIntake {
  /** Throws an IntakeRefusal where the intake is full or closing. */
  enter(): IntakeRoom;
  /** Resolves when the spans are stored; rejects with an IntakeRefusal. */
  store(spans: readonly Span[]): Promise<void>;
  stats(): { readonly spans: number; readonly bytes: number };
  /** Takes no more, stores what waits for at most `limitMs`, and refuses the rest. */
  close(limitMs: number): Promise<void>;
}

interface Waiting {
  readonly spans: readonly Span[];
  /** When the sender has waited long enough. */
  readonly untilMs: number;
  readonly giveUp: ReturnType<typeof setTimeout>;
  resolve(): void;
  reject(refusal: IntakeRefusal): void;
}

export function createSpanIntake(options: SpanIntakeOptions): SpanIntake {
  const limits: IntakeLimits = {
    ...intakeLimits,
    ...options.limits,
  };
  let line: Waiting[] = [];
  let lineSpans = 0;
  let writingSpans = 0;
  let running = 0;
  let heldBytes = 0;
  let isDue = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Fires when a closing intake's time is over. */
  const stop = new AbortController();

  function wake(): void {
    while (line.length > 0 && running < limits.inserts && isTime()) begin();
    if (line.length > 0 && !isDue) {
      timer ??= setTimeout(() => {
        isDue = true;
        wake();
      }, limits.intervalMs);
    }
  }

  function isTime(): boolean {
    return isDue || isClosed || lineSpans >= (running === 0 ? limits.largeSpans : limits.parallelSpans);
  }

  function begin(): void {
    const batch = takeBatch();
    const spans = sum(batch);
    clearTimeout(timer);
    timer = undefined;
    isDue = false;
    running++;
    writingSpans += spans;
    void write(batch).finally(() => {
      running--;
      writingSpans -= spans;
      wake();
    });
  }

  function takeBatch(): Waiting[] {
    let count = 0;
    let spans = 0;
    while (count < line.length && spans < limits.batchSpans) spans += line[count++]?.spans.length ?? 0;
    const batch = line.slice(0, count);
    line = line.slice(count);
    lineSpans -= spans;
    for (const { giveUp } of batch) clearTimeout(giveUp);
    return batch;
  }

  /** Settles every request of the batch, and never rejects. */
  async function write(requests: readonly Waiting[]): Promise<void> {
    let batch = requests;
    for (let attempt = 0; batch.length > 0; attempt++) {
      const spans = batch.flatMap((waiting) => waiting.spans);
      try {
        await withDeadline(stop.signal, limits.insertMs, (signal) => options.insert(spans, signal));
        for (const { resolve } of batch) resolve();
        return;
      } catch (error) {
        if (stop.signal.aborted) return refuseAll(batch, closing());
        if (isNamed(error, DeadlineExceeded)) return refuseAll(batch, away(error));
        if (options.isDiskFull(error)) return refuseAll(batch, noRoom(error));
        if (!options.isWorthAnotherTry(error)) return refuse(batch, error);
        const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt, 10));
        const nextMs = Date.now() + pauseMs;
        refuseAll(
          batch.filter(({ untilMs }) => untilMs < nextMs),
          away(error),
        );
        batch = batch.filter(({ untilMs }) => untilMs >= nextMs);
        if (batch.length > 0) await sleep(pauseMs, stop.signal).catch(() => undefined);
      }
    }
  }

  /** The database refuses the rows. Each request is tried by itself, so that one cannot cost the others. */
  async function refuse(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      for (const waiting of batch) await write([waiting]);
      return;
    }
    console.error("Received spans were refused by the database:", error);
    refuseAll(batch, new IntakeRefusal("refused", "The database refuses these spans.", { cause: error }));
  }

  function refuseAll(batch: readonly Waiting[], refusal: IntakeRefusal): void {
    for (const { reject } of batch) reject(refusal);
  }

  function leaveLine(waiting: Waiting): void {
    line = line.filter((other) => other !== waiting);
    lineSpans -= waiting.spans.length;
    waiting.reject(away());
  }

  return {
    enter() {
      if (isClosed) throw closing();
      if (lineSpans + writingSpans >= limits.capacitySpans) throw full();
      let held = 0;
      return {
        take(bytes) {
          if (heldBytes + bytes > limits.capacityBytes) throw full();
          held += bytes;
          heldBytes += bytes;
        },
        leave() {
          heldBytes -= held;
          held = 0;
        },
      };
    },
    store(spans) {
      if (spans.length === 0) return Promise.resolve();
      if (isClosed) return Promise.reject(closing());
      // One request may go beyond the capacity, or a large one would never be taken.
      if (lineSpans + writingSpans >= limits.capacitySpans) return Promise.reject(full());
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          spans,
          untilMs: Date.now() + limits.awayMs,
          giveUp: setTimeout(() => leaveLine(waiting), limits.awayMs),
          resolve,
          reject,
        };
        line.push(waiting);
        lineSpans += spans.length;
        wake();
      });
    },
    stats: () => ({ spans: lineSpans + writingSpans, bytes: heldBytes }),
    async close(limitMs) {
      isClosed = true;
      wake();
      for (let waitedMs = 0; running > 0 && waitedMs < limitMs; waitedMs += 20) await sleep(20);
      stop.abort(closing());
      for (const waiting of line) {
        clearTimeout(waiting.giveUp);
        waiting.reject(closing());
      }
      line = [];
      lineSpans = 0;
      clearTimeout(timer);
    },
  };
}

function sum(batch: readonly Waiting[]): number {
  return batch.reduce((spans, waiting) => spans + waiting.spans.length, 0);
}

const full = () =>
  new IntakeRefusal("full", "More spans are arriving than can be stored. Send again in a moment.");
const closing = () => new IntakeRefusal("closing", "The server is stopping. Send again when it is back.");
const noRoom = (cause: unknown) =>
  new IntakeRefusal(
    "no room",
    "The database's disk is full. Keep these spans and send them again once there is room.",
    { cause },
  );
const away = (cause?: unknown) =>
  new IntakeRefusal("away", "The database does not answer. Send again in a few seconds.", { cause });
