import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";
import { createSpanQueue } from "./span-queue";

const span = (spanId: string): Span => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId,
  parentSpanId: "",
  traceState: "",
  name: "work",
  kind: "Internal",
  serviceName: "jiva",
  scopeName: "",
  scopeVersion: "",
  startNs: nanoseconds(1n),
  durationNs: nanoseconds(1n),
  status: "Unset",
  statusMessage: "",
  attributes: [],
  resource: [],
  events: [],
  links: [],
});

const away = new Error("away");
const isWorthAnotherTry = (error: unknown) => error === away;

/** A store that can be away, refuse a span, or hold its answer back. */
function createStore() {
  const stored: string[] = [];
  const batches: number[] = [];
  const state = { away: false, poison: "", tries: 0 };
  return {
    stored,
    batches,
    state,
    insert: async (spans: readonly Span[]) => {
      state.tries++;
      if (state.away) throw away;
      if (spans.some(({ spanId }) => spanId === state.poison)) throw new Error("bad row");
      batches.push(spans.length);
      stored.push(...spans.map(({ spanId }) => spanId));
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the span queue", () => {
  it("waits for spans that keep coming, but not for ever", async () => {
    const store = createStore();
    const queue = createSpanQueue({ ...store, isWorthAnotherTry, quietMs: 250, maxMs: 1_000 });
    for (let i = 0; i < 12; i++) {
      queue.push(span(`${i}`));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(store.batches).toEqual([10]);
    await vi.advanceTimersByTimeAsync(150);
    expect(store.batches).toEqual([10, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("writes what came together as one batch", async () => {
    const store = createStore();
    const queue = createSpanQueue({ ...store, isWorthAnotherTry });
    for (const id of ["a", "b", "c"]) queue.push(span(id));
    expect(queue.stats()).toEqual({ queued: 3, dropped: 0 });
    await vi.advanceTimersByTimeAsync(500);
    expect(store.batches).toEqual([3]);
    expect(queue.stats()).toEqual({ queued: 0, dropped: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not wait once a batch is full", async () => {
    const store = createStore();
    const queue = createSpanQueue({ ...store, isWorthAnotherTry, batchSize: 2 });
    for (const id of ["a", "b", "c"]) queue.push(span(id));
    await vi.advanceTimersByTimeAsync(0);
    expect(store.stored.slice(0, 2)).toEqual(["a", "b"]);
  });

  it("keeps trying while the database is away, in order and with growing pauses", async () => {
    const store = createStore();
    store.state.away = true;
    const queue = createSpanQueue({ ...store, isWorthAnotherTry, batchSize: 2 });
    for (const id of ["a", "b", "c"]) queue.push(span(id));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.state.tries).toBeLessThan(40);
    expect(queue.stats()).toEqual({ queued: 3, dropped: 0 });
    store.state.away = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(store.stored).toEqual(["a", "b", "c"]);
    expect(queue.stats()).toEqual({ queued: 0, dropped: 0 });
  });

  it("drops what comes when it is full, and counts it", async () => {
    const store = createStore();
    store.state.away = true;
    const queue = createSpanQueue({ ...store, isWorthAnotherTry, capacity: 3, batchSize: 2 });
    for (const id of ["a", "b", "c", "d", "e"]) queue.push(span(id));
    expect(queue.stats()).toEqual({ queued: 3, dropped: 2 });
    store.state.away = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(store.stored).toEqual(["a", "b", "c"]);
  });

  it("drops the one span that the database refuses and stores the others", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const store = createStore();
    store.state.poison = "p";
    const queue = createSpanQueue({ ...store, isWorthAnotherTry });
    for (const id of ["a", "b", "p", "c", "d"]) queue.push(span(id));
    await vi.advanceTimersByTimeAsync(500);
    expect(store.stored.sort()).toEqual(["a", "b", "c", "d"]);
    expect(queue.stats()).toEqual({ queued: 0, dropped: 1 });
  });

  it("flushes at once, also out of a pause", async () => {
    const store = createStore();
    store.state.away = true;
    const queue = createSpanQueue({ ...store, isWorthAnotherTry });
    queue.push(span("a"));
    await vi.advanceTimersByTimeAsync(20_000);
    store.state.away = false;
    await expect(queue.flush(1_000)).resolves.toBe(0);
    expect(store.stored).toEqual(["a"]);
  });

  it("ends in time when the database stays away, and says what was lost", async () => {
    const store = createStore();
    store.state.away = true;
    const queue = createSpanQueue({ ...store, isWorthAnotherTry });
    queue.push(span("a"));
    const closed = queue.close(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await closed;
    queue.push(span("late"));
    expect(queue.stats()).toEqual({ queued: 0, dropped: 2 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
