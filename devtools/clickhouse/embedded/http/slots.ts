import { EngineError } from "../process/engine-error";

/** A bounded set of things, one user each, with a bounded line of people waiting for one. */
export class Slots<T> {
  readonly #free: T[];
  readonly #waiting: ((slot: T) => void)[] = [];
  /** When the line was last empty or moved. */
  #movedMs = 0;

  constructor(
    slots: readonly T[],
    readonly maxWaiting: number,
  ) {
    this.#free = [...slots];
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How long the line has not moved; 0 where nobody waits. */
  get stuckMs(): number {
    return this.#waiting.length === 0 ? 0 : Date.now() - this.#movedMs;
  }

  /** Throws when too many wait already, and when `signal` aborts first. */
  async take(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    if (this.#waiting.length >= this.maxWaiting)
      throw new EngineError(
        202,
        "TOO_MANY_SIMULTANEOUS_QUERIES",
        "Too many simultaneous queries: try again later",
      );
    if (this.#waiting.length === 0) this.#movedMs = Date.now();
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(onSlot), 1);
        reject(signal.reason);
      };
      const onSlot = (given: T) => {
        signal.removeEventListener("abort", onAbort);
        resolve(given);
      };
      this.#waiting.push(onSlot);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  give(slot: T): void {
    this.#movedMs = Date.now();
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.#free.push(slot);
  }
}
