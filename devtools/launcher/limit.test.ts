import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { withLimit } from "./limit.mjs";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Ends only when its signal does, with the signal's reason. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

it("stops work that takes too long", async () => {
  const outcome = withLimit({ limitMs: 5_000, signal: new AbortController().signal }, untilAborted);
  const failure = expect(outcome).rejects.toThrow("It did not end within 5 s.");
  await vi.advanceTimersByTimeAsync(5_000);
  await failure;
});

it("stops work with the signal it was given, and begins none after that", async () => {
  const stopping = new AbortController();
  const outcome = withLimit({ limitMs: 5_000, signal: stopping.signal }, untilAborted);
  stopping.abort(new Error("stopped"));
  await expect(outcome).rejects.toThrow("stopped");
  const work = vi.fn();
  await expect(withLimit({ limitMs: 5_000, signal: stopping.signal }, work)).rejects.toThrow("stopped");
  expect(work).not.toHaveBeenCalled();
});

it("gives what the work gives and leaves no timer", async () => {
  const signal = new AbortController().signal;
  await expect(withLimit({ limitMs: 5_000, signal }, async () => 7)).resolves.toBe(7);
  expect(vi.getTimerCount()).toBe(0);
});
