import { sleep } from "@/lib/base/tasks";

export interface DatabaseReturn {
  /**
   * Says that a connection was lost and resolves true when the database answers again; false after `limitMs`, or
   * once the signal fires.
   */
  untilBack(signal?: AbortSignal): Promise<boolean>;
  /** From now on nobody waits any more. */
  close(): void;
}

export interface DatabaseReturnOptions {
  /** Whether the database answers now. Never rejects, and has a limit of its own. */
  readonly ping: (signal: AbortSignal) => Promise<boolean>;
  /** Called each time the database has come back. */
  readonly onBack?: () => void;
  readonly limitMs?: number;
}

/** The launcher has a new engine within 10 s of what ended the old one. */
const backLimitMs = 10_000;
const firstPauseMs = 100;
const maxPauseMs = 1_000;

/** Waits for a database that went away. All who wait share one row of pings. */
export function createDatabaseReturn({
  ping,
  onBack,
  limitMs = backLimitMs,
}: DatabaseReturnOptions): DatabaseReturn {
  const closing = new AbortController();
  let looking: Promise<boolean> | undefined;

  async function look(): Promise<boolean> {
    for (let pauseMs = firstPauseMs; !closing.signal.aborted; pauseMs = Math.min(maxPauseMs, pauseMs * 1.5)) {
      if (await ping(closing.signal)) {
        onBack?.();
        return true;
      }
      await sleep(pauseMs, closing.signal).catch(() => undefined);
    }
    return false;
  }

  return {
    async untilBack(signal) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      const over = new AbortController();
      const stop = () => over.abort();
      signal?.addEventListener("abort", stop, { once: true });
      if (signal?.aborted) stop();
      const late = sleep(limitMs, over.signal).then(
        () => false,
        () => false,
      );
      try {
        return await Promise.race([looking, late]);
      } finally {
        stop();
        signal?.removeEventListener("abort", stop);
      }
    },
    close: () => closing.abort(),
  };
}
