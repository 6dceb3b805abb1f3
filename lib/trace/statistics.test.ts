import { expect, it } from "vitest";
import { selfTimes } from "./self-time";
import { spansToColumns } from "./span-fixture";
import { quantile, stageTable } from "./statistics";
import { buildTree } from "./tree";

it("sums each name up, the most self time first", () => {
  const columns = spansToColumns([
    { id: 1, name: "ask", duration: 100 },
    { id: 2, parent: 1, name: "search", start: 10, duration: 30, work: 3 },
    { id: 3, parent: 1, name: "search", start: 50, duration: 40, work: 3, error: true },
  ]);
  const tree = buildTree(columns);
  expect(stageTable(columns, tree, selfTimes(tree, columns))).toEqual([
    { name: "search", work: 3, count: 2, errorCount: 1, totalNs: 70, selfNs: 70, p50Ns: 35, p95Ns: 39.5 },
    { name: "ask", work: 0, count: 1, errorCount: 0, totalNs: 100, selfNs: 30, p50Ns: 100, p95Ns: 100 },
  ]);
});

it("has quantiles for one value and for none", () => {
  expect(quantile(Float64Array.of(7), 0.95)).toBe(7);
  expect(quantile(new Float64Array(0), 0.5)).toBe(0);
});
