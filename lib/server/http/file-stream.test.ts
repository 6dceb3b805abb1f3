import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toStream } from "./file-stream";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function made(pieces: number, failAt = -1) {
  const log: string[] = [];
  const file = (async function* () {
    try {
      for (let i = 0; i < pieces; i++) {
        if (i === failAt) throw new Error("The database is away.");
        yield Uint8Array.of(i);
      }
    } finally {
      log.push("closed");
    }
  })();
  return { log, stream: toStream(file, () => log.push("ended")) };
}

describe("a file as a stream", () => {
  it("ends once when it was read whole", async () => {
    const { log, stream } = made(3);
    expect([...new Uint8Array(await new Response(stream).arrayBuffer())]).toEqual([0, 1, 2]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(log).toEqual(["closed", "ended"]);
  });

  it("ends once when its reader goes, and closes what it read from", async () => {
    const { log, stream } = made(3);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(log.toSorted()).toEqual(["closed", "ended"]);
  });

  it("fails as its source does", async () => {
    const { log, stream } = made(3, 1);
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow("The database is away.");
    expect(log).toEqual(["closed", "ended"]);
  });

  it("is given up when nothing of it is taken for a minute", async () => {
    const { log, stream } = made(100);
    const reader = stream.getReader();
    await reader.read();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(log).toEqual([]);
    await reader.read();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log.toSorted()).toEqual(["closed", "ended"]);
    await expect(reader.read()).rejects.toThrow("not read for a minute");
  });
});
