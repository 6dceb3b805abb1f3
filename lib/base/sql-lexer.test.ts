import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SqlRules, sqlPieces } from "./sql-lexer";

const strict: SqlRules = { escapesIn: "'\"`", unclosed: "runs on", isClickHouseBytes: true };
const lenient: SqlRules = { escapesIn: "'", unclosed: "symbol", isClickHouseBytes: false };
const anyRules = fc.record<SqlRules>({
  escapesIn: fc.constantFrom("", "'", "'\"`"),
  unclosed: fc.constantFrom("runs on", "symbol"),
  isClickHouseBytes: fc.boolean(),
});
const marks = ["'", '"', "`", "\\", "--", "/*", "*/", "#!", "\n", " ", "$", "a", "1", ";", "é"];
const curly = ["\u00e2\u0080\u0098", "\u00e2\u0080\u0099", "\u00c2\u00a0"];
const anySql = fc.array(fc.constantFrom(...marks, ...curly), { maxLength: 30 }).map((list) => list.join(""));
const quote = fc.constantFrom("'", '"', "`");

const piecesOf = (sql: string, rules: SqlRules) =>
  [...sqlPieces(sql, rules)].map(({ kind, start, end }) => [kind, sql.slice(start, end)]);

describe("sqlPieces", () => {
  it("covers any text with pieces end to end, symbols of one character each", () => {
    fc.assert(
      fc.property(fc.oneof(anySql, fc.string()), anyRules, (sql, rules) => {
        let at = 0;
        for (const { kind, start, end } of sqlPieces(sql, rules)) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          if (kind === "symbol") expect(end).toBe(start + 1);
          at = end;
        }
        expect(at).toBe(sql.length);
      }),
    );
  });

  it("reads what was quoted as one piece, whatever it holds", () => {
    fc.assert(
      fc.property(anySql, quote, anyRules, (text, mark, rules) => {
        const twice = text.replaceAll(mark, mark + mark);
        const quoted =
          mark + (rules.escapesIn.includes(mark) ? twice.replaceAll("\\", "\\\\") : twice) + mark;
        expect(piecesOf(`x ${quoted};`, rules)).toEqual([
          ["word", "x"],
          ["blank", " "],
          ["quoted", quoted],
          ["symbol", ";"],
        ]);
      }),
    );
  });

  it("reads a comment as one piece, whatever it holds", () => {
    fc.assert(
      fc.property(anySql, anyRules, (text, rules) => {
        const line = `--${text.replaceAll("\n", "")}`;
        const block = `/* ${text.replaceAll("*/", "")} */`;
        fc.pre(!block.slice(2, -2).includes("*/"));
        expect(piecesOf(`${line}\n${block};`, rules)).toEqual([
          ["comment", line],
          ["blank", "\n"],
          ["comment", block],
          ["symbol", ";"],
        ]);
      }),
    );
  });

  it("lets a quote without its end run on, or be a symbol", () => {
    expect(piecesOf("a 'b; --", strict).at(-1)).toEqual(["quoted", "'b; --"]);
    expect(piecesOf("'b;", lenient).map(([kind]) => kind)).toEqual(["symbol", "word", "symbol"]);
    expect(piecesOf("/* b", strict)).toEqual([["comment", "/* b"]]);
    expect(piecesOf("/*b", lenient).map(([kind]) => kind)).toEqual(["symbol", "symbol", "word"]);
    // Written twice, and then without an end: the first text has ended.
    expect(piecesOf("'a''b", lenient)).toEqual([
      ["quoted", "'a'"],
      ["symbol", "'"],
      ["word", "b"],
    ]);
  });

  it("knows ClickHouse's own marks where they count", () => {
    const bytes = (text: string) => Buffer.from(text).toString("latin1");
    const kinds = (text: string, rules: SqlRules) => piecesOf(bytes(text), rules).map(([kind]) => kind);
    for (const [text, kind] of [
      ["# ; '", "comment"],
      ["#!x", "comment"],
      ["‘;’", "quoted"],
      ["“;”", "quoted"],
      ["$t$;'$t$", "quoted"],
      ["$t", "word"],
      ["1a", "word"],
      ["\u3000", "blank"],
    ] as const) {
      expect(kinds(text, strict)).toEqual([kind]);
      expect(kinds(text, lenient)).not.toEqual([kind]);
    }
  });
});
