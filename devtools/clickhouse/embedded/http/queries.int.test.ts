import { totalmem } from "node:os";
import { TupleParam } from "@clickhouse/client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentials, openClient, openTestDatabase, type TestDatabase } from "../testing/database";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const one = async (query: string, params?: Record<string, unknown>) =>
  (await database.rows(query, params))[0]?.[0];

describe("ping", () => {
  it("answers with and without a query", async () => {
    expect(await database.client.ping()).toEqual({ success: true });
    expect(await database.client.ping({ select: true })).toEqual({ success: true });
  });

  it("answers those who say nothing, and asks others who they are", async () => {
    const { url } = credentials();
    expect(await (await fetch(`${url}/ping`)).text()).toBe("Ok.\n");
    expect(await (await fetch(url)).text()).toBe("Ok.\n");
    const refused = await fetch(`${url}/?query=SELECT+1`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-clickhouse-exception-code")).toBe("516");
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });
});

describe("tables", () => {
  it("are made, changed and dropped", async () => {
    const { client } = database;
    await client.command({ query: "CREATE TABLE made (a UInt64) ENGINE MergeTree ORDER BY a" });
    await client.command({ query: "ALTER TABLE made ADD COLUMN b String DEFAULT 'x'" });
    const columns = await database.rows("DESCRIBE TABLE made");
    expect(columns.map(([name, type]) => `${name} ${type}`)).toEqual(["a UInt64", "b String"]);
    expect(await one("EXISTS TABLE made")).toBe(1);
    await client.command({ query: "DROP TABLE made" });
    expect(await one("EXISTS TABLE made")).toBe(0);
  });

  it("lie in the database that the request names, and in no other", async () => {
    const other = await openTestDatabase();
    await database.client.command({ query: "CREATE TABLE here (a UInt8) ENGINE Memory" });
    expect(await one("SELECT currentDatabase()")).toBe(database.name);
    expect(await other.rows("SHOW TABLES")).toEqual([]);
    expect(await other.rows(`SELECT count() FROM ${database.name}.here`)).toEqual([["0"]]);
    await other.drop();
  });
});

describe("results", () => {
  it("come in every format as one document", async () => {
    const query = "SELECT number AS n, toString(number) AS s FROM numbers(100000)";
    const json = await (await database.client.query({ query, format: "JSON" })).json();
    expect(json).toMatchObject({ rows: 100_000 });
    const csv = await (await database.client.query({ query, format: "CSVWithNames" })).text();
    expect(csv.split("\n").filter((line) => line.startsWith('"n"'))).toHaveLength(1);
    const text = async (format: string) => {
      const { stream } = await database.client.exec({ query: `${query} FORMAT ${format}` });
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      return Buffer.concat(parts);
    };
    const parquet = await text("Parquet");
    expect([parquet.toString("latin1", 0, 4), parquet.toString("latin1", parquet.length - 4)]).toEqual([
      "PAR1",
      "PAR1",
    ]);
    expect((await text("RowBinary")).readBigUInt64LE(0)).toBe(0n);
  });

  it("carry the headers of a server", async () => {
    const result = await database.client.query({ query: "SELECT 1", query_id: "asked-1", format: "JSON" });
    expect(result.query_id).toBe("asked-1");
    expect(result.response_headers).toMatchObject({
      "x-clickhouse-query-id": "asked-1",
      "x-clickhouse-format": "JSON",
      "content-type": "application/json; charset=UTF-8",
      "x-clickhouse-timezone": expect.any(String),
    });
    expect(JSON.parse(String(result.response_headers["x-clickhouse-summary"]))).toMatchObject({
      result_rows: "1",
    });
    await result.text();
  });

  it("wait for their end when asked to", async () => {
    const query = "SELECT throwIf(number = 900000, 'late') FROM numbers(1000000)";
    const late = database.client.query({ query, clickhouse_settings: { wait_end_of_query: 1 } });
    await expect(late).rejects.toMatchObject({ code: "395" });
    const settings = { wait_end_of_query: 1 } as const;
    const done = await database.client.query({ query: "SELECT 1 AS a", clickhouse_settings: settings });
    expect(await done.json()).toMatchObject({ data: [{ a: 1 }], rows: 1 });
  });

  it("that break in the middle end in their error, not in half a result", async () => {
    const query = "SELECT number, throwIf(number = 900000, 'broken') FROM numbers(1000000)";
    const result = await database.client.query({ query, format: "JSONEachRow" });
    const read = async () => {
      for await (const _part of result.stream());
    };
    await expect(read()).rejects.toMatchObject({ code: "395", message: expect.stringContaining("broken") });
    const text = await database.client.query({ query, format: "JSONEachRow" });
    await expect(text.text()).rejects.toThrow();
  });
});

describe("parameters", () => {
  const nasty =
    'it\'s "quoted" \\ back\\\\slash `tick` tab\t line\nreturn\r bell\b form\f é 😀 \u2028 {x:String} ; -- /*';

  it.each<[type: string, value: unknown, text: string]>([
    ["UInt8", 255, "255"],
    ["Int8", -128, "-128"],
    ["UInt64", 18_446_744_073_709_551_615n, "18446744073709551615"],
    ["Int64", "-9223372036854775808", "-9223372036854775808"],
    [
      "Int128",
      -170_141_183_460_469_231_731_687_303_715_884_105_728n,
      "-170141183460469231731687303715884105728",
    ],
    ["UInt256", 2n ** 255n, String(2n ** 255n)],
    ["Float64", 0.1, "0.1"],
    ["Float64", Number.NEGATIVE_INFINITY, "-inf"],
    ["Float64", Number.NaN, "nan"],
    ["Decimal(38, 10)", "12345.6789", "12345.6789"],
    ["Bool", true, "true"],
    ["String", "", ""],
    ["String", "\\N", "\\N"],
    ["FixedString(3)", "a'b", "a'b"],
    ["Nullable(String)", null, "NULL"],
    ["Nullable(UInt8)", 7, "7"],
    ["LowCardinality(String)", "low", "low"],
    ["UUID", "61f0c404-5cb3-11e7-907b-a6006ad3dba0", "61f0c404-5cb3-11e7-907b-a6006ad3dba0"],
    ["Date", "2026-02-28", "2026-02-28"],
    ["DateTime64(9, 'UTC')", "1700000000.123456789", "2023-11-14 22:13:20.123456789"],
    ["DateTime64(3, 'UTC')", new Date("2026-01-02T03:04:05.678Z"), "2026-01-02 03:04:05.678"],
    ["Enum8('a' = 1, 'b' = 2)", "b", "b"],
    ["IPv6", "::1", "::1"],
    ["Array(UInt8)", [1, 2, 3], "[1,2,3]"],
    ["Array(Array(String))", [["a'"], []], "[['a\\''],[]]"],
    ["Array(Nullable(String))", ["a", null], "['a',NULL]"],
    ["Map(String, Array(Int8))", { "k'": [-1] }, "{'k\\'':[-1]}"],
    ["Tuple(UInt8, String)", new TupleParam([1, "x"]), "(1,'x')"],
  ])("%s %s", async (type, value, text) => {
    expect(await one(`SELECT ifNull(toString({x:${type}}), 'NULL')`, { x: value })).toBe(text);
  });

  it("keep every character of a text", async () => {
    const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");
    for (const text of [nasty, all, "\0", "a\0b"]) {
      expect(await one("SELECT {x:String}", { x: text })).toBe(text);
      expect(await one("SELECT {x:Array(String)}", { x: [text, text] })).toEqual([text, text]);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        expect(await one("SELECT {x:String}", { x: text })).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it("name tables and columns", async () => {
    const name = "we` ird \\ name";
    await database.client.command({
      query: "CREATE TABLE {name:Identifier} (a UInt8) ENGINE Memory",
      query_params: { name },
    });
    expect(await one("SELECT count() FROM {name:Identifier}", { name })).toBe("0");
  });

  it("may be longer than an address and than a query may be", async () => {
    const long = nasty.repeat(10_000);
    const result = await database.client.query({
      query: "SELECT length({x:String}) AS length, {y:String} AS y",
      query_params: { x: long, y: "short" },
      use_multipart_params_auto: true,
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([{ length: Buffer.byteLength(long), y: "short" }]);
  });

  it("are bound in VALUES too", async () => {
    await database.client.command({ query: "CREATE TABLE bound (a UInt64, s String) ENGINE Memory" });
    const query = "INSERT INTO bound VALUES ({a:UInt64} + 1, {s:String})";
    await database.client.command({ query, query_params: { a: 1, s: nasty } });
    expect(await database.rows("SELECT * FROM bound")).toEqual([["2", nasty]]);
  });
});

describe("errors", () => {
  it.each<[code: string, type: string, query: string, settings?: Record<string, string>]>([
    ["62", "SYNTAX_ERROR", "selec 1"],
    ["62", "SYNTAX_ERROR", "SELECT 1; SELECT 2"],
    ["60", "UNKNOWN_TABLE", "SELECT * FROM nowhere"],
    ["81", "UNKNOWN_DATABASE", "SELECT * FROM nowhere.at_all"],
    ["47", "UNKNOWN_IDENTIFIER", "SELECT nothing"],
    ["46", "UNKNOWN_FUNCTION", "SELECT no_such_function()"],
    ["164", "READONLY", "CREATE TABLE r (a UInt8) ENGINE Memory", { readonly: "1" }],
    ["164", "READONLY", "SET readonly = 0", { readonly: "1" }],
    ["115", "UNKNOWN_SETTING", "SELECT 1", { no_such_setting: "1" }],
    ["27", "CANNOT_PARSE_INPUT_ASSERTION_FAILED", "SELECT 1", { max_threads: "many" }],
    [
      "241",
      "MEMORY_LIMIT_EXCEEDED",
      "SELECT groupArray(number) FROM numbers(10000000)",
      { max_memory_usage: "9999999" },
    ],
    ["456", "UNKNOWN_QUERY_PARAMETER", "SELECT {x:String}"],
    ["358", "INTO_OUTFILE_NOT_ALLOWED", "SELECT 1 INTO OUTFILE '/tmp/x'"],
  ])("%s %s: %s", async (code, type, query, clickhouse_settings) => {
    await expect(database.client.command({ query, clickhouse_settings })).rejects.toMatchObject({
      code,
      type,
    });
  });

  it("tell a wrong password and a database that is not there", async () => {
    const stranger = openClient({ ...credentials(), password: "wrong" });
    await expect(stranger.command({ query: "SELECT 1" })).rejects.toMatchObject({ code: "516" });
    const lost = openClient(credentials(), { database: "nowhere" });
    await expect(lost.command({ query: "SELECT 1" })).rejects.toMatchObject({ code: "81" });
    await Promise.all([stranger.close(), lost.close()]);
  });

  it("have the statuses of a server", async () => {
    const { url, user, password } = credentials();
    const headers = { "X-ClickHouse-User": user, "X-ClickHouse-Key": password };
    const statusOf = async (query: string) =>
      (await fetch(url, { method: "POST", body: query, headers })).status;
    expect(await statusOf("SELECT 1")).toBe(200);
    expect(await statusOf("SELEC 1")).toBe(400);
    expect(await statusOf("SELECT * FROM nowhere")).toBe(404);
    expect(await statusOf("SELECT throwIf(1)")).toBe(500);
    const changed = await fetch(`${url}/?query=CREATE+DATABASE+by_get`, { headers });
    expect(await changed.text()).toContain("READONLY");
  });
});

describe("what surrounds a query", () => {
  const setting = "SELECT getSetting('max_block_size'), getSetting('readonly'), currentDatabase()";

  it("never reaches the next one", async () => {
    const plain = openClient();
    const read = async () => (await plain.query({ query: setting, format: "TabSeparated" })).text();
    const before = await read();
    const surrounded = {
      query: setting,
      clickhouse_settings: { max_block_size: "77", readonly: "1" },
      query_params: { leak: "leaked" },
      format: "JSONCompactEachRow",
    } as const;
    const result = await database.client.query(surrounded);
    expect(await result.json()).toEqual([
      ["77", "1", database.name].map((v, i) => (i < 2 ? expect.anything() : v)),
    ]);
    // After an error, and after an abort.
    await expect(database.client.query({ ...surrounded, query: "SELECT nothing" })).rejects.toThrow();
    const leaving = new AbortController();
    const left = database.client.query({
      ...surrounded,
      query: "SELECT count() FROM numbers(100000000000)",
      abort_signal: leaving.signal,
    });
    leaving.abort();
    await expect(left).rejects.toThrow();
    for (let i = 0; i < 30; i++) {
      expect(await read()).toBe(before);
      const leaked = plain.query({ query: "SELECT {leak:String}" });
      await expect(leaked).rejects.toMatchObject({ code: "456" });
    }
    await plain.close();
  });

  it("bounds what one query may take of the machine's memory", async () => {
    expect(Number(await one("SELECT getSetting('max_memory_usage')"))).toBe(Math.floor(totalmem() / 3));
  });

  it("does not include what a statement sets", async () => {
    await database.client.command({ query: "SET max_block_size = 78" });
    await database.client.command({ query: "CREATE TEMPORARY TABLE passing (a UInt8)" });
    expect(await one("SELECT getSetting('max_block_size')")).not.toBe("78");
    await expect(database.rows("SELECT * FROM passing")).rejects.toMatchObject({ code: "60" });
  });
});
