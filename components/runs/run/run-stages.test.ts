import { expect, it } from "vitest";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { columnsToStages } from "./run-stages";

it("are the children of the longest root, by start", () => {
  const columns = spansToColumns([
    { id: 9, name: "short root", duration: 1 },
    { id: 1, name: "ask", duration: 100e6 },
    { id: 3, parent: 1, name: "answer", start: 50e6, duration: 10e6 },
    { id: 2, parent: 1, name: "plan", start: 1e6, duration: 20e6 },
    { id: 4, parent: 2, name: "below", start: 2e6, duration: 1e6 },
  ]);
  expect(columnsToStages(columns)).toEqual([
    { name: "plan", startMs: 1, durationMs: 20 },
    { name: "answer", startMs: 50, durationMs: 10 },
  ]);
});

it("are none where the root has many children, or there is nothing", () => {
  const many = Array.from({ length: 13 }, (_, i) => ({ id: i + 2, parent: 1 }));
  expect(columnsToStages(spansToColumns([{ id: 1 }, ...many]))).toEqual([]);
  expect(columnsToStages(spansToColumns([]))).toEqual([]);
});
