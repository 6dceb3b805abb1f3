// @ts-check

/**
 * Does `work` with a signal that aborts when `signal` does, or after `limitMs`. The timer is our own: in Node 20
 * AbortSignal.any holds AbortSignal.timeout so loosely that a garbage collection takes the limit away.
 *
 * @template T
 * @param {{ limitMs: number, signal: AbortSignal }} options
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLimit({ limitMs, signal }, work) {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`It did not end within ${limitMs / 1_000} s.`, "TimeoutError"));
  }, limitMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
