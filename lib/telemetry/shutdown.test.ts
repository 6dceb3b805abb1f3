import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sleep } from "@/lib/base/tasks";
import { installShutdown } from "./shutdown";

const realExit = process.exit;
const exit = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  exit.mockClear();
  process.exit = exit as unknown as typeof process.exit;
});
afterEach(() => {
  vi.useRealTimers();
  process.exit = realExit;
  for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.removeAllListeners(event);
});

describe("installShutdown", () => {
  it("runs every hook in order before anybody's exit, once, whatever one of them does", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const done: string[] = [];
    const hook = (name: string, ms: number) => ({
      name,
      run: async () => {
        await sleep(ms);
        done.push(name);
        if (name === "second") throw new Error("broken");
      },
    });
    installShutdown([hook("first", 50), hook("second", 10), hook("third", 10)], 1_000);
    process.emit("SIGTERM", "SIGTERM");
    process.exit(3);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(70);
    expect(done).toEqual(["first", "second", "third"]);
    expect(exit).toHaveBeenNthCalledWith(1, 0);
  });

  it("ends in time when a hook hangs", async () => {
    installShutdown([{ name: "stuck", run: () => new Promise(() => undefined) }], 1_000);
    process.emit("disconnect");
    await vi.advanceTimersByTimeAsync(999);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(exit).toHaveBeenCalledWith(0);
  });
});
