/**
 * Work as tasks: each gets an AbortSignal, each has an end. A task that is cancelled rejects with the
 * signal's reason, so the cause travels with the signal: a deadline, a closed request, a failed sibling.
 */

/** The work took longer than it was allowed to. */
export class DeadlineExceeded extends Error {
  static readonly className = "DeadlineExceeded";
  override readonly name = DeadlineExceeded.className;
  constructor(readonly limitMs: number) {
    super(`The work did not finish within ${limitMs} ms.`);
  }
}

/** Somebody no longer wants the result: the request was closed, the app is stopping, a sibling failed. */
export class Cancelled extends Error {
  static readonly className = "Cancelled";
  override readonly name = Cancelled.className;
}

/** There is no room for another task now; `retryAfterMs` is when to ask again. */
export class TooBusy extends Error {
  static readonly className = "TooBusy";
  override readonly name = TooBusy.className;
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/**
 * Runs `work` with a signal that fires after `limitMs` (with a DeadlineExceeded) or with `parent`.
 * Rejects with the cause as soon as the signal fires, even where `work` does not listen; `work` is expected
 * to stop by itself soon after. The timer and the listener are gone when this settles.
 */
export async function withDeadline<T>(
  parent: AbortSignal | undefined,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = () => controller.abort(parent?.reason ?? new Cancelled("The work was cancelled."));
  if (parent?.aborted) cancel();
  parent?.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(() => controller.abort(new DeadlineExceeded(limitMs)), limitMs);
  try {
    return await abortable(controller.signal, () => work(controller.signal));
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener("abort", cancel);
  }
}

/** Rejects with the signal's reason as soon as it fires, whatever `work` does. */
export function abortable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

/**
 * Runs tasks side by side and waits for all of them. The first failure cancels the others, is waited out,
 * and is what the group rejects with: no task outlives its group.
 */
export async function inParallel<T extends readonly unknown[]>(
  parent: AbortSignal,
  tasks: { [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const controller = new AbortController();
  const cancel = () => controller.abort(parent.reason);
  if (parent.aborted) cancel();
  parent.addEventListener("abort", cancel, { once: true });
  let first: { readonly error: unknown } | undefined;
  const running = tasks.map(async (task) => {
    try {
      controller.signal.throwIfAborted();
      return await task(controller.signal);
    } catch (error) {
      first ??= { error };
      controller.abort(new Cancelled("A task beside this one failed.", { cause: error }));
      return undefined;
    }
  });
  try {
    const values = await Promise.all(running);
    if (first) throw first.error;
    return values as unknown as T;
  } finally {
    parent.removeEventListener("abort", cancel);
  }
}

/** Resolves after `ms`, or rejects with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

export interface Gate {
  /** Waits for a place, runs `work`, gives the place back. Throws TooBusy when the line is full. */
  run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

/** At most `places` tasks run at once and at most `line` wait; first come, first served. */
export function createGate({ places, line }: { places: number; line: number }): Gate {
  let running = 0;
  const waiters: (() => void)[] = [];

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < places) {
      running++;
      return;
    }
    if (waiters.length >= line) throw new TooBusy("Too many tasks are waiting already.", 1_000);
    await new Promise<void>((resolve, reject) => {
      const take = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        waiters.splice(waiters.indexOf(take), 1);
        reject(signal?.reason);
      };
      waiters.push(take);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  function leave(): void {
    const next = waiters.shift();
    // The place goes straight to the next in line, so a newcomer cannot take it.
    if (next) next();
    else running--;
  }

  return {
    async run(signal, work) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return waiters.length;
    },
  };
}
