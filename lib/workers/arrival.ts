/**
 * How much of a file has been written, in memory that the writing thread shares with the reading one, and whether
 * the reader waits for more: then its time is not counted.
 */

const written = 0;
const isEnded = 1;
const isWaiting = 2;

/** A reader looks again by itself after this time, should it miss a call. */
const recheckMs = 1_000;

export interface Arrival {
  readonly shared: SharedArrayBuffer;
  arrived(bytes: number): void;
  ended(): void;
}

export function createArrival(): Arrival {
  const shared = new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT);
  const state = new BigInt64Array(shared);
  const wake = () => Atomics.notify(state, written);
  return {
    shared,
    arrived(bytes) {
      Atomics.store(state, written, BigInt(bytes));
      wake();
    },
    ended() {
      Atomics.store(state, isEnded, 1n);
      wake();
    },
  };
}

/** Whether the reader of a file waits for its writer now. */
export function isStarved(shared: SharedArrayBuffer): boolean {
  return Atomics.load(new BigInt64Array(shared), isWaiting) === 1n;
}

/**
 * Blocks the calling thread until more than `bytes` have been written or the file has ended; gives the number that
 * have been written by then.
 */
export function waitForMore(shared: SharedArrayBuffer, bytes: number): { bytes: number; isEnd: boolean } {
  const state = new BigInt64Array(shared);
  for (;;) {
    // In this order: the writer counts its last bytes before it says that it has ended.
    const isEnd = Atomics.load(state, isEnded) === 1n;
    const now = Atomics.load(state, written);
    if (isEnd || Number(now) > bytes) return { bytes: Number(now), isEnd };
    Atomics.store(state, isWaiting, 1n);
    Atomics.wait(state, written, now, recheckMs);
    Atomics.store(state, isWaiting, 0n);
  }
}
