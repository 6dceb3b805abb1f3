import { describe, expect, it } from "vitest";
import { parseStatement } from "./statement";

const parse = (sql: string, isWhole = true) => parseStatement(Buffer.from(sql), isWhole);

/** Where a result's destination is named. */
function beforeOutput(sql: string): string {
  const statement = parse(sql);
  if (statement.kind !== "rows") throw new Error(`${statement.kind} instead of rows`);
  return sql.slice(0, statement.outputAt).trim();
}

describe("parseStatement, of what yields rows", () => {
  it.each([
    ["SELECT 1", "SELECT 1"],
    ["SELECT 1;", "SELECT 1"],
    ["SELECT 1 -- ; FORMAT x", "SELECT 1"],
    ["SELECT 1 /* it's */ ; -- end", "SELECT 1"],
    ["select 1 format JSON", "select 1"],
    ["SELECT 1 FORMAT JSON SETTINGS max_threads = 1", "SELECT 1"],
    ["SELECT 1 SETTINGS max_threads = 1 FORMAT JSON", "SELECT 1 SETTINGS max_threads = 1"],
    ["SELECT format FROM t", "SELECT format FROM t"],
    ["SELECT (SELECT 1 FORMAT x) FROM t", "SELECT (SELECT 1 FORMAT x) FROM t"],
    ["SELECT ' FORMAT JSON ; '", "SELECT ' FORMAT JSON ; '"],
    ["SELECT '\\'; DROP' AS `a``;`", "SELECT '\\'; DROP' AS `a``;`"],
    ["SELECT 'it''s; x', \"a;b\"", "SELECT 'it''s; x', \"a;b\""],
    ["SELECT $tag$ ; FORMAT $tag$", "SELECT $tag$ ; FORMAT $tag$"],
    ["SELECT ‘a;b’", "SELECT ‘a;b’"],
    ["SELECT 1 # comment ; x", "SELECT 1"],
    ["WITH 1 AS a SELECT a FORMAT CSV", "WITH 1 AS a SELECT a"],
    ["(SELECT 1) UNION ALL (SELECT 2) FORMAT TSV", "(SELECT 1) UNION ALL (SELECT 2)"],
    ["/* first */ FROM numbers(3) SELECT number", "/* first */ FROM numbers(3) SELECT number"],
  ])("finds the end of %s", (sql, expected) => {
    expect(Buffer.from(sql).toString("utf8", 0, Buffer.byteLength(expected))).toBe(expected);
    const statement = parse(sql);
    expect(statement.kind).toBe("rows");
    if (statement.kind !== "rows") return;
    expect(Buffer.from(sql).subarray(0, statement.outputAt).toString().trim()).toBe(expected);
  });

  it("knows the format", () => {
    expect(parse("SELECT 1 FORMAT JSONEachRow")).toMatchObject({ format: "JSONEachRow" });
    expect(parse("SELECT 1")).not.toHaveProperty("format", expect.anything());
    expect(beforeOutput("SELECT 1\nFORMAT JSONEachRow\n;\n")).toBe("SELECT 1");
  });
});

describe("parseStatement, of inserts", () => {
  /** The statement with the pipe put in, and the data. */
  const split = (sql: string, isWhole = false) => {
    const statement = parse(sql, isWhole);
    if (statement.kind !== "insert") throw new Error(`${statement.kind} instead of insert`);
    const { sourceAt, end, dataAt, format } = statement;
    return [
      `${sql.slice(0, sourceAt).trim()} <pipe> ${sql.slice(sourceAt, end)}`.trim(),
      format,
      sql.slice(dataAt),
    ];
  };

  it.each([
    ["INSERT INTO t FORMAT CSV", "INSERT INTO t <pipe>", "CSV", ""],
    ['INSERT INTO t FORMAT JSONEachRow\n{"a":1}', "INSERT INTO t <pipe>", "JSONEachRow", '{"a":1}'],
    ["insert into db.t (a, b) format TSV  \r\n\t1", "insert into db.t (a, b) <pipe>", "TSV", "\t1"],
    ["INSERT INTO format (a) FORMAT CSV\n1", "INSERT INTO format (a) <pipe>", "CSV", "1"],
    ["INSERT INTO t SETTINGS a = 1 FORMAT CSV\n1", "INSERT INTO t <pipe> SETTINGS a = 1", "CSV", "1"],
    ["INSERT INTO t VALUES (1), (2)", "INSERT INTO t <pipe>", "Values", " (1), (2)"],
    [
      "INSERT INTO FUNCTION null('a UInt8') FORMAT CSV\n1",
      "INSERT INTO FUNCTION null('a UInt8') <pipe>",
      "CSV",
      "1",
    ],
    ["INSERT INTO `odd ) name` (`a(`) FORMAT CSV\n;", "INSERT INTO `odd ) name` (`a(`) <pipe>", "CSV", ";"],
  ])("splits %s", (sql, statement, format, data) => {
    expect(split(sql)).toEqual([statement.trim(), format, data]);
  });

  it("leaves binary data untouched", () => {
    const head = Buffer.from("INSERT INTO t FORMAT RowBinary\n");
    const statement = parseStatement(Buffer.concat([head, Buffer.from([0, 0x27, 0xff, 0x3b])]), false);
    expect(statement).toMatchObject({ kind: "insert", dataAt: head.length });
  });

  it("gives VALUES that are whole to the engine, which knows expressions and parameters", () => {
    expect(parse("INSERT INTO t VALUES ({a:UInt8}, now())", true)).toMatchObject({ kind: "command" });
  });

  it("takes INSERT … SELECT for a command", () => {
    expect(parse("INSERT INTO t (a) SELECT 1 FROM u")).toMatchObject({ kind: "command" });
    expect(parse("INSERT INTO t (SELECT 1)")).toMatchObject({ kind: "command" });
  });

  it("finds input() and its data", () => {
    const sql = "INSERT INTO t SELECT lower(a) FROM input('a String') FORMAT CSV\nX";
    const statement = parse(sql);
    if (statement.kind !== "insert-through-input") throw new Error(statement.kind);
    expect(sql.slice(statement.inputAt, statement.inputEnd)).toBe("input(");
    expect([sql.slice(0, statement.end).trim(), statement.format, sql.slice(statement.dataAt)]).toEqual([
      "INSERT INTO t SELECT lower(a) FROM input('a String')",
      "CSV",
      "X",
    ]);
  });
});

describe("parseStatement, of what is refused", () => {
  it.each([
    ["SELECT 1; SELECT 2", 62],
    ["SELECT 1; SET readonly = 0", 62],
    ["INSERT INTO t VALUES (1); DROP TABLE t", 62],
    ["INSERT INTO t SELECT 1; DROP TABLE t", 62],
    ["DROP TABLE t; DROP TABLE u", 62],
    ["", 62],
    [" -- nothing", 62],
    ["SELECT 1 INTO OUTFILE '/etc/passwd'", 358],
    ["SELECT 1 INTO/**/OUTFILE 'x'", 358],
    ["INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", 36],
  ])("%s", (sql, code) => {
    expect(() => parse(sql)).toThrow(expect.objectContaining({ code }));
  });
});

it("takes everything else for a command", () => {
  for (const sql of [
    "CREATE TABLE t (a UInt8) ENGINE Memory",
    "SHOW TABLES",
    "SET a = 1",
    "KILL QUERY WHERE 1",
  ])
    expect(parse(sql).kind).toBe("command");
  expect(parse("SHOW TABLES FORMAT JSON")).toMatchObject({ kind: "command", format: "JSON" });
});
