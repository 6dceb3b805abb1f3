import { describe, expect, it } from "vitest";
import { onCluster } from "./cluster";
import { readSchema } from "./statements";

const squeeze = (sql: string) => sql.replace(/\s+/g, " ");

describe("onCluster", () => {
  it.each([
    [
      "CREATE DATABASE IF NOT EXISTS {name:Identifier}",
      "CREATE DATABASE IF NOT EXISTS {name:Identifier} ON CLUSTER `c`",
    ],
    [
      "CREATE TABLE t_1 (a String) ENGINE = MergeTree ORDER BY tuple()",
      "CREATE TABLE t_1 ON CLUSTER `c` (a String) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/{table}/{shard}', '{replica}') ORDER BY tuple()",
    ],
    [
      "CREATE TABLE IF NOT EXISTS t (a String) ENGINE = ReplacingMergeTree(version) ORDER BY a",
      "CREATE TABLE IF NOT EXISTS t ON CLUSTER `c` (a String) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/{table}/{shard}', '{replica}', version) ORDER BY a",
    ],
    [
      "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO t AS SELECT 1",
      "CREATE MATERIALIZED VIEW IF NOT EXISTS v ON CLUSTER `c` TO t AS SELECT 1",
    ],
    ["ALTER TABLE t REMOVE TTL", "ALTER TABLE t ON CLUSTER `c` REMOVE TTL"],
    ["TRUNCATE TABLE t", "TRUNCATE TABLE t ON CLUSTER `c`"],
    ["DROP TABLE IF EXISTS t SYNC", "DROP TABLE IF EXISTS t ON CLUSTER `c` SYNC"],
    ["DELETE FROM t WHERE a IN (SELECT 1)", "DELETE FROM t ON CLUSTER `c` WHERE a IN (SELECT 1)"],
    ["INSERT INTO t SELECT 1", "INSERT INTO t SELECT 1"],
  ])("%s", (sql, expected) => {
    expect(onCluster(sql, "c")).toBe(expected);
  });

  it("knows every statement of both schemas", async () => {
    const statements = [...(await readSchema("traces")), ...(await readSchema("data"))];
    expect(statements.length).toBeGreaterThan(12);
    for (const sql of statements) {
      const text = squeeze(onCluster(sql, "c"));
      expect(text).toMatch(
        /^(CREATE (TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE) \w+ ON CLUSTER `c` /,
      );
      if (text.startsWith("CREATE TABLE")) {
        expect(text).toMatch(
          / ENGINE = Replicated(Aggregating|Replacing)?MergeTree\('[^']+', '{replica}'(, \w+)?\) /,
        );
      }
    }
  });

  it("refuses what it does not know instead of running it on one replica", () => {
    expect(() => onCluster("RENAME TABLE a TO b", "c")).toThrow("RENAME TABLE a TO b");
    expect(() => onCluster("OPTIMIZE TABLE a FINAL", "c")).toThrow("OPTIMIZE");
  });
});
