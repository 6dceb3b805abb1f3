import { describe, expect, it } from "vitest";
import { makeQuestionTrace, toChromeTrace, toOtlpRequests } from "./question-trace.mjs";

describe("a made question's trace", () => {
  it.each([1, 2, 7, 100, 5_000])(
    "has exactly %i spans, parents first and every child within its parent",
    (count) => {
      const spans = makeQuestionTrace(count);
      expect(spans).toHaveLength(count);
      const roots = spans.filter(({ parent }) => parent < 0);
      expect(roots).toEqual([spans[0]]);
      for (const [i, span] of spans.entries()) {
        const parent = spans[span.parent];
        if (!parent) continue;
        expect(span.parent).toBeLessThan(i);
        expect(span.startUs).toBeGreaterThanOrEqual(parent.startUs);
        expect(span.startUs + span.durationUs).toBeLessThanOrEqual(parent.startUs + parent.durationUs);
      }
    },
  );

  it("is the same every time, and another with random values", () => {
    expect(makeQuestionTrace(500)).toEqual(makeQuestionTrace(500));
    const texts = makeQuestionTrace(500, { values: "random" }).map(({ attributes }) => attributes[0]?.[1]);
    expect(new Set(texts).size).toBe(500);
  });

  it("is sent in batches that hold every span once", () => {
    const bodies = [...toOtlpRequests(makeQuestionTrace(1_234), { startMs: 1_000, batch: 500 })];
    const ids = bodies.flatMap((body) =>
      [...body.matchAll(/"spanId":"([0-9a-f]{16})"/g)].map(([, id]) => id),
    );
    expect(bodies).toHaveLength(3);
    expect(new Set(ids).size).toBe(1_234);
    expect(ids).toHaveLength(1_234);
  });

  it("nests on every lane of Chrome's form", () => {
    const { traceEvents } = JSON.parse(toChromeTrace(makeQuestionTrace(3_000)));
    const open = new Map<number, number[]>();
    for (const { tid, ts, dur } of traceEvents) {
      const ends = (open.get(tid) ?? []).filter((endUs) => endUs > ts);
      expect(ends.every((endUs) => ts + dur <= endUs)).toBe(true);
      open.set(tid, [...ends, ts + dur]);
    }
    expect(traceEvents).toHaveLength(3_000);
  });
});
