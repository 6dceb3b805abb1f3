import { expect, it, vi } from "vitest";
import type { Span } from "@/lib/trace/span";
import { type LoadSpan, type LoadSpans, SpanCache, spanCacheOf } from "./span-cache";

const spanOf = (name: string) => ({ name }) as Span;
const signal = () => new AbortController().signal;

/** A loader that answers on demand. */
function slowLoader() {
  const asked: { span: number; signal: AbortSignal; answer: () => void; fail: () => void }[] = [];
  const loadSpan: LoadSpan = (_, span, aborted) =>
    new Promise((resolve, reject) => {
      asked.push({
        span,
        signal: aborted,
        answer: () => resolve(spanOf(`span ${span}`)),
        fail: () => reject(new Error("The database is away.")),
      });
    });
  return { asked, cache: new SpanCache(loadSpan) };
}

it("asks once for a span that is read ahead and then opened, and has it at hand afterwards", async () => {
  const { asked, cache } = slowLoader();
  cache.prefetch([{ run: 0, span: 7 }]);
  const opened = cache.load(0, 7, signal());
  asked[0]?.answer();
  await expect(opened).resolves.toEqual(spanOf("span 7"));
  expect(asked).toHaveLength(1);
  expect(cache.peek(0, 7)).toEqual(spanOf("span 7"));
  expect(cache.peek(1, 7)).toBeUndefined();
});

it("gives up what nobody waits for any more, and only that", () => {
  const { asked, cache } = slowLoader();
  const leaving = new AbortController();
  void cache.load(0, 1, leaving.signal);
  void cache.load(0, 2, leaving.signal);
  void cache.load(0, 2, signal());
  cache.prefetch([{ run: 0, span: 3 }]);
  cache.prefetch([{ run: 0, span: 4 }]);
  leaving.abort();
  expect(asked.map(({ span, signal: { aborted } }) => [span, aborted])).toEqual([
    [1, true],
    [2, false],
    [3, true],
    [4, false],
  ]);
});

it("reads ahead one after the other", async () => {
  const { asked, cache } = slowLoader();
  cache.prefetch([
    { run: 0, span: 1 },
    { run: 0, span: -1 },
    { run: 0, span: 2 },
  ]);
  expect(asked.map(({ span }) => span)).toEqual([1]);
  asked[0]?.answer();
  await vi.waitFor(() => expect(asked.map(({ span }) => span)).toEqual([1, 2]));
});

it("asks again after a failure", async () => {
  const { asked, cache } = slowLoader();
  const first = cache.load(0, 1, signal());
  asked[0]?.fail();
  await expect(first).rejects.toThrow("The database is away.");
  const second = cache.load(0, 1, signal());
  asked[1]?.answer();
  await expect(second).resolves.toEqual(spanOf("span 1"));
});

it("reads what is in sight ahead at once, run by run, but what is at hand already", async () => {
  const { asked, cache } = slowLoader();
  const loadSpans = vi.fn(async (run: number, spans: readonly number[]) =>
    spans.map((span) => (span === 3 ? undefined : spanOf(`${run} ${span}`))),
  );
  const sight = [
    { run: 0, span: 1 },
    { run: 0, span: 3 },
    { run: 1, span: 2 },
  ];
  await cache.prefetchInSight(sight, loadSpans);
  expect(loadSpans.mock.calls.map(([run, spans]) => [run, spans])).toEqual([
    [0, [1, 3]],
    [1, [2]],
  ]);
  expect([cache.peek(0, 1), cache.peek(0, 3), cache.peek(1, 2)]).toEqual([
    spanOf("0 1"),
    undefined,
    spanOf("1 2"),
  ]);
  await cache.prefetchInSight(sight, loadSpans);
  expect(loadSpans).toHaveBeenCalledTimes(2);
  expect(asked).toHaveLength(0);
});

/** A loader of several spans that answers on demand. */
function slowTogether() {
  const asked: {
    spans: readonly number[];
    signal: AbortSignal;
    answer: (missing?: number) => void;
    fail: () => void;
  }[] = [];
  const loadSpans: LoadSpans = (_, spans, aborted) =>
    new Promise((resolve, reject) => {
      asked.push({
        spans,
        signal: aborted,
        answer: (missing) =>
          resolve(spans.map((span) => (span === missing ? undefined : spanOf(`span ${span}`)))),
        fail: () => reject(new Error("The database is away.")),
      });
    });
  return { asked, loadSpans };
}
const refs = (...spans: number[]) => spans.map((span) => ({ run: 0, span }));

it("asks for no span twice that is in sight again, and gives up what is out of sight", async () => {
  const { cache } = slowLoader();
  const { asked, loadSpans } = slowTogether();
  void cache.prefetchInSight(refs(1, 2), loadSpans);
  void cache.prefetchInSight(refs(2, 3), loadSpans);
  void cache.prefetchInSight(refs(3), loadSpans);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked.map(({ spans, signal: { aborted } }) => [spans, aborted])).toEqual([
    [[1, 2], true],
    [[3], false],
  ]);
});

it("waits for what is on its way in sight when it is opened, wherever the sight has gone since", async () => {
  const { asked, cache } = slowLoader();
  const together = slowTogether();
  void cache.prefetchInSight(refs(1, 2), together.loadSpans);
  const opened = cache.load(0, 2, signal());
  void cache.prefetchInSight(refs(7), together.loadSpans);
  await vi.waitFor(() => expect(together.asked).toHaveLength(2));
  expect(together.asked[0]?.signal.aborted).toBe(false);
  together.asked[0]?.answer();
  await expect(opened).resolves.toEqual(spanOf("span 2"));
  expect(asked).toHaveLength(0);
});

it.each(["answer", "fail"] as const)(
  "asks by itself for an opened span that did not come with the others (%s)",
  async (how) => {
    const { asked, cache } = slowLoader();
    const together = slowTogether();
    void cache.prefetchInSight(refs(1, 2), together.loadSpans);
    const opened = cache.load(0, 2, signal());
    await vi.waitFor(() => expect(together.asked).toHaveLength(1));
    together.asked[0]?.[how](2);
    await vi.waitFor(() => expect(asked.map(({ span }) => span)).toEqual([2]));
    asked[0]?.answer();
    await expect(opened).resolves.toEqual(spanOf("span 2"));
  },
);

it("keeps the spans looked at last, and no more than its bound", async () => {
  const load = vi.fn<LoadSpan>(async (_, span) => spanOf(String(span)));
  const cache = spanCacheOf(load);
  expect(spanCacheOf(load)).toBe(cache);
  for (let span = 0; span < 128; span++) await cache.load(0, span, signal());
  cache.peek(0, 0);
  await cache.load(0, 128, signal());
  expect(cache.peek(0, 0)).toBeDefined();
  expect(cache.peek(0, 1)).toBeUndefined();
  expect(load).toHaveBeenCalledTimes(129);
});
