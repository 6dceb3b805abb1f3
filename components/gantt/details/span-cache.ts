import type { SpanRef } from "@/lib/gantt/layout/row-state";
import type { Span } from "@/lib/trace/span";

export type LoadSpan = (run: number, span: number, signal: AbortSignal) => Promise<Span>;

/**
 * Several spans at once, in the order asked for; undefined for those that have to be asked for one by one. Only
 * where asking for one costs a journey.
 */
export type LoadSpans = (
  run: number,
  spans: readonly number[],
  signal: AbortSignal,
) => Promise<readonly (Span | undefined)[]>;

/** Spans kept, the most recently used ones: two screens full of rows. Spans may be large. */
const maxSpans = 128;
/** How long an opened span waits to arrive in a batch before it is requested alone. */
const batchMs = 150;
/** More rows than on a large screen are not read ahead. */
const maxInSight = 64;

/** One span that was asked for by itself. */
interface Request {
  readonly promise: Promise<Span>;
  readonly abort: AbortController;
  /** Its waiters; without any it is given up. */
  waiting: number;
}

/** Spans that were asked for together, because they are in sight. */
interface Batch {
  readonly keys: ReadonlySet<string>;
  readonly abort: AbortController;
  /** Until each of those who opened one of the spans has gone on to another. */
  readonly openers: Set<AbortSignal>;
  /** Resolves when what was found is at hand; also where nothing came. */
  readonly done: Promise<void>;
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const keyOf = (run: number, span: number) => `${run} ${span}`;

/**
 * Whole spans on their way and at hand: what was opened before, or read ahead because a person is about to open
 * it, is shown at once. A span is asked for once, however many wait for it.
 */
export class SpanCache {
  private readonly spans = new Map<string, Span>();
  private readonly requests = new Map<string, Request>();
  private readonly batches = new Set<Batch>();
  private ahead: AbortController | undefined;
  /** What cannot be read ahead is not asked for again with every rest of the view. */
  private readonly notAhead = new Set<string>();

  constructor(private readonly loadSpan: LoadSpan) {}

  /** The span, if it is at hand. */
  peek(run: number, span: number): Span | undefined {
    const key = keyOf(run, span);
    const known = this.spans.get(key);
    if (known) this.keep(key, known);
    return known;
  }

  /** Rejects as `loadSpan` does, and stays pending once `signal` has fired. */
  async load(run: number, span: number, signal: AbortSignal): Promise<Span> {
    const batch = this.batchWith(keyOf(run, span));
    if (batch) {
      batch.openers.add(signal);
      await Promise.race([batch.done, rest(batchMs)]);
      if (signal.aborted) return new Promise(() => {});
    }
    const known = this.peek(run, span);
    if (known) return known;
    const { promise, leave } = this.join(run, span);
    signal.addEventListener("abort", leave, { once: true });
    return promise;
  }

  /**
   * Reads spans ahead, one after the other; what is left of an earlier wish is given up. Failures are kept quiet:
   * opening the span reports it.
   */
  prefetch(wishes: readonly SpanRef[]): void {
    const before = this.ahead;
    const ahead = new AbortController();
    this.ahead = ahead;
    // Begins at once, so that a span that both wishes are for is not given up in between.
    void this.readAhead(wishes, ahead.signal);
    before?.abort();
  }

  /**
   * Reads what is in sight ahead, with one question for each run. What is on its way already is not asked for a
   * second time; an earlier question is given up where nothing of it is in sight or was opened. Resolves when its
   * own questions are answered or have failed, which is kept quiet.
   */
  async prefetchInSight(sight: readonly SpanRef[], loadSpans: LoadSpans): Promise<void> {
    const inSight = sight.slice(0, maxInSight);
    const keys = new Set(inSight.map(({ run, span }) => keyOf(run, span)));
    for (const batch of this.batches) {
      const isOpened = [...batch.openers].some((signal) => !signal.aborted);
      if (isOpened || [...batch.keys].some((key) => keys.has(key))) continue;
      batch.abort.abort();
      this.batches.delete(batch);
    }
    const runs = new Map<number, number[]>();
    for (const { run, span } of inSight) {
      const key = keyOf(run, span);
      if (this.spans.has(key) || this.notAhead.has(key) || this.requests.has(key) || this.batchWith(key)) {
        continue;
      }
      runs.set(run, [...(runs.get(run) ?? []), span]);
    }
    await Promise.all([...runs].map(([run, spans]) => this.askTogether(run, spans, loadSpans)));
  }

  private async readAhead(wishes: readonly SpanRef[], signal: AbortSignal): Promise<void> {
    for (const { run, span } of wishes) {
      if (signal.aborted) return;
      if (span < 0 || this.spans.has(keyOf(run, span))) continue;
      try {
        await this.load(run, span, signal);
      } catch {
        return;
      }
    }
  }

  private batchWith(key: string): Batch | undefined {
    for (const batch of this.batches) if (batch.keys.has(key)) return batch;
    return undefined;
  }

  private askTogether(run: number, spans: readonly number[], loadSpans: LoadSpans): Promise<void> {
    const keys = spans.map((span) => keyOf(run, span));
    const abort = new AbortController();
    const ask = async () => {
      try {
        for (const [index, span] of (await loadSpans(run, spans, abort.signal)).entries()) {
          const key = keys[index];
          if (key === undefined) break;
          if (span) this.keep(key, span);
          else this.notAhead.add(key);
        }
      } catch {
        // Opening the span requests it again and reports the failure.
      } finally {
        this.batches.delete(batch);
      }
    };
    const batch: Batch = {
      keys: new Set(keys),
      abort,
      openers: new Set(),
      done: Promise.resolve().then(ask),
    };
    this.batches.add(batch);
    return batch.done;
  }

  private join(run: number, span: number): { readonly promise: Promise<Span>; readonly leave: () => void } {
    const key = keyOf(run, span);
    const request = this.requests.get(key) ?? this.ask(key, run, span);
    request.waiting++;
    let isWaiting = true;
    return {
      promise: request.promise,
      leave: () => {
        if (!isWaiting) return;
        isWaiting = false;
        if (--request.waiting === 0) {
          request.abort.abort();
          if (this.requests.get(key) === request) this.requests.delete(key);
        }
      },
    };
  }

  private ask(key: string, run: number, span: number): Request {
    const abort = new AbortController();
    const promise = this.loadSpan(run, span, abort.signal).finally(() => {
      if (this.requests.get(key) === request) this.requests.delete(key);
    });
    const request: Request = { promise, abort, waiting: 0 };
    this.requests.set(key, request);
    promise.then(
      (loaded) => this.keep(key, loaded),
      () => undefined,
    );
    return request;
  }

  private keep(key: string, span: Span): void {
    this.spans.delete(key);
    this.spans.set(key, span);
    const [oldest] = this.spans.keys();
    if (this.spans.size > maxSpans && oldest !== undefined) this.spans.delete(oldest);
  }
}

const caches = new WeakMap<LoadSpan, SpanCache>();

/** The cache of a loader: whoever has the same loader has the same spans. */
export function spanCacheOf(loadSpan: LoadSpan): SpanCache {
  const known = caches.get(loadSpan);
  if (known) return known;
  const made = new SpanCache(loadSpan);
  caches.set(loadSpan, made);
  return made;
}
