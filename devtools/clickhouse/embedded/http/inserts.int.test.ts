import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bytesToStream, credentials, openTestDatabase, type TestDatabase } from "../testing/database";
import { packFrame, readFrames } from "../wire/frames";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.client.command({ query: "CREATE TABLE t (a UInt64, s String) ENGINE MergeTree ORDER BY a" });
});
afterAll(() => database.drop());
beforeEach(() => database.client.command({ query: "TRUNCATE TABLE t" }));

const content = () => database.rows("SELECT a, s FROM t ORDER BY a");
const total = async () => (await database.rows("SELECT count(), sum(a) FROM t"))[0];
/** What no client library of JavaScript sends: a raw body, with parameters. */
async function post(query: string, body: Uint8Array, params: Record<string, string> = {}, encoding?: string) {
  const { url, user, password } = credentials();
  const search = new URLSearchParams({ database: database.name, query, ...params });
  const headers: Record<string, string> = { "X-ClickHouse-User": user, "X-ClickHouse-Key": password };
  if (encoding) headers["Content-Encoding"] = encoding;
  return fetch(`${url}/?${search}`, { method: "POST", body: body as BodyInit, headers });
}

/** A result as the bytes of its format. */
async function read(query: string): Promise<Buffer> {
  const { stream } = await database.client.exec({ query });
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe("insert", () => {
  const nasty = "é😀 'quoted' \\ tab\t line\n \0 \u2028";

  it("takes rows as objects and as arrays", async () => {
    await database.client.insert({
      table: "t",
      values: [{ s: nasty, a: "1" }, { a: 2 }],
      format: "JSONEachRow",
    });
    await database.client.insert({ table: "t", values: [[3, nasty]], format: "JSONCompactEachRow" });
    await database.client.insert({
      table: "t",
      values: [["c", 4]],
      columns: ["s", "a"],
      format: "JSONCompactEachRow",
    });
    expect(await content()).toEqual([
      ["1", nasty],
      ["2", ""],
      ["3", nasty],
      ["4", "c"],
    ]);
  });

  it("says how many rows were written", async () => {
    const values = Array.from({ length: 1000 }, (_, a) => ({ a, s: "x" }));
    const { summary } = await database.client.insert({ table: "t", values, format: "JSONEachRow" });
    expect(summary).toMatchObject({ written_rows: "1000" });
    const command = await database.client.command({ query: "INSERT INTO t VALUES (1, 'x'), (2, 'y')" });
    expect(command.summary).toMatchObject({ written_rows: "2" });
  });

  it("takes streams of objects", async () => {
    const values = Readable.from(
      (function* () {
        for (let a = 0; a < 50_000; a++) yield { a, s: "x".repeat(a % 50) };
      })(),
    );
    await database.client.insert({ table: "t", values, format: "JSONEachRow" });
    expect(await total()).toEqual(["50000", "1249975000"]);
  });

  it("takes streams of text, cut anywhere", async () => {
    await database.client.insert({
      table: "t",
      values: bytesToStream(["1,", '"a,\nb', '"\n2,c']),
      format: "CSV",
    });
    await database.client.insert({
      table: "t",
      values: bytesToStream(["s\ta\nd\\t", "e\t3\n"]),
      format: "TabSeparatedWithNames",
    });
    expect(await content()).toEqual([
      ["1", "a,\nb"],
      ["2", "c"],
      ["3", "d\te"],
    ]);
  });

  it.each(["Native", "RowBinary", "Parquet", "ArrowStream", "ORC", "Avro", "CSVWithNames", "TSKV"])(
    "takes the bytes of %s and gives them back",
    async (format) => {
      const query =
        "SELECT number AS a, concat(toString(number), '\\0é\\'', unhex('FF00')) AS s FROM numbers(70000)";
      // Text with invalid UTF-8 must arrive unchanged.
      const source = await read(`${query} FORMAT ${format}`);
      const cut = Readable.from([source.subarray(0, 100), source.subarray(100)]);
      const { stream } = await database.client.exec({ query: `INSERT INTO t FORMAT ${format}`, values: cut });
      stream.resume();
      expect(await read("SELECT sum(cityHash64(a, s)) FROM t")).toEqual(
        await read(`SELECT sum(cityHash64(a, s)) FROM (${query})`),
      );
    },
  );

  it("takes statement and data in one body", async () => {
    await database.client.command({ query: "INSERT INTO t VALUES (1, 'a'), (1 + 1, lower('B'))" });
    await database.client.command({ query: 'INSERT INTO t FORMAT JSONEachRow\n{"a":3,"s":"c"}' });
    // An insert that may be asynchronous elsewhere is stored when it is acknowledged here.
    await database.client.command({
      query: "INSERT INTO t (s, a) SETTINGS async_insert = 1, wait_for_async_insert = 0 FORMAT CSV\nd,0",
    });
    expect(await total()).toEqual(["4", "6"]);
    const many = Array.from({ length: 200_000 }, (_, i) => `(${i + 4}, 'many')`).join(",");
    await database.client.command({ query: `INSERT INTO t VALUES ${many}` });
    expect(await total()).toEqual(["200004", String((200_003 * 200_004) / 2)]);
  });

  it("takes data through input()", async () => {
    const query = "INSERT INTO t SELECT a + 10, upper(s) FROM input('a UInt64, s String') FORMAT CSV";
    const { stream } = await database.client.exec({ query, values: bytesToStream(["1,a\n2,", "b\n"]) });
    stream.resume();
    expect(await content()).toEqual([
      ["11", "A"],
      ["12", "B"],
    ]);
  });

  it("takes nothing for nothing", async () => {
    expect((await post("INSERT INTO t FORMAT JSONEachRow", Buffer.alloc(0))).status).toBe(200);
    expect((await post("INSERT INTO t FORMAT Native", Buffer.alloc(0))).status).toBe(200);
    expect(await total()).toEqual(["0", "0"]);
  });

  it("keeps nothing of data that does not fit, and says which row", async () => {
    const values = [{ a: 1, s: "x" }, { a: "two" }];
    const insert = database.client.insert({ table: "t", values, format: "JSONEachRow" });
    await expect(insert).rejects.toMatchObject({ code: "27", message: expect.stringContaining("row 2") });
    const nowhere = database.client.insert({ table: "nowhere", values, format: "JSONEachRow" });
    await expect(nowhere).rejects.toMatchObject({ code: "60" });
    const large = bytesToStream(["x\n", ...Array.from({ length: 2000 }, () => "1,a\n".repeat(10_000))]);
    await expect(database.client.insert({ table: "t", values: large, format: "CSV" })).rejects.toMatchObject({
      code: "27",
    });
    expect(await total()).toEqual(["0", "0"]);
  });

  it("names no file of the engine in its errors", async () => {
    const answer = await post("INSERT INTO t FORMAT CSV", Buffer.from("1,a\nx,b\n"));
    expect(await answer.text()).not.toMatch(/input-\d|clickhouse-work/);
  });
});

describe("compression", () => {
  it("works both ways with the client's gzip", async () => {
    const zipped = await openTestDatabase({ compression: { request: true, response: true } });
    await zipped.client.command({ query: "CREATE TABLE z (a UInt64, s String) ENGINE MergeTree ORDER BY a" });
    const values = Array.from({ length: 20_000 }, (_, a) => ({ a, s: "é".repeat(20) }));
    await zipped.client.insert({ table: "z", values, format: "JSONEachRow" });
    const result = await zipped.client.query({ query: "SELECT * FROM z ORDER BY a", format: "JSONEachRow" });
    expect(result.response_headers["content-encoding"]).toBe("gzip");
    expect(await result.json()).toEqual(values);
    await expect(zipped.rows("SELECT nothing")).rejects.toMatchObject({ code: "47" });
    await zipped.drop();
  });

  it("refuses bodies that are not what they say", async () => {
    const rows = Buffer.from("1,a\n".repeat(100_000));
    const broken = gzipSync(rows).subarray(0, -20);
    const answer = await post("INSERT INTO t FORMAT CSV", broken, {}, "gzip");
    expect([answer.status, answer.headers.get("x-clickhouse-exception-code")]).toEqual([500, "271"]);
    expect((await post("INSERT INTO t FORMAT CSV", rows, {}, "compress")).status).toBe(500);
    expect(await total()).toEqual(["0", "0"]);
  });

  it("reads and writes ClickHouse's frames", async () => {
    const source = await read("SELECT number AS a, toString(number) AS s FROM numbers(100000) FORMAT Native");
    const frames: Buffer[] = [];
    for (let i = 0; i < source.length; i += 300_000) frames.push(packFrame(source.subarray(i, i + 300_000)));
    const inserted = await post("INSERT INTO t FORMAT Native", Buffer.concat(frames), { decompress: "1" });
    expect(inserted.status).toBe(200);
    expect(await total()).toEqual(["100000", "4999950000"]);

    const answer = await post("SELECT a, s FROM t ORDER BY a FORMAT Native", Buffer.alloc(0), {
      compress: "1",
    });
    const packed = Buffer.from(await answer.arrayBuffer());
    const parts: Uint8Array[] = [];
    for await (const part of readFrames(Readable.from([packed]))) parts.push(part);
    const plain = await read("SELECT a, s FROM t ORDER BY a FORMAT Native");
    expect(Buffer.concat(parts).equals(plain)).toBe(true);
    expect(packed.length).toBeLessThan(source.length);
  });

  it("refuses frames that are damaged", async () => {
    const frame = packFrame(Buffer.from("1,a\n"));
    frame[0] = (frame[0] ?? 0) ^ 1;
    const answer = await post("INSERT INTO t FORMAT CSV", frame, { decompress: "1" });
    expect(await answer.text()).toContain("CHECKSUM_DOESNT_MATCH");
    expect(await total()).toEqual(["0", "0"]);
  });

  it("writes Native for readers of the native protocol", async () => {
    const params = { default_format: "Native", client_protocol_version: "54460" };
    const answer = await post(
      "SELECT map('k', 1) AS m, 'x'::LowCardinality(String) AS l",
      Buffer.alloc(0),
      params,
    );
    const block = Buffer.from(await answer.arrayBuffer());
    // Fields of the block, then two columns and one row; behind each type a zero.
    expect(block.subarray(0, 10).toString("hex")).toBe("010002ffffffff000201");
    expect(block.toString("latin1")).toContain("Map(String, UInt8)\0");
    expect(block.toString("latin1")).toContain("LowCardinality(String)\0");
  });
});

describe("what ClickHouse does with rows", () => {
  it("feeds materialised views", async () => {
    const { client } = database;
    await client.command({
      query: "CREATE TABLE sums (k UInt8, n UInt64) ENGINE SummingMergeTree ORDER BY k",
    });
    await client.command({
      query: "CREATE MATERIALIZED VIEW sums_mv TO sums AS SELECT a % 2 AS k, count() AS n FROM t GROUP BY k",
    });
    const values = Array.from({ length: 11 }, (_, a) => ({ a, s: "" }));
    await client.insert({ table: "t", values, format: "JSONEachRow" });
    expect(await database.rows("SELECT k, sum(n) FROM sums GROUP BY k ORDER BY k")).toEqual([
      [0, "6"],
      [1, "5"],
    ]);
    await client.command({ query: "DROP VIEW sums_mv" });
  });

  it("deletes, truncates and drops partitions", async () => {
    const { client } = database;
    const values = Array.from({ length: 10 }, (_, a) => ({ a, s: String(a % 2) }));
    await client.insert({ table: "t", values, format: "JSONEachRow" });
    await client.command({ query: "DELETE FROM t WHERE a >= {from:UInt64}", query_params: { from: 8 } });
    expect(await total()).toEqual(["8", "28"]);
    await client.command({
      query: "ALTER TABLE t DELETE WHERE a < 2",
      clickhouse_settings: { mutations_sync: "1" },
    });
    expect(await total()).toEqual(["6", "27"]);
    await client.command({ query: "TRUNCATE TABLE t" });
    expect(await total()).toEqual(["0", "0"]);
    await client.command({ query: "CREATE TABLE p (d Date) ENGINE MergeTree PARTITION BY d ORDER BY d" });
    await client.command({ query: "INSERT INTO p VALUES ('2026-01-01'), ('2026-01-02')" });
    await client.command({ query: "ALTER TABLE p DROP PARTITION '2026-01-01'" });
    expect(await database.rows("SELECT * FROM p")).toEqual([["2026-01-02"]]);
  });

  it("takes, changes and removes a time to live", async () => {
    const { client } = database;
    await client.command({
      query: "CREATE TABLE old (d DateTime) ENGINE MergeTree ORDER BY d TTL d + INTERVAL 1 HOUR",
    });
    await client.command({ query: "INSERT INTO old VALUES (now() - 7200), (now())" });
    await client.command({ query: "OPTIMIZE TABLE old FINAL" });
    expect(await database.rows("SELECT count() FROM old")).toEqual([["1"]]);
    await client.command({ query: "ALTER TABLE old MODIFY TTL d + INTERVAL 5 DAY" });
    await client.command({ query: "ALTER TABLE old REMOVE TTL" });
    const [[definition] = []] = await database.rows("SHOW CREATE TABLE old");
    expect(definition).not.toContain("TTL");
  });
});
