const tickMs = 100;
/** A tick that comes late (the machine slept, the event loop was held up) counts as no more than this. */
const maxTickMs = 500;

/**
 * Calls `onOver` once the work has taken longer than `limitMs`, not counting the time in which it waited for its
 * caller to take a message or its output. Returns what stops the clock.
 */
export function startJobClock(limitMs: number, isWaiting: () => boolean, onOver: () => void): () => void {
  let busyMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (!isWaiting()) busyMs += Math.min(now - last, maxTickMs);
    last = now;
    if (busyMs > limitMs) {
      clearInterval(timer);
      onOver();
    }
  }, tickMs);
  return () => clearInterval(timer);
}
