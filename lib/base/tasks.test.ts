import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Cancelled, createGate, DeadlineExceeded, inParallel, sleep, TooBusy, withDeadline } from "./tasks";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("withDeadline", () => {
  it("gives the value and leaves no timer behind", async () => {
    await expect(withDeadline(undefined, 100, async () => 7)).resolves.toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects with the deadline even where the work does not listen", async () => {
    const run = withDeadline(undefined, 100, () => new Promise(() => undefined));
    const failure = expect(run).rejects.toBeInstanceOf(DeadlineExceeded);
    await vi.advanceTimersByTimeAsync(100);
    await failure;
  });

  it("passes the parent's reason on", async () => {
    const parent = new AbortController();
    const run = withDeadline(parent.signal, 100, (signal) => sleep(50, signal));
    const failure = expect(run).rejects.toThrow("The request was closed.");
    parent.abort(new Cancelled("The request was closed."));
    await failure;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not start work for a parent that has been cancelled", async () => {
    const work = vi.fn(async () => 1);
    await expect(withDeadline(AbortSignal.abort(new Cancelled("no")), 100, work)).rejects.toThrow("no");
    expect(work).not.toHaveBeenCalled();
  });
});

describe("inParallel", () => {
  it("gives the values in order", async () => {
    const both = inParallel<[number, string]>(new AbortController().signal, [
      (signal) => sleep(20, signal).then(() => 1),
      async () => "b",
    ]);
    await vi.advanceTimersByTimeAsync(20);
    await expect(both).resolves.toEqual([1, "b"]);
  });

  it("cancels the others on the first failure, waits for them, and rejects with that failure", async () => {
    const ended: string[] = [];
    const group = inParallel<[unknown, unknown]>(new AbortController().signal, [
      async () => {
        await sleep(10);
        throw new Error("broken");
      },
      async (signal) => {
        await sleep(1_000, signal).catch(async (reason: unknown) => {
          await sleep(5);
          ended.push((reason as Error).name);
        });
      },
    ]);
    const failure = expect(group).rejects.toThrow("broken");
    await vi.advanceTimersByTimeAsync(15);
    await failure;
    expect(ended).toEqual(["Cancelled"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("createGate", () => {
  it("lets as many run as there are places, and the rest in their order", async () => {
    const gate = createGate({ places: 2, line: 5 });
    const order: number[] = [];
    const all = [1, 2, 3, 4].map((n) =>
      gate.run(undefined, async () => {
        order.push(n);
        await sleep(10);
      }),
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual([1, 2]);
    expect([gate.running, gate.waiting]).toEqual([2, 2]);
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3, 4]);
    expect([gate.running, gate.waiting]).toEqual([0, 0]);
  });

  it("refuses when the line is full", async () => {
    const gate = createGate({ places: 1, line: 0 });
    const first = gate.run(undefined, () => sleep(10));
    await expect(gate.run(undefined, async () => 1)).rejects.toBeInstanceOf(TooBusy);
    await vi.advanceTimersByTimeAsync(10);
    await first;
  });

  it("lets a waiting task leave the line", async () => {
    const gate = createGate({ places: 1, line: 3 });
    const first = gate.run(undefined, () => sleep(10));
    const controller = new AbortController();
    const second = gate.run(controller.signal, async () => 2);
    const failure = expect(second).rejects.toThrow("closed");
    controller.abort(new Cancelled("closed"));
    await failure;
    expect(gate.waiting).toBe(0);
    await vi.advanceTimersByTimeAsync(10);
    await first;
    await expect(gate.run(undefined, async () => 3)).resolves.toBe(3);
  });
});
