import { describe, expect, it } from "vitest";
import { RunningStatements } from "./running-statements";

function open() {
  let nowMs = 1_000;
  const statements = new RunningStatements(() => nowMs);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { statements, pass };
}
const listed = { id: "a", elapsedMs: 0, isCancelled: false, memoryBytes: 7, limitMs: 0 };

describe("RunningStatements", () => {
  it("tells the age of each, and forgets those that have ended", () => {
    const { statements, pass } = open();
    const ended = statements.begin("a", "SELECT\n  1");
    pass(500);
    statements.begin("b", "SELECT 2");
    expect(statements.status([listed])).toEqual([
      { id: "a", age_ms: 500, is_slow_to_end: false, memory_bytes: 7, text: "SELECT 1" },
      { id: "b", age_ms: 0, is_slow_to_end: false, memory_bytes: 0, text: "SELECT 2" },
    ]);
    ended();
    expect(statements.status([]).map(({ id }) => id)).toEqual(["b"]);
  });

  it("keeps the first cause of a cancel and its moment", () => {
    const { statements, pass } = open();
    statements.begin("a", "SELECT 1");
    statements.cancel("a", "The client has gone");
    pass(300);
    statements.cancel("a", "it was killed");
    statements.cancel("unknown", "it was killed");
    expect(statements.status([{ ...listed, isCancelled: true }])).toMatchObject([
      { cancelled_ms: 300, cause: "The client has gone" },
    ]);
  });

  it("learns from the engine's list what was killed by a statement of somebody's", () => {
    const { statements, pass } = open();
    statements.begin("a", "SELECT 1");
    statements.status([{ ...listed, isCancelled: true }]);
    pass(2_000);
    expect(statements.status([])).toMatchObject([{ cancelled_ms: 2_000, cause: "it was killed" }]);
  });

  it("takes a statement beyond its own time for cancelled since then", () => {
    const { statements } = open();
    statements.begin("a", "SELECT 1");
    expect(statements.status([{ ...listed, limitMs: 2_000, elapsedMs: 2_900 }])[0]).not.toHaveProperty(
      "cancelled_ms",
    );
    expect(statements.status([{ ...listed, limitMs: 2_000, elapsedMs: 7_000 }])).toMatchObject([
      { cancelled_ms: 4_000, cause: "its max_execution_time has passed" },
    ]);
  });

  it.each([
    ["OPTIMIZE TABLE t FINAL", true],
    ["/* by hand */ alter table t delete where 1", true],
    ["DELETE FROM t WHERE a = 1", true],
    ["SELECT 'optimize'", false],
    ["INSERT INTO t FORMAT Parquet", false],
  ])("%s finishes its step first: %s", (text, isSlow) => {
    const { statements } = open();
    statements.begin("a", text);
    expect(statements.status([])[0]?.is_slow_to_end).toBe(isSlow);
  });
});
