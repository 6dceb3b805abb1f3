import { describe, expect, it } from "vitest";
import type { Column, Table } from "../ports";
import { renderSql } from "./render-sql";

const text: Column = { name: "kind", type: "text", databaseType: "String" };
const price: Column = { name: "price`; DROP TABLE bikes; --\\", type: "number", databaseType: "Float64" };
const bought: Column = { name: "bought", type: "date", databaseType: "Date" };
const started: Column = { name: "started_at", type: "datetime", databaseType: "DateTime" };
const table: Table = { name: "bikes", source: "t_1", rows: 3, columns: [text, price, bought, started] };

describe("renderSql", () => {
  it("binds every value and quotes every name", () => {
    const { sql, params } = renderSql({
      table,
      filters: [
        { kind: "equals", column: text, values: ["' OR 1=1 --"], negated: false },
        { kind: "compares", column: price, operator: ">=", value: 10, upTo: 20 },
      ],
      output: { kind: "measure", measure: { kind: "sum", column: price } },
    });
    const quoted = "`price\\`; DROP TABLE bikes; --\\\\`";
    expect(sql).toBe(
      [
        `SELECT sum(${quoted}) AS \`sum price\\\`; DROP TABLE bikes; --\\\\\``,
        "FROM `t_1`",
        `WHERE \`kind\` = {p0:String} AND ${quoted} BETWEEN {p1:Float64} AND {p2:Float64}`,
      ].join("\n"),
    );
    expect(params).toEqual({ p0: "' OR 1=1 --", p1: 10, p2: 20 });
  });

  it("gives ties with the last of an order, and leaves unknown cells out of it", () => {
    const { sql, params } = renderSql({
      table,
      filters: [],
      output: {
        kind: "rows",
        columns: [text, bought],
        order: { column: bought, descending: true },
        limit: 1,
        distinct: false,
      },
    });
    expect(sql).toBe(
      "SELECT `kind`, `bought`\nFROM `t_1`\nWHERE `bought` IS NOT NULL\nORDER BY `bought` DESC\nLIMIT {p0:UInt32} WITH TIES",
    );
    expect(params).toEqual({ p0: 1 });
  });

  it("groups by a part of a moment, with a condition on the groups", () => {
    const { sql } = renderSql({
      table,
      filters: [{ kind: "period", column: started, from: "2025-01-01", words: "since 2025" }],
      output: {
        kind: "groups",
        group: { column: started, part: "month" },
        measure: { kind: "count" },
        descending: true,
        having: { operator: ">", value: 5 },
      },
    });
    expect(sql).toContain("WHERE `started_at` >= toDateTime64({p0:String}, 3) AND `started_at` IS NOT NULL");
    expect(sql).toContain("HAVING `count` > {p1:Float64}\nORDER BY `count` DESC");
  });
});
