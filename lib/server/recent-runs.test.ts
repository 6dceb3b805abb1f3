import { expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { FoundRun } from "@/lib/clickhouse/runs/runs";
import { RecentRuns } from "./recent-runs";

const runOf = (runId: string): FoundRun => ({
  runId,
  traceIds: [],
  startNs: nanoseconds(0n),
  lastNs: nanoseconds(0n),
  summary: {
    run_id: runId,
    trace_ids: [],
    name: "",
    question: "",
    mode: "",
    status: "ok",
    service: "",
    started_at: "2026-01-01T00:00:00.000Z",
    duration_ms: 0,
  },
});

it("knows a run for a moment, and the id that it was asked for by", () => {
  let nowMs = 1_000;
  const recent = new RecentRuns(() => nowMs);
  recent.note("trace id", runOf("a"));
  expect(recent.get("trace id")?.runId).toBe("a");
  expect(recent.get("a")).toBeUndefined();
  nowMs += 14_999;
  expect(recent.get("trace id")?.runId).toBe("a");
  nowMs += 1;
  expect(recent.get("trace id")).toBeUndefined();
});

it("forgets all of them when runs are deleted", () => {
  const recent = new RecentRuns(() => 0);
  recent.note("a", runOf("a"));
  recent.clear();
  expect(recent.get("a")).toBeUndefined();
});

it("forgets the oldest of too many", () => {
  const recent = new RecentRuns(() => 0);
  for (let i = 0; i <= 256; i++) recent.note(`${i}`, runOf(`${i}`));
  expect(recent.get("0")).toBeUndefined();
  expect(recent.get("1")?.runId).toBe("1");
});
