import type { Writable } from "node:stream";
import { EngineError } from "../process/engine-error";

/** A peer that neither sends nor takes a byte for this long is gone (a server's default as well). */
export const stallMs = 300_000;

/**
 * Writes and waits until there is room for more. False when the other side has gone: then nothing more
 * need be written.
 */
export async function write(sink: Writable, chunk: Uint8Array): Promise<boolean> {
  if (sink.destroyed || sink.writableEnded) return false;
  if (sink.write(chunk)) return true;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => sink.destroy(), stallMs);
    const done = () => {
      clearTimeout(timer);
      sink.off("drain", done);
      sink.off("close", done);
      resolve();
    };
    sink.on("drain", done);
    sink.on("close", done);
  });
  return !sink.destroyed;
}

/** Bytes that arrive, with a look at what comes first. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #seen: Uint8Array[] = [];
  #seenBytes = 0;
  #isDone = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The first bytes, at least `bytes` of them unless everything is shorter; they stay to be read. */
  async peek(bytes: number): Promise<{ head: Buffer; isAll: boolean }> {
    while (!this.#isDone && this.#seenBytes < bytes) {
      const next = await this.#chunks.next();
      if (next.done) this.#isDone = true;
      else {
        this.#seen.push(next.value);
        this.#seenBytes += next.value.length;
      }
    }
    const head = Buffer.concat(this.#seen);
    this.#seen = [head];
    return { head, isAll: this.#isDone };
  }

  /** Everything from `offset` (within what was peeked) on. */
  async *from(offset: number): AsyncGenerator<Uint8Array> {
    const head = Buffer.concat(this.#seen).subarray(offset);
    this.#seen = [];
    if (head.length > 0) yield head;
    while (!this.#isDone) {
      const next = await this.#chunks.next();
      if (next.done) this.#isDone = true;
      else yield next.value;
    }
  }

  /** Everything, for text that must be whole. */
  async all(maxBytes: number): Promise<Buffer> {
    const { head, isAll } = await this.peek(maxBytes + 1);
    if (!isAll)
      throw new EngineError(229, "QUERY_IS_TOO_LARGE", `The query is longer than ${maxBytes} bytes`);
    return head;
  }
}
