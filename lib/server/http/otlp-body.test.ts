import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readOtlpBody } from "./otlp-body";

afterEach(() => vi.useRealTimers());

const mebibyte = 1024 * 1024;

function requestOf(
  body: BodyInit | ReadableStream | null,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Request {
  const init = { method: "POST", headers, body, duplex: "half", ...(signal && { signal }) };
  return new Request("http://localhost/v1/traces", init as RequestInit);
}

/** A body that comes in these pieces and then ends, fails, or says nothing more. */
function bodyOf(pieces: readonly Uint8Array[], end: "close" | "fail" | "stall") {
  let cancelled = false;
  let given = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[given++];
      if (piece) return controller.enqueue(piece);
      if (end === "close") return controller.close();
      if (end === "fail")
        return controller.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
      return new Promise(() => undefined);
    },
    cancel() {
      cancelled = true;
    },
  });
  return { stream, isCancelled: () => cancelled, given: () => given };
}

/** A room that has always more, and knows how much was taken. */
function openRoom() {
  return {
    taken: 0,
    take(bytes: number) {
      this.taken += bytes;
    },
    leave: () => undefined,
  };
}

const read = (request: Request, room = openRoom()) => readOtlpBody(request, room);
const statusOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 200,
    (error: { status?: number; message: string }) => error.status ?? error.message,
  );

describe("an OTLP request's body", () => {
  it("is read whole, unzipped where it is zipped", async () => {
    const text = Buffer.from("spans ".repeat(10_000));
    const room = openRoom();
    expect(await read(requestOf(text), room)).toEqual(text);
    expect(room.taken).toBe(text.length);
    for (const encoding of ["gzip", " GZIP "]) {
      expect(await read(requestOf(gzipSync(text), { "content-encoding": encoding }))).toEqual(text);
    }
    expect(await read(requestOf(text, { "content-encoding": "identity" }))).toEqual(text);
    const parts = Buffer.concat([gzipSync(text.subarray(0, 7)), gzipSync(text.subarray(7))]);
    expect(await read(requestOf(parts, { "content-encoding": "gzip" }))).toEqual(text);
    expect(await read(requestOf(null))).toEqual(Buffer.alloc(0));
  });

  it.each(["br", "deflate", "zstd", "gzip, gzip", "x"])("of the encoding %s is refused", async (encoding) => {
    expect(await statusOf(read(requestOf("x", { "content-encoding": encoding })))).toBe(415);
  });

  it("that is no gzip, or not all of one, is refused", async () => {
    const whole = gzipSync("spans");
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 6] = (flipped[flipped.length - 6] ?? 0) ^ 1;
    for (const body of ["no gzip", whole.subarray(0, 12), whole.subarray(0, -1), flipped]) {
      expect(await statusOf(read(requestOf(body as BodyInit, { "content-encoding": "gzip" })))).toBe(400);
    }
  });

  it("is cut off where it grows beyond the limit, whatever its length was said to be", async () => {
    const pieces = Array.from({ length: 64 }, () => new Uint8Array(mebibyte));
    const plain = bodyOf(pieces, "close");
    expect(await statusOf(read(requestOf(plain.stream, { "content-length": "10" })))).toBe(413);
    expect(plain.given()).toBeLessThan(30);
    expect(plain.isCancelled()).toBe(true);
    const untouched = bodyOf(pieces, "close");
    const length = String(21 * mebibyte);
    expect(await statusOf(read(requestOf(untouched.stream, { "content-length": length })))).toBe(413);
    expect(untouched.given()).toBeLessThan(3);
    const bomb = requestOf(gzipSync(Buffer.alloc(100 * mebibyte)), { "content-encoding": "gzip" });
    const room = openRoom();
    expect(await statusOf(read(bomb, room))).toBe(413);
    expect(room.taken).toBeLessThanOrEqual(20 * mebibyte);
    expect(await statusOf(read(requestOf(new Uint8Array(20 * mebibyte))))).toBe(200);
  });

  it.each(["identity", "gzip"])(
    "that breaks off is refused, and no failure of ours (%s)",
    async (encoding) => {
      const { stream } = bodyOf([gzipSync("spans").subarray(0, 8)], "fail");
      expect(await statusOf(read(requestOf(stream, { "content-encoding": encoding })))).toBe(400);
    },
  );

  it.each(["identity", "gzip"])("that comes too slowly is not waited for (%s)", async (encoding) => {
    vi.useFakeTimers();
    const slow = bodyOf([gzipSync("spans").subarray(0, 8)], "stall");
    const reading = statusOf(read(requestOf(slow.stream, { "content-encoding": encoding })));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(slow.isCancelled()).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await reading).toBe(408);
    await vi.advanceTimersByTimeAsync(0);
    expect(slow.isCancelled()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends with its request", async () => {
    const caller = new AbortController();
    const { stream } = bodyOf([new Uint8Array(8)], "stall");
    const reading = statusOf(read(requestOf(stream, {}, caller.signal)));
    caller.abort(new Error("gone"));
    expect(await reading).toBe("gone");
  });
});
