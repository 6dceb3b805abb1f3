import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { stageTable } from "./stages";
import { buildTimeline } from "./timeline";

const timelineOf = (...runs: readonly (readonly SpanFixture[])[]) =>
  buildTimeline(runs.map((spans, i) => ({ runId: `r${i}`, title: "", columns: spansToColumns(spans) })));

const slow: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 100 },
  { id: 2, parent: 1, name: "search", start: 10, duration: 30, work: 3 },
  { id: 3, parent: 1, name: "search", start: 50, duration: 40, work: 3, error: true },
];

describe("stageTable", () => {
  it("has a row for each name, the most self time first, with its share of the critical path", () => {
    const { stages, pathNs } = stageTable(timelineOf(slow));
    expect(stages.map(({ name }) => name)).toEqual(["search", "ask"]);
    expect(stages[0]?.byRun).toEqual([
      {
        first: 1,
        count: 2,
        errorCount: 1,
        totalNs: 70,
        selfNs: 70,
        pathNs: 70,
        p50Ns: 35,
        p95Ns: 39.5,
        maxNs: 40,
      },
    ]);
    expect(stages[1]?.byRun[0]).toMatchObject({ count: 1, totalNs: 100, selfNs: 30, pathNs: 30 });
    expect(pathNs).toEqual([100]);
  });

  it("counts what lies in the view, and leaves out what does not", () => {
    const { stages, pathNs } = stageTable(timelineOf(slow), { startNs: 20, endNs: 45 });
    expect(stages.map(({ name, byRun }) => [name, byRun[0]])).toMatchObject([
      ["search", { count: 1, totalNs: 20, selfNs: 20, pathNs: 20, maxNs: 30, errorCount: 0 }],
      ["ask", { count: 1, totalNs: 25, selfNs: 5, pathNs: 5, maxNs: 100 }],
    ]);
    expect(pathNs).toEqual([25]);
  });

  it("puts runs side by side, each by its own dictionary", () => {
    const quick: readonly SpanFixture[] = [
      { id: 1, name: "cache", duration: 5 },
      { id: 2, parent: 1, name: "ask", duration: 4 },
    ];
    const { stages, pathNs } = stageTable(timelineOf(slow, quick));
    const cells = Object.fromEntries(
      stages.map(({ name, byRun }) => [name, byRun.map((cell) => cell?.totalNs)]),
    );
    expect(cells).toEqual({ search: [70, undefined], ask: [100, 4], cache: [undefined, 5] });
    expect(pathNs).toEqual([100, 5]);
  });

  it("keeps names apart that do different work", () => {
    const { stages } = stageTable(
      timelineOf([
        { id: 1, name: "get", work: 6, duration: 5 },
        { id: 2, name: "get", work: 8, duration: 3 },
      ]),
    );
    expect(stages.map(({ name, work }) => [name, work])).toEqual([
      ["get", 6],
      ["get", 8],
    ]);
  });

  it("loses no time: self times of the parts of a view add up to those of the whole", () => {
    const anyRun = fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 12 }),
        parent: fc.integer({ min: 0, max: 13 }),
        start: fc.nat(40),
        duration: fc.nat(40),
        name: fc.constantFrom("a", "b", "c"),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(anyRun, fc.nat(80), (spans, cut) => {
        const timeline = timelineOf(spans);
        const sum = (within?: { startNs: number; endNs: number }) =>
          stageTable(timeline, within).stages.reduce(
            (sums, { byRun: [cell] }) => ({
              self: sums.self + (cell?.selfNs ?? 0),
              path: sums.path + (cell?.pathNs ?? 0),
            }),
            { self: 0, path: 0 },
          );
        const [before, after] = [sum({ startNs: -1, endNs: cut }), sum({ startNs: cut, endNs: 200 })];
        expect({ self: before.self + after.self, path: before.path + after.path }).toEqual(sum());
      }),
    );
  });
});
