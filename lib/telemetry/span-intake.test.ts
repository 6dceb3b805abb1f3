import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";
import { createSpanIntake, type SpanIntakeOptions } from "./span-intake";

const span = (name: string): Span => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: "",
  traceState: "",
  name,
  kind: "Internal",
  serviceName: "shop",
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
const spans = (count: number, name = "work") => Array.from({ length: count }, () => span(name));

const away = new Error("away");
const diskFull = new Error("disk full");

/** A store that answers after 10 ms, and can be away, full, silent, or refuse a span of the name "poison". */
function createStore() {
  const state = { isAway: false, isFull: false, isSilent: false };
  const batches: string[][] = [];
  const insert: SpanIntakeOptions["insert"] = async (batch, signal) => {
    if (state.isAway) throw away;
    if (state.isFull) throw diskFull;
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      if (!state.isSilent) setTimeout(resolve, 10);
    });
    if (batch.some(({ name }) => name === "poison")) throw new Error("bad row");
    batches.push(batch.map(({ name }) => name));
  };
  const isDiskFull = (error: unknown) => error === diskFull;
  const isWorthAnotherTry = (error: unknown) => error === away || error === diskFull;
  return { state, batches, insert, isWorthAnotherTry, isDiskFull };
}

/** What has become of a request by now. */
function watch(request: Promise<void>): { readonly now: string } {
  const seen = { now: "waits" };
  request.then(
    () => {
      seen.now = "stored";
    },
    (error: { kind: string }) => {
      seen.now = error.kind;
    },
  );
  return seen;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the span intake", () => {
  it("lets small requests share an insert, and answers when it is through", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    const first = watch(intake.store(spans(1, "a")));
    await vi.advanceTimersByTimeAsync(300);
    const second = watch(intake.store(spans(2, "b")));
    await vi.advanceTimersByTimeAsync(205);
    expect([first.now, second.now, store.batches]).toEqual(["waits", "waits", []]);
    await vi.advanceTimersByTimeAsync(5);
    expect([first.now, second.now, store.batches]).toEqual(["stored", "stored", [["a", "b", "b"]]]);
    expect(intake.stats()).toEqual({ spans: 0, bytes: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("makes at most two inserts a second of 200 senders with a span a second, each answered within one", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    let slowestMs = 0;
    for (let n = 0; n < 200 * 10; n++) {
      const sentMs = Date.now();
      void intake.store(spans(1)).then(() => {
        slowestMs = Math.max(slowestMs, Date.now() - sentMs);
      });
      await vi.advanceTimersByTimeAsync(5);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.batches.flat()).toHaveLength(2_000);
    expect(store.batches.length).toBeLessThanOrEqual(21);
    expect(slowestMs).toBeLessThanOrEqual(520);
  });

  it("does not let a large request wait, and keeps a second insert busy", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    const requests = [512, 512, 512, 512, 100].map((count) => watch(intake.store(spans(count))));
    await vi.advanceTimersByTimeAsync(10);
    expect(requests.map(({ now }) => now)).toEqual(["stored", "stored", "stored", "waits", "waits"]);
    expect(store.batches.map(({ length }) => length)).toEqual([512, 1_024]);
    await vi.advanceTimersByTimeAsync(10);
    expect(store.batches.map(({ length }) => length)).toEqual([512, 1_024, 612]);
  });

  it("never cuts a request in two, and takes no more than a batch of them", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    for (const count of [300, 4_000, 4_000, 4_000]) void intake.store(spans(count));
    await vi.advanceTimersByTimeAsync(20);
    expect(store.batches.map(({ length }) => length)).toEqual([300, 4_000, 8_000]);
  });

  it("says at once that the disk is full, and takes spans again when it is not", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    store.state.isFull = true;
    const early = watch(intake.store(spans(1)));
    await vi.advanceTimersByTimeAsync(600);
    expect(early.now).toBe("no room");
    store.state.isFull = false;
    const late = watch(intake.store(spans(1)));
    await vi.advanceTimersByTimeAsync(600);
    expect(late.now).toBe("stored");
  });

  it("bridges a short absence of the database, and says so when it is long", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    store.state.isAway = true;
    const short = watch(intake.store(spans(1)));
    await vi.advanceTimersByTimeAsync(3_000);
    store.state.isAway = false;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(short.now).toBe("stored");

    store.state.isAway = true;
    const long = [
      watch(intake.store(spans(400))),
      watch(intake.store(spans(2_000))),
      watch(intake.store(spans(9))),
    ];
    await vi.advanceTimersByTimeAsync(3_000);
    long.push(watch(intake.store(spans(1))));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(long.map(({ now }) => now)).toEqual(["away", "away", "away", "waits"]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(long.map(({ now }) => now)).toEqual(["away", "away", "away", "away"]);
    expect(store.batches).toEqual([["work"]]);
    expect(intake.stats().spans).toBe(0);
    store.state.isAway = false;
    const again = watch(intake.store(spans(1)));
    await vi.advanceTimersByTimeAsync(510);
    expect(again.now).toBe("stored");
  });

  it("waits for no insert for ever, nor for a place behind one", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    store.state.isSilent = true;
    const writing = [watch(intake.store(spans(5_000))), watch(intake.store(spans(5_000)))];
    const behind = watch(intake.store(spans(5_000)));
    await vi.advanceTimersByTimeAsync(5_000);
    expect([writing[0]?.now, behind.now]).toEqual(["waits", "away"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writing.map(({ now }) => now)).toEqual(["away", "away"]);
    expect(intake.stats().spans).toBe(0);
  });

  it("does not let the request that the database refuses cost the others", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    const requests = ["a", "poison", "b"].map((name) => watch(intake.store(spans(1, name))));
    await vi.advanceTimersByTimeAsync(600);
    expect(requests.map(({ now }) => now)).toEqual(["stored", "refused", "stored"]);
    expect(store.batches).toEqual([["a"], ["b"]]);
    expect(console.error).toHaveBeenCalledOnce();
  });

  it("is full of spans, and of bytes", async () => {
    const store = createStore();
    const intake = createSpanIntake({ ...store, limits: { capacitySpans: 10, capacityBytes: 100 } });
    const first = watch(intake.store(spans(15)));
    const second = watch(intake.store(spans(1)));
    await vi.advanceTimersByTimeAsync(1);
    expect([first.now, second.now]).toEqual(["waits", "full"]);
    expect(() => intake.enter()).toThrow(expect.objectContaining({ kind: "full" }));
    await vi.advanceTimersByTimeAsync(600);
    expect(first.now).toBe("stored");

    const room = intake.enter();
    const other = intake.enter();
    room.take(60);
    room.take(40);
    expect(() => other.take(1)).toThrow(expect.objectContaining({ kind: "full" }));
    room.leave();
    room.leave();
    other.take(1);
    expect(intake.stats()).toEqual({ spans: 0, bytes: 1 });
  });

  it("stores what waits when it closes, takes no more, and gives up in time", async () => {
    const store = createStore();
    const intake = createSpanIntake(store);
    const waiting = watch(intake.store(spans(1)));
    const closed = intake.close(1_000);
    const late = watch(intake.store(spans(1)));
    await vi.advanceTimersByTimeAsync(40);
    await closed;
    expect([waiting.now, late.now]).toEqual(["stored", "closing"]);
    expect(() => intake.enter()).toThrow(expect.objectContaining({ kind: "closing" }));

    const stuck = createStore();
    stuck.state.isAway = true;
    const hopeless = createSpanIntake(stuck);
    const lost = [watch(hopeless.store(spans(400))), watch(hopeless.store(spans(10)))];
    const ended = hopeless.close(200);
    await vi.advanceTimersByTimeAsync(1_500);
    await ended;
    expect(lost.map(({ now }) => now)).toEqual(["closing", "closing"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
