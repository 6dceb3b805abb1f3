import { describe, expect, it } from "vitest";
import { parseStatement } from "./statement";
import { makesRoomComment, statementEffect } from "./statement-effect";

function effectOf(sql: string, comment?: string) {
  const text = Buffer.from(sql);
  const settings = comment === undefined ? [] : [["log_comment", comment] as const];
  return statementEffect(parseStatement(text, true), text, { database: "here", settings });
}

describe("statementEffect", () => {
  it.each([
    "SELECT 1",
    "/* a */ WITH 1 AS x SELECT x",
    "SHOW TABLES",
    "kill query WHERE 1",
    "SYSTEM STOP MERGES",
  ])("%s reads", (sql) => expect(effectOf(sql)).toEqual({ kind: "reads" }));

  it.each([
    "INSERT INTO t SELECT 1",
    "INSERT INTO t VALUES (1)",
    "CREATE TABLE t (a UInt8) ENGINE = Memory",
    "ALTER TABLE t ADD COLUMN drop_me UInt8",
    "ALTER TABLE t DROP COLUMN `partition`",
    "OPTIMIZE TABLE t",
    "RENAME TABLE a TO b",
  ])("%s writes", (sql) => expect(effectOf(sql)).toEqual({ kind: "writes" }));

  it.each(["DROP TABLE t SYNC", "-- no more\ndrop database d"])("%s drops", (sql) =>
    expect(effectOf(sql)).toEqual({ kind: "drops" }),
  );

  it("makes room by emptying and by dropping partitions", () => {
    expect(effectOf("TRUNCATE TABLE t")).toEqual({ kind: "makes room" });
    expect(effectOf("ALTER TABLE d.t DROP PARTITION '2026-01-01'")).toEqual({ kind: "makes room" });
  });

  it.each([
    ["DELETE FROM t WHERE a = 1", { database: "here", table: "t" }],
    ["DELETE FROM `d`.`odd \\` name` WHERE a = 1", { database: "d", table: "odd ` name" }],
    ['ALTER TABLE "d".t DELETE WHERE a = 1', { database: "d", table: "t" }],
  ])("%s writes the table's parts anew", (sql, rewrites) =>
    expect(effectOf(sql)).toEqual({ kind: "makes room", rewrites }),
  );

  it("takes the app's word for what a deletion has to write", () => {
    expect(effectOf("INSERT INTO t SELECT 1", makesRoomComment)).toEqual({ kind: "makes room" });
    expect(effectOf("INSERT INTO t SELECT 1", "else")).toEqual({ kind: "writes" });
  });
});
