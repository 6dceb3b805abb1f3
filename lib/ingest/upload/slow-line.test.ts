import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lineLimits, watchedLine } from "./slow-line";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A body that brings `bytes` every `everyMs`, `times` times, then ends or stalls. */
function bodyOf({
  bytes,
  everyMs,
  times,
  ends,
}: {
  bytes: number;
  everyMs: number;
  times: number;
  ends: boolean;
}) {
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      for (let n = 0; n < times; n++) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        controller.enqueue(new Uint8Array(bytes));
      }
      if (ends) controller.close();
    },
  });
}

/** Reads to the end, with a pause behind each chunk; gives the bytes and how it ended. */
async function read(
  body: ReadableStream<Uint8Array>,
  { pauseMs = 0, signal = new AbortController().signal } = {},
) {
  let bytes = 0;
  let ended = "ended";
  const began = Date.now();
  let endedMs = 0;
  const reading = (async () => {
    for await (const chunk of watchedLine(body, lineLimits, signal)) {
      bytes += chunk.length;
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })()
    .catch((error: Error) => {
      ended = error.message;
    })
    .finally(() => {
      endedMs = Date.now() - began;
    });
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  await reading;
  return { bytes, ended, seconds: Math.round(endedMs / 1_000) };
}

it("takes a line that is slow and steady for hours", async () => {
  const body = bodyOf({ bytes: 20_000, everyMs: 19_000, times: 1_000, ends: true });
  expect(await read(body)).toEqual({ bytes: 20_000_000, ended: "ended", seconds: 19_000 });
});

it("cuts a line that stands still for 30 s", async () => {
  const body = bodyOf({ bytes: 1_000_000, everyMs: 10, times: 3, ends: false });
  const { bytes, ended, seconds } = await read(body);
  expect({ bytes, ended }).toEqual({ bytes: 3_000_000, ended: "No byte of the upload came for 30 seconds." });
  expect(seconds).toBe(30);
});

it("cuts a line that never begins", async () => {
  expect(await read(bodyOf({ bytes: 0, everyMs: 0, times: 0, ends: false }))).toMatchObject({
    bytes: 0,
    seconds: 30,
  });
});

it("cuts a line that brings less than 1 kB/s for 60 s", async () => {
  const body = bodyOf({ bytes: 4_000, everyMs: 5_000, times: 1_000, ends: true });
  const { ended, seconds } = await read(body);
  expect(ended).toBe("Less than 1 kB of the upload came per second, for 60 seconds.");
  expect(seconds).toBe(60);
});

it("does not count the time in which nobody asks for more", async () => {
  const body = bodyOf({ bytes: 50_000, everyMs: 100, times: 5, ends: true });
  expect(await read(body, { pauseMs: 10 * 60_000 })).toMatchObject({ bytes: 250_000, ended: "ended" });
});

it("ends its wait where the upload is over, and leaves the body to its connection", async () => {
  const over = new AbortController();
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({ cancel });
  setTimeout(() => over.abort(new Error("over")), 5_000);
  expect(await read(body, { signal: over.signal })).toEqual({ bytes: 0, ended: "over", seconds: 5 });
  expect(cancel).not.toHaveBeenCalled();
  expect(body.locked).toBe(false);
});
