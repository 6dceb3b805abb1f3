import type { SpanRef } from "@/lib/gantt/row-state";
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

/** Spans may be large: so many are kept, the ones looked at last. Two screens full of rows. */
const maxSpans = 128;
/** More rows than on a large screen are not read ahead. */
const maxInSight = 64;

interface Request {
  readonly promise: Promise<Span>;
  readonly abort: AbortController;
  /** Who waits for it; without any it is given up. */
  waiting: number;
}

/**
 * Whole spans on their way and at hand: what was opened before, or read ahead because a person is about to open
 * it, is shown at once. A span is asked for once, however many wait for it.
 */
export class SpanCache {
  private readonly spans = new Map<string, Span>();
  private readonly requests = new Map<string, Request>();
  private ahead: AbortController | undefined;
  private sight: AbortController | undefined;
  /** What cannot be read ahead is not asked for again with every rest of the view. */
  private readonly notAhead = new Set<string>();

  constructor(private readonly loadSpan: LoadSpan) {}

  /** The span, if it is at hand. */
  peek(run: number, span: number): Span | undefined {
    const key = `${run} ${span}`;
    const known = this.spans.get(key);
    if (known) this.keep(key, known);
    return known;
  }

  /** Rejects as `loadSpan` does, and stays pending once `signal` has fired. */
  load(run: number, span: number, signal: AbortSignal): Promise<Span> {
    const known = this.peek(run, span);
    if (known) return Promise.resolve(known);
    const { promise, leave } = this.join(run, span);
    signal.addEventListener("abort", leave, { once: true });
    return promise;
  }

  /**
   * Reads spans ahead, one after the other; what is left of an earlier wish is given up. Failures are kept quiet:
   * who opens the span is told.
   */
  prefetch(wishes: readonly SpanRef[]): void {
    const before = this.ahead;
    const ahead = new AbortController();
    this.ahead = ahead;
    // Begins at once, so that a span that both wishes are for is not given up in between.
    void this.readAhead(wishes, ahead.signal);
    before?.abort();
  }

  /** Reads what is in sight ahead, with one question for each run; a newer sight gives the one before up. */
  async prefetchInSight(sight: readonly SpanRef[], loadSpans: LoadSpans): Promise<void> {
    this.sight?.abort();
    const controller = new AbortController();
    this.sight = controller;
    const isNew = ({ run, span }: SpanRef) => {
      const key = `${run} ${span}`;
      return !this.spans.has(key) && !this.notAhead.has(key);
    };
    const missing = sight.slice(0, maxInSight).filter(isNew);
    const runs = new Map<number, number[]>();
    for (const { run, span } of missing) runs.set(run, [...(runs.get(run) ?? []), span]);
    for (const [run, spans] of runs) {
      try {
        const loaded = await loadSpans(run, spans, controller.signal);
        if (controller.signal.aborted) return;
        for (const [index, span] of loaded.entries()) {
          const key = `${run} ${spans[index] ?? -1}`;
          if (span) this.keep(key, span);
          else this.notAhead.add(key);
        }
      } catch {
        // Who opens a span asks for it anew, and is told.
        return;
      }
    }
  }

  private async readAhead(wishes: readonly SpanRef[], signal: AbortSignal): Promise<void> {
    for (const { run, span } of wishes) {
      if (signal.aborted) return;
      if (span < 0 || this.spans.has(`${run} ${span}`)) continue;
      try {
        await this.load(run, span, signal);
      } catch {
        return;
      }
    }
  }

  private join(run: number, span: number): { readonly promise: Promise<Span>; readonly leave: () => void } {
    const key = `${run} ${span}`;
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
