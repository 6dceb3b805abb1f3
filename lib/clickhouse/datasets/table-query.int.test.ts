import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../schema/migrate";
import { createStore } from "../store";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { queryTable, TableQueryError } from "./table-query";

let database: TestDatabase;
beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 72 });
});
afterAll(() => database.drop());

const signal = new AbortController().signal;
const ask = (sql: string, params: Record<string, unknown> = {}, maxRows = 100) =>
  queryTable(database.data, { sql, params }, maxRows, signal);

describe("queryTable", () => {
  it("gives values as a person reads them", async () => {
    const { columns, rows } = await ask(`SELECT
      toInt64(9007199254740991) AS safe, toUInt64(18446744073709551615) AS big, toInt64(-5) AS small,
      toDate32('1920-02-03') AS day, toDateTime64('2024-01-02 03:04:05.6', 3, 'UTC') AS moment,
      true AS yes, NULL AS nothing, 1.5 AS share, toDecimal64('12.30', 2) AS price,
      toDecimal128('12345678901234567890.12', 2) AS sum, [1, 2] AS list, nan AS no_number, 'ü "x"' AS text`);
    expect(rows).toEqual(
      [
        [
          9007199254740991,
          "18446744073709551615",
          -5,
          "1920-02-03",
          "2024-01-02 03:04:05.600",
          true,
          null,
          1.5,
          12.3,
          "12345678901234567890.12",
          '["1","2"]',
          null,
          'ü "x"',
        ],
      ].map((row) =>
        row.map((value) => (value === '["1","2"]' ? expect.stringMatching(/^\["?1"?,"?2"?\]$/) : value)),
      ),
    );
    expect(columns[0]).toEqual({ name: "safe", type: "Int64" });
  });

  it("binds values of any content", async () => {
    const hostile = "'; DROP TABLE datasets; -- {x:String} \\ ` \n \u0000 🚲";
    const { rows } = await ask("SELECT {v:String}, {list:Array(String)}, {n:Nullable(Int64)}", {
      v: hostile,
      list: [hostile],
      n: null,
    });
    expect(rows).toEqual([[hostile, JSON.stringify([hostile]), null]]);
  });

  it("cuts at the limit and says how many there were", async () => {
    const many = await ask("SELECT number FROM numbers(100000) WHERE number % 2 = 0", {}, 3);
    expect(many).toMatchObject({ rows: [[0], [2], [4]], rowCount: 50_000 });
    const few = await ask("SELECT number FROM numbers(10) ORDER BY number DESC LIMIT 2", {}, 3);
    expect(few).toMatchObject({ rows: [[9], [8]], rowCount: 2 });
    const none = await ask("SELECT 1 WHERE 0");
    expect(none).toMatchObject({ rows: [], rowCount: 0 });
  });

  it.each([
    ["DDL", "CREATE TABLE x (a Int8) ENGINE = Memory"],
    ["a drop", "DROP TABLE datasets"],
    ["an insert", "INSERT INTO datasets (name) VALUES ('x')"],
    ["a delete", "DELETE FROM datasets WHERE 1"],
    ["a file", "SELECT * FROM file('/etc/passwd', 'LineAsString')"],
    ["an address", "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')"],
    ["another limit", "SELECT 1 SETTINGS max_memory_usage = 0, readonly = 0"],
    ["a setting", "SET max_memory_usage = 0"],
    ["two statements", "SELECT 1; DROP TABLE datasets"],
  ])("refuses %s", async (_what, sql) => {
    await expect(ask(sql)).rejects.toThrow();
    const { rows } = await ask("SELECT count() FROM datasets");
    expect(rows).toEqual([[0]]);
  });

  it("stops a query that wants too much memory, with words for the person", async () => {
    const greedy = ask("SELECT length(groupArray(number)) FROM numbers(1000000000)");
    await expect(greedy).rejects.toThrow(TableQueryError);
    await expect(greedy).rejects.toThrow("Ask something narrower.");
  });

  it("says that a table is gone", async () => {
    await expect(ask("SELECT * FROM t_gone")).rejects.toThrow("Ask again.");
  });

  it("stops the query in the database when it is cancelled", async () => {
    const abort = new AbortController();
    const cause = new Error("the reader left");
    const mark = `cancelled_${Date.now()}`;
    const running = createStore(database).query(
      {
        sql: `SELECT count() AS ${mark} FROM numbers(1000000000000) WHERE sipHash64(number) = 1`,
        params: {},
      },
      10,
      abort.signal,
    );
    const isRunning = async () => {
      const result = await database.server.query({
        query:
          "SELECT 1 FROM system.processes WHERE query LIKE {mark:String} AND query NOT LIKE '%system.processes%'",
        query_params: { mark: `%${mark}%` },
        format: "JSONEachRow",
      });
      return (await result.json()).length > 0;
    };
    await expect.poll(isRunning, { timeout: 5_000 }).toBe(true);
    abort.abort(cause);
    await expect(running).rejects.toBe(cause);
    await expect.poll(isRunning, { timeout: 5_000 }).toBe(false);
  });
});
