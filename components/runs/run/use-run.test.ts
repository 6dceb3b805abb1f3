import { expect, it } from "vitest";
import type { RunSummary } from "@/lib/api/runs";
import { lookAgainMs } from "./use-run";

const nowMs = Date.UTC(2026, 0, 1);
const run = (endedAgoMs: number): RunSummary => ({
  run_id: "r",
  trace_ids: [],
  name: "",
  question: "",
  mode: "",
  status: "ok",
  service: "",
  started_at: new Date(nowMs - endedAgoMs - 500).toISOString(),
  duration_ms: 500,
  span_count: 1,
  error_count: 0,
});

it("looks again only while spans may be on their way", () => {
  expect(lookAgainMs(run(500), nowMs)).toBe(1_000);
  expect(lookAgainMs(run(-10_000), nowMs)).toBe(1_000);
  expect(lookAgainMs(run(10_000), nowMs)).toBe(false);
  expect(lookAgainMs(run(-86_400_000), nowMs)).toBe(false);
  expect(lookAgainMs(undefined, nowMs)).toBe(false);
});
