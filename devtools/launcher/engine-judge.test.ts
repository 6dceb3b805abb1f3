import { describe, expect, it } from "vitest";
import { createEngineJudge, engineLimits } from "./engine-judge.mjs";

const megabyte = 1024 * 1024;
const statement = {
  id: "a",
  age_ms: 10_000,
  is_slow_to_end: false,
  memory_bytes: 0,
  text: "SELECT 1",
};
const well = { list_waits_ms: 0, slot_waits_ms: 0, rss_bytes: 300 * megabyte, statements: [statement] };
const look = { nowMs: 0, silentMs: 0, status: well, state: "S", rssBytes: 300 * megabyte };
const judge = () => createEngineJudge({ memoryBytes: 1_000 * megabyte });
const cancelled = (ms: number, more = {}) => ({
  ...well,
  statements: [{ ...statement, cancelled_ms: ms, cause: "The client has gone", ...more }],
});

describe("an engine that is well", () => {
  it("is left alone, also while it is slow and its statements are long", () => {
    const decide = judge();
    for (let nowMs = 0; nowMs < 600_000; nowMs += 1_000) {
      const status = { ...well, statements: [{ ...statement, age_ms: nowMs }] };
      expect(decide({ ...look, nowMs, status })).toBeUndefined();
      expect(
        decide({ ...look, nowMs, silentMs: engineLimits.silentMs - 1, status: undefined }),
      ).toBeUndefined();
    }
  });
});

describe("a statement that was cancelled", () => {
  it("is killed once, then costs the engine its life, counted from the cancel", () => {
    const decide = judge();
    expect(decide({ ...look, status: cancelled(1_400) })).toBeUndefined();
    expect(decide({ ...look, status: cancelled(1_500) })).toMatchObject({ action: "kill", id: "a" });
    expect(decide({ ...look, status: cancelled(3_900) })).toBeUndefined();
    expect(decide({ ...look, nowMs: 9_000, status: cancelled(4_000) })).toEqual({
      action: "end",
      reason: "a statement did not end within 4 s of being cancelled",
      detail: "The client has gone: SELECT 1",
      beganMs: 5_000,
    });
  });

  it("has longer where it ends a step on disk first", () => {
    const decide = judge();
    const slow = { is_slow_to_end: true };
    expect(decide({ ...look, status: cancelled(1_500, slow) })).toMatchObject({ action: "kill" });
    expect(decide({ ...look, status: cancelled(59_000, slow) })).toBeUndefined();
    expect(decide({ ...look, status: cancelled(60_000, slow) })).toMatchObject({ action: "end" });
  });
});

describe("an engine that does not answer", () => {
  it("is ended after a while", () => {
    const silent = { ...look, nowMs: 50_000, status: undefined, silentMs: engineLimits.silentMs };
    expect(judge()(silent)).toEqual({
      action: "end",
      reason: "it did not answer for 6 s",
      beganMs: 44_000,
    });
  });

  it("is ended at the second look where its process is stopped, not at the first", () => {
    const decide = judge();
    const stopped = { ...look, state: "T", status: undefined };
    expect(decide({ ...stopped, nowMs: 1_000 })).toBeUndefined();
    expect(decide({ ...look, nowMs: 1_900 })).toBeUndefined();
    expect(decide({ ...stopped, nowMs: 3_000 })).toBeUndefined();
    expect(decide({ ...stopped, nowMs: 4_000 })).toMatchObject({ action: "end", beganMs: 3_000 });
  });

  it("is ended where it answers and its list does not", () => {
    const status = { ...well, list_waits_ms: engineLimits.listMs };
    expect(judge()({ ...look, status })).toMatchObject({ action: "end" });
  });
});

describe("memory over the limit", () => {
  const over = { ...look, rssBytes: 1_100 * megabyte };
  const status = {
    ...well,
    statements: [
      { ...statement, id: "small", memory_bytes: 1 },
      { ...statement, id: "large", memory_bytes: 900 * megabyte },
      { ...statement, id: "going", memory_bytes: 999 * megabyte, cancelled_ms: 10 },
    ],
  };

  it("costs the largest statement that is not on its way out, then the engine", () => {
    const decide = judge();
    expect(decide({ ...over, nowMs: 0, status })).toMatchObject({ action: "kill", id: "large" });
    expect(decide({ ...over, nowMs: 2_000, status: undefined })).toBeUndefined();
    expect(decide({ ...over, nowMs: 3_000, status: undefined })).toEqual({
      action: "end",
      reason: "its memory of 1100 MB was over its limit of 1000 MB (ENGINE_MEMORY_MB)",
      beganMs: 0,
    });
  });

  it("is forgotten where it went down", () => {
    const decide = judge();
    decide({ ...over, nowMs: 0, status });
    expect(decide({ ...look, nowMs: 2_000 })).toBeUndefined();
    expect(decide({ ...over, nowMs: 4_000, status: undefined })).toBeUndefined();
  });

  it("costs the engine at once where it is far beyond", () => {
    expect(judge()({ ...over, rssBytes: 1_251 * megabyte })).toMatchObject({ action: "end" });
  });

  it("is known from the status where the system does not say it", () => {
    const said = { ...well, rss_bytes: 2_000 * megabyte };
    expect(judge()({ ...look, state: undefined, rssBytes: undefined, status: said })).toMatchObject({
      action: "end",
    });
  });
});

it("kills the oldest statement where the line for its place has stood for a minute", () => {
  const decide = judge();
  const statements = [statement, { ...statement, id: "oldest", age_ms: 70_000 }];
  expect(decide({ ...look, status: { ...well, statements, slot_waits_ms: 59_000 } })).toBeUndefined();
  expect(decide({ ...look, status: { ...well, statements, slot_waits_ms: 60_000 } })).toMatchObject({
    action: "kill",
    id: "oldest",
  });
});
