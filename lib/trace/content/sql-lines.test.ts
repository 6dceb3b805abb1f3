import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sqlLines } from "./sql-lines";

describe("sqlLines", () => {
  it("gives each clause a line", () => {
    expect(
      sqlLines(
        "SELECT a, (SELECT max(b) FROM t) FROM t LEFT JOIN u ON u.id = t.id WHERE x = 'from here' GROUP BY a LIMIT 5",
      ),
    ).toBe(
      [
        "SELECT a, (SELECT max(b) FROM t)",
        "FROM t",
        "LEFT JOIN u ON u.id = t.id",
        "WHERE x = 'from here'",
        "GROUP BY a",
        "LIMIT 5",
      ].join("\n"),
    );
  });

  it("keeps the lines of a statement that has them, without its margin", () => {
    expect(sqlLines("SELECT a\n        FROM t\n          WHERE b\n")).toBe("SELECT a\nFROM t\n  WHERE b");
  });

  it("changes nothing but white space", () => {
    const words = fc.constantFrom(
      "SELECT",
      "from",
      "GROUP",
      "BY",
      "(",
      ")",
      "'a  from b'",
      "x",
      ",",
      "join",
      "é",
      "'",
    );
    const anySql = fc.oneof(
      fc.string(),
      fc.array(words).map((list) => list.join(" ")),
    );
    fc.assert(
      fc.property(anySql, (sql) => {
        expect(sqlLines(sql).replace(/\s+/g, "")).toBe(sql.replace(/\s+/g, ""));
      }),
    );
  });
});
