import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDatabaseReturn } from "./database-return";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("untilBack", () => {
  it("resolves when the database answers, asked by one row of pings for all who wait", async () => {
    let isBack = false;
    const ping = vi.fn(async () => isBack);
    const onBack = vi.fn();
    const { untilBack } = createDatabaseReturn({ ping, onBack });
    const waiting = Promise.all([untilBack(), untilBack(), untilBack()]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(ping.mock.calls.length).toBeLessThan(10);
    isBack = true;
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(waiting).resolves.toEqual([true, true, true]);
    expect(onBack).toHaveBeenCalledTimes(1);
  });

  it("gives up after its limit, and still notices the return", async () => {
    let isBack = false;
    const onBack = vi.fn();
    const { untilBack } = createDatabaseReturn({ ping: async () => isBack, onBack, limitMs: 3_000 });
    const waiting = untilBack();
    await vi.advanceTimersByTimeAsync(3_000);
    await expect(waiting).resolves.toBe(false);
    isBack = true;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(onBack).toHaveBeenCalledTimes(1);
  });

  it("gives up with its caller, and at once where that is gone already", async () => {
    const { untilBack } = createDatabaseReturn({ ping: async () => false });
    const leaving = new AbortController();
    const waiting = untilBack(leaving.signal);
    leaving.abort();
    await expect(waiting).resolves.toBe(false);
    await expect(untilBack(AbortSignal.abort())).resolves.toBe(false);
  });

  it("asks no more once it is closed", async () => {
    const ping = vi.fn(async () => false);
    const { untilBack, close } = createDatabaseReturn({ ping });
    const waiting = untilBack();
    await vi.advanceTimersByTimeAsync(500);
    close();
    await expect(waiting).resolves.toBe(false);
    const before = ping.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ping.mock.calls.length).toBe(before);
  });
});
