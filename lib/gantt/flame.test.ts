import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { buildFlame, childrenOf, type Flame, frameAtPath, frameName, framePath } from "./flame";
import { buildTimeline } from "./timeline";

const timelineOf = (...runs: readonly (readonly SpanFixture[])[]) =>
  buildTimeline(runs.map((spans, i) => ({ runId: `r${i}`, title: "", columns: spansToColumns(spans) })));

const run: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 100 },
  { id: 2, parent: 1, name: "plan", start: 0, duration: 20, work: 1 },
  { id: 3, parent: 2, name: "query", start: 5, duration: 10, work: 6 },
  { id: 4, parent: 1, name: "read", start: 20, duration: 50, work: 4 },
  { id: 5, parent: 4, name: "query", start: 20, duration: 30, work: 6, error: true },
  { id: 6, parent: 4, name: "query", start: 30, duration: 30, work: 6 },
];

const rowsOf = (flame: Flame) =>
  Array.from({ length: flame.count }, (_, frame) => [
    framePath(flame, frame).join(">"),
    flame.spans[frame],
    flame.totalNs[frame],
    flame.selfNs[frame],
    flame.busyNs[frame],
  ]);

const anyRun = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 14 }),
    parent: fc.integer({ min: 0, max: 15 }),
    start: fc.nat(40),
    duration: fc.integer({ min: -1, max: 40 }),
    name: fc.constantFrom("a", "b", "c"),
    error: fc.boolean(),
  }),
  { maxLength: 14 },
);

describe("buildFlame", () => {
  it("merges spans of one path, siblings from the widest on", () => {
    expect(rowsOf(buildFlame(timelineOf(run)))).toEqual([
      ["ask", 1, 100, 30, 120],
      ["ask>read", 1, 50, 10, 70],
      // Side by side: 60 of work in 40 of the parent's time.
      ["ask>read>query", 2, 60, 60, 60],
      ["ask>plan", 1, 20, 10, 20],
      ["ask>plan>query", 1, 10, 10, 10],
    ]);
  });

  it("tells errors, kinds of work, the first span and the critical path", () => {
    const flame = buildFlame(timelineOf(run));
    expect(Array.from(flame.errors)).toEqual([0, 0, 1, 0, 0]);
    expect(Array.from(flame.work)).toEqual([0, 4, 6, 1, 6]);
    expect(Array.from(flame.first)).toEqual([0, 3, 4, 1, 2]);
    expect(flame.pathNs[0]).toBe(100);
    expect(Array.from(flame.ownPathNs)).toEqual([30, 20, 30, 10, 10]);
    expect(Array.from(flame.frameOf)).toEqual([0, 3, 4, 1, 2, 2]);
  });

  it("merges runs, each by its own dictionary, and counts the spans of each", () => {
    const other: readonly SpanFixture[] = [
      { id: 1, name: "query", duration: 1 },
      { id: 2, name: "ask", start: 5, duration: 7 },
    ];
    const flame = buildFlame(timelineOf(run, other));
    const counts = Array.from({ length: flame.count }, (_, frame) => [
      framePath(flame, frame).join(">"),
      Array.from(flame.spansByRun.subarray(frame * 2, frame * 2 + 2)),
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      ask: [1, 1],
      "ask>read": [1, 0],
      "ask>read>query": [2, 0],
      "ask>plan": [1, 0],
      "ask>plan>query": [1, 0],
      query: [0, 1],
    });
    expect(flame.frameOf[0]).toBe(-1);
  });

  it("is what grouping by written paths gives, whatever is odd about the spans", () => {
    fc.assert(
      fc.property(anyRun, anyRun, (one, two) => {
        const timeline = timelineOf(one, two);
        const expected = new Map<
          string,
          { spans: number; selfNs: number; totalNs: number; busyNs: number }
        >();
        for (let node = 0; node < timeline.count; node++) {
          const { columns } = timeline.runs[timeline.run[node] ?? 0] ?? {};
          if (!columns || (timeline.span[node] ?? -1) < 0) continue;
          const names: string[] = [];
          for (let at = node; at >= 0; at = timeline.parent[at] ?? -1) {
            const span = timeline.span[at] ?? -1;
            if (span >= 0) names.unshift(columns.names[columns.name[span] ?? 0] ?? "");
          }
          for (let length = 1; length <= names.length; length++) {
            const path = names.slice(0, length).join(">");
            const sums = expected.get(path) ?? { spans: 0, selfNs: 0, totalNs: 0, busyNs: 0 };
            sums.busyNs += timeline.selfNs[node] ?? 0;
            if (length === names.length) {
              sums.spans++;
              sums.selfNs += timeline.selfNs[node] ?? 0;
              sums.totalNs += timeline.durationNs[node] ?? 0;
            }
            expected.set(path, sums);
          }
        }
        const flame = buildFlame(timeline);
        const got = new Map(
          Array.from({ length: flame.count }, (_, frame) => [
            framePath(flame, frame).join(">"),
            {
              spans: flame.spans[frame] ?? 0,
              selfNs: flame.selfNs[frame] ?? 0,
              totalNs: flame.totalNs[frame] ?? 0,
              busyNs: flame.busyNs[frame] ?? 0,
            },
          ]),
        );
        expect(got.size).toBe(flame.count);
        for (let frame = 0; frame < flame.count; frame++) {
          expect(frameAtPath(flame, framePath(flame, frame))).toBe(frame);
        }
        expect(new Map([...got].sort())).toEqual(new Map([...expected].sort()));
        for (let frame = 0; frame < flame.count; frame++) {
          const children = childrenOf(flame, frame);
          const below = children.reduce((sum, child) => sum + (flame.busyNs[child] ?? 0), 0);
          expect(flame.busyNs[frame]).toBe((flame.selfNs[frame] ?? 0) + below);
          expect(children.every((child) => flame.parent[child] === frame)).toBe(true);
        }
      }),
      randomCases(300, 2_000),
    );
  });

  it("takes a chain 5,000 deep, of one name and of many, and 50,000 siblings", () => {
    const chain = (name: (i: number) => string) =>
      buildFlame(
        timelineOf(
          Array.from({ length: 5_000 }, (_, i) => ({
            id: i + 1,
            parent: i,
            name: name(i),
            start: i,
            duration: 20_000 - 2 * i,
          })),
        ),
      );
    for (const flame of [chain(() => "same"), chain((i) => `n${i}`)]) {
      expect(flame.count).toBe(5_000);
      expect(flame.depth[4_999]).toBe(4_999);
      expect(flame.busyNs[0]).toBe(20_000);
    }
    const wide = buildFlame(
      timelineOf([
        { id: 1, name: "root", duration: 50_000 },
        ...Array.from({ length: 50_000 }, (_, i) => ({
          id: i + 2,
          parent: 1,
          name: `n${i % 5_000}`,
          start: i,
          duration: 1,
        })),
      ]),
    );
    expect(wide.count).toBe(5_001);
    expect(frameName(wide, 1)).toBe("n0");
    expect(wide.spans[1]).toBe(10);
  });
});
