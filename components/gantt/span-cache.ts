import type { SpanRef } from "@/lib/gantt/row-state";
import type { Span } from "@/lib/trace/span";

export type LoadSpan = (run: number, span: number, signal: AbortSignal) => Promise<Span>;

/** Spans may be large: so many are kept, the ones looked at last. */
const maxSpans = 64;

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
