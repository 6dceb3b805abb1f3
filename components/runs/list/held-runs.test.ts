import { expect, it } from "vitest";
import type { RunSummary } from "@/lib/api/runs";
import { holdRuns } from "./held-runs";

const run = (run_id: string, span_count = 1): RunSummary => ({
  run_id,
  trace_ids: [],
  name: "ask",
  question: "",
  mode: "",
  status: "ok",
  service: "jiva",
  started_at: "2026-11-23T19:36:05.000000000Z",
  duration_ms: 1,
  span_count,
  error_count: 0,
});

it("keeps the rows in their places, with their newest numbers", () => {
  const held = holdRuns([run("b"), run("a")], [run("d"), run("c"), run("b", 7)]);
  expect(held).toEqual({ runs: [run("b", 7), run("a")], newCount: 2 });
});

it("counts only what came on top", () => {
  expect(holdRuns([run("c"), run("a")], [run("c"), run("b"), run("a"), run("0")]).newCount).toBe(1);
  expect(holdRuns([run("a")], [run("a")]).newCount).toBe(0);
  expect(holdRuns([run("a")], []).newCount).toBe(0);
  expect(holdRuns([], [run("a")]).newCount).toBe(1);
  // More came than a page holds.
  expect(holdRuns([run("a")], [run("d"), run("c")]).newCount).toBe(2);
});
