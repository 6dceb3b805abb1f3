import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listDatasets } from "@/lib/clickhouse/datasets/datasets";
import { createStore } from "@/lib/clickhouse/store";
import type { FileOutcome, IngestLimits } from "@/lib/ingest/ports";
import { ingestUpload } from "@/lib/ingest/upload/upload";
import { startTestIngest } from "./testing/ingest";

const { database, options: usual } = startTestIngest();
const { signal } = usual;

type Content = string | Uint8Array;
interface UploadOptions {
  readonly fields?: Readonly<Record<string, string>>;
  readonly limits?: Partial<IngestLimits>;
  readonly signal?: AbortSignal;
}

async function upload(files: readonly (readonly [string, Content])[], options: UploadOptions = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(options.fields ?? {})) form.append(name, value);
  for (const [name, content] of files) form.append("files", new File([content as BlobPart], name));
  const request = new Request("http://localhost/", { method: "POST", body: form });
  return await send(request.body, request.headers.get("content-type") ?? "", options);
}

function send(body: ReadableStream<Uint8Array> | null, contentType: string, options: UploadOptions = {}) {
  return ingestUpload(
    { body, contentType, contentLength: null },
    { ...usual, limits: { ...usual.limits, ...options.limits }, signal: options.signal ?? signal },
  );
}

async function only(name: string, content: Content, options?: UploadOptions): Promise<FileOutcome> {
  const [outcome] = await upload([[name, content]], options);
  if (!outcome) throw new Error("no outcome");
  return outcome;
}

async function rowsOf(dataset: string, order = ""): Promise<unknown[][]> {
  const store = createStore(database);
  const table = (await store.tables(signal)).find(({ name }) => name === dataset);
  if (!table) throw new Error(`no table ${dataset}`);
  const { rows } = await store.query(
    { sql: `SELECT * FROM ${table.source} ${order}`, params: {} },
    1_000,
    signal,
  );
  return rows.map((row) => [...row]);
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const typesOf = (outcome: FileOutcome) =>
  Object.fromEntries((outcome.columns ?? []).map(({ name, type }) => [name, type]));

describe("tables", () => {
  it("types CSV by all of its rows", async () => {
    const outcome = await only(
      "Types.csv",
      [
        "id,amount,day,moment,ok,note,empty,code,big,old,late",
        '1,1.5,2024-01-31,2024-01-31 10:00:00,true,"a, b",,007,1,1850-01-01,5',
        '-2,3,2024-02-29,2024-02-29T11:30:00Z,false,"say ""hi""",,8,99999999999999999999,1950-06-01,6',
        ",,,,,,,,,,",
      ].join("\r\n"),
    );
    expect(outcome).toMatchObject({ status: "stored", dataset: "Types", rows: 3 });
    expect(typesOf(outcome)).toEqual({
      id: "Nullable(Int64)",
      amount: "Nullable(Float64)",
      day: "Nullable(Date32)",
      moment: "Nullable(DateTime64(0, 'UTC'))",
      ok: "Nullable(Bool)",
      note: "Nullable(String)",
      empty: "Nullable(String)",
      code: "Nullable(String)",
      big: "Nullable(String)",
      old: "Nullable(String)",
      late: "Nullable(Int64)",
    });
    expect(await rowsOf("Types")).toEqual([
      [1, 1.5, "2024-01-31", "2024-01-31 10:00:00", true, "a, b", null, "007", "1", "1850-01-01", 5],
      [
        -2,
        3,
        "2024-02-29",
        "2024-02-29 11:30:00",
        false,
        'say "hi"',
        null,
        "8",
        "99999999999999999999",
        "1950-06-01",
        6,
      ],
      [null, null, null, null, null, null, null, null, null, null, null],
    ]);
  });

  it("widens a type where a row far down does not fit", async () => {
    const lines = ["n,d,s,b"];
    for (let i = 0; i < 120_000; i++) lines.push(`${i},2024-01-01,7,true`);
    lines.push("1.5,2024-01-01 12:30:00,x1,true");
    const outcome = await only("late.csv", `${lines.join("\n")}\n`);
    expect(outcome.reason).toBeUndefined();
    expect(typesOf(outcome)).toEqual({
      n: "Nullable(Float64)",
      d: "Nullable(DateTime64(6, 'UTC'))",
      s: "Nullable(String)",
      b: "Nullable(Bool)",
    });
    expect(outcome.rows).toBe(120_001);
    expect(await rowsOf("late", "WHERE s = 'x1'")).toEqual([[1.5, "2024-01-01 12:30:00.000000", "x1", true]]);
  });

  it("reads TSV, and CSV with semicolons", async () => {
    const tabs = await only("tabs.tsv", 'a\tb c\n1\t"x\ty"\n2\tz, w\n');
    expect(tabs.reason).toBeUndefined();
    expect(await rowsOf("tabs")).toEqual([
      [1, "x\ty"],
      [2, "z, w"],
    ]);
    await only("semi.csv", "\ufeffname;n\nUmlaut ü;1\n");
    expect(await rowsOf("semi")).toEqual([["Umlaut ü", 1]]);
  });

  it("reads JSON and NDJSON with keys that come and go", async () => {
    const json = await only(
      "objects.json",
      '[{"a":1,"t":"007","o":{"x":[1]},"l":[1,2]},\n{"a":2.5,"n":null,"late":true,"d":"2024-05-06"}]',
    );
    expect(typesOf(json)).toEqual({
      a: "Nullable(Float64)",
      t: "Nullable(String)",
      o: "Nullable(String)",
      l: "Nullable(String)",
      n: "Nullable(String)",
      late: "Nullable(Bool)",
      d: "Nullable(Date32)",
    });
    expect(await rowsOf("objects")).toEqual([
      [1, "007", '{"x":[1]}', "[1,2]", null, null, null],
      [2.5, null, null, null, null, true, "2024-05-06"],
    ]);
    const lines = Array.from({ length: 60_000 }, (_, n) => `{"n":${n},"text":"some words"}`);
    lines.push('{"n":1.25,"extra":"12","text":null}', '{"n":99999999999999999999}');
    const ndjson = await only("lines.ndjson", lines.join("\n"));
    // The last number is beyond 64 bits: as a Float64 it would be another number.
    expect(typesOf(ndjson)).toEqual({
      n: "Nullable(String)",
      text: "Nullable(String)",
      extra: "Nullable(Int64)",
    });
    expect(ndjson.rows).toBe(60_002);
    expect(await rowsOf("lines", "WHERE extra = 12")).toEqual([["1.25", null, 12]]);
  });

  it("reads Parquet", async () => {
    const made = await database.data.exec({
      query: `SELECT number AS id, if(number % 2 = 0, NULL, 'v' || toString(number)) AS text, toDate('2024-01-01') + number AS day,
                number / 4 AS share, toDateTime64('2024-01-01 10:00:00', 3, 'UTC') AS at, number = 1 AS flag,
                toDecimal64(number, 2) AS price, 18446744073709551615 AS big
              FROM numbers(3) FORMAT Parquet`,
    });
    const bytes = await readAll(made.stream);
    const outcome = await only("made.parquet", bytes);
    expect(outcome).toMatchObject({ status: "stored", rows: 3 });
    expect(await rowsOf("made", "ORDER BY id")).toEqual([
      [0, null, "2024-01-01", 0, "2024-01-01 10:00:00.000000", 0, 0, "18446744073709551615"],
      [1, "v1", "2024-01-02", 0.25, "2024-01-01 10:00:00.000000", 1, 1, "18446744073709551615"],
      [2, null, "2024-01-03", 0.5, "2024-01-01 10:00:00.000000", 0, 2, "18446744073709551615"],
    ]);
    const cut = await only("cut.parquet", bytes.subarray(0, bytes.length - 20));
    expect(cut.reason).toContain("footer");
    const damaged = Buffer.from(bytes);
    damaged.fill(0x7f, 4, 60);
    expect((await only("damaged.parquet", damaged)).status).toBe("refused");
    const wide = { limits: { maxFileBytes: 60_000 } };
    const bomb = await database.data.exec({
      query: "SELECT repeat('x', 1000) || toString(number) AS a FROM numbers(1000) FORMAT Parquet",
      clickhouse_settings: { output_format_parquet_compression_method: "zstd" },
    });
    const packed = await readAll(bomb.stream);
    expect(packed.length).toBeLessThan(60_000);
    expect((await only("bomb.parquet", packed, wide)).reason).toContain("unpacks to");
  });

  const hostile = [
    "a`b",
    'q"u',
    "back\\slash",
    "sp ace",
    "id); DROP TABLE datasets",
    "{x:String}",
    "日本",
    "'",
    "?",
    "a.b",
  ];

  it("keeps hostile column names and values as they are", async () => {
    const header = hostile.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    const csv = await only("hostile.csv", `${header}\n${hostile.map((_, n) => `"v'${n}\\"`).join(",")}\n`);
    expect(csv.columns?.map(({ name }) => name)).toEqual(hostile);
    expect(await rowsOf("hostile")).toEqual([hostile.map((_, n) => `v'${n}\\`)]);
    const object = Object.fromEntries(hostile.map((name, n) => [name, n === 0 ? "text" : n]));
    const json = await only(
      "hostile json.ndjson",
      `${JSON.stringify(object)}\n${JSON.stringify({ "a`b": "z" })}`,
    );
    expect(json.columns?.map(({ name }) => name)).toEqual(hostile);
    const store = createStore(database);
    const found = await store.matchValues(["text", "v3"], 10, signal);
    expect(found.map(({ table, column, value }) => [table, column, value])).toEqual([
      ["hostile", "sp ace", "v'3\\"],
      ["hostile json", "a`b", "text"],
    ]);
  });

  it("takes names for columns that its own statements could use", async () => {
    const names = ["n", "text", "rows", "distinct", "counts", "value", "v", "count()", "pair"];
    const lines = [names.join(","), ...Array.from({ length: 3 }, (_, n) => names.map(() => n).join(","))];
    expect(await only("names.csv", lines.join("\n"))).toMatchObject({ status: "stored", rows: 3 });
    const late = names.map((name) => ({ [name]: "x" }));
    const objects = [...Array.from({ length: 90_000 }, () => ({ first: "1234567890" })), ...late];
    expect(await only("late names.json", JSON.stringify(objects))).toMatchObject({
      rows: objects.length,
    });
  });

  it("takes a table of a thousand columns", async () => {
    const names = Array.from({ length: 1_000 }, (_, n) => `a rather long name of column ${n}`);
    const outcome = await only("wide.csv", [names.join(","), names.map((_, n) => n).join(",")].join("\n"));
    expect(outcome).toMatchObject({ status: "stored", rows: 1 });
    expect(new Set(outcome.columns?.map(({ type }) => type))).toEqual(new Set(["Nullable(Int64)"]));
  });

  it("names a column without a name after its place", async () => {
    const outcome = await only("unnamed.csv", ",b\n1,2\n");
    expect(outcome.columns?.map(({ name }) => name)).toEqual(["column_1", "b"]);
  });
});

describe("refusals, one by one", () => {
  const cases: [string, string, Content, string, Partial<IngestLimits>?][] = [
    ["Latin-1", "a.csv", Buffer.from("name\nM\u00fcller\n", "latin1"), "not UTF-8: line 2"],
    ["UTF-16", "a.csv", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), "UTF-16"],
    ["UTF-16 without a mark", "a.csv", Buffer.from("name,b\n1,2\n", "utf16le"), "UTF-16"],
    ["binary", "a.csv", Uint8Array.from([0x61, 0, 0x62, 1, 2, 3, 255]), "binary"],
    ["gzip", "a.csv", Uint8Array.from([0x1f, 0x8b, 8, 0]), "gzip"],
    ["gzip by name", "a.csv.gz", "a\n1\n", "Unpack it"],
    ["a spreadsheet", "a.xlsx", "PK", "Save the sheet as CSV"],
    ["a PDF by another name", "a.txt", "%PDF-1.7 …", "PDF"],
    ["Parquet by another name", "a.csv", "PAR1xxxx", ".parquet"],
    ["text called Parquet", "a.parquet", "a,b\n1,2\n", "not Parquet"],
    ["an unknown kind", "a.exe", "x", "Known are CSV"],
    ["no ending", "README", "x", "Known are CSV"],
    ["empty", "a.csv", "", "empty"],
    ["only a mark", "a.csv", "\ufeff", "empty"],
    ["a header alone", "a.csv", "a,b\n", "no rows"],
    ["blank text", "a.md", " \n\n", "no text"],
    ["a missing field", "a.csv", "a,b\n1,2\n3\n", "Line 3 has 1 field where the header has 2"],
    ["a field too many", "a.csv", 'a,b\n"x\ny",2\n1,2,3\n', "Line 4 has 3 fields"],
    ["an empty line inside", "a.csv", "a,b\n1,2\n\n3,4\n", "Line 3 is empty"],
    ["an open quote", "a.csv", 'a,b\n1,"2\n3,4\n', "line 2 is never closed"],
    ["text behind a quote", "a.csv", 'a,b\n1,"2"x\n', "Line 2 has text behind"],
    ["one name twice", "a.csv", "a,b, a\n1,2,3\n", "Columns 1 and 3 are both called “a”"],
    ["numbers as names", "a.csv", "1,2\n3,4\n", "instead of names"],
    ["too many columns", "a.csv", "a,b,c\n1,2,3\n", "3 columns; at most 2", { maxColumns: 2 }],
    ["too many keys", "a.ndjson", '{"a":1,"b":2,"c":3}', "more than 2 different keys", { maxColumns: 2 }],
    ["a long row", "a.csv", `a,b\n1,${"x".repeat(5_000)}\n`, "longer than 1.0 kB", { maxRowBytes: 1024 }],
    ["too large", "a.csv", `a\n${"1\n".repeat(5_000)}`, "larger than 2.0 kB", { maxFileBytes: 2048 }],
    ["a large document", "a.md", "word ".repeat(2_000), "larger than 1.0 kB", { maxDocumentBytes: 1024 }],
    ["a single object", "a.json", '{"a":1}', "single object"],
    ["an empty array", "a.json", "[]", "no objects"],
    ["values in an array", "a.json", "[1,2]", "not an object"],
    ["text in NDJSON", "a.ndjson", '{"a":1}\nhello\n', "Line 2 holds something"],
    ["cut JSON", "a.json", '[{"a":1},{"a":', "cut off"],
    ["broken JSON", "a.ndjson", '{"a":1}\n{"a":tru}\n', "cannot be read"],
    ["deep JSON", "a.json", `[{"a":${"[".repeat(50)}${"]".repeat(50)}}]`, "nested deeper"],
    ["an empty key", "a.json", '[{"":1}]', "empty name"],
    ["a path", "../a.csv", "a\n1\n", "path"],
    ["a Windows path", "C:\\a.csv", "a\n1\n", "path"],
    ["a hidden file", ".a.csv", "a\n1\n", "hidden"],
    ["a direction mark", "a\u202evsc.csv", "a\n1\n", "control characters"],
    ["a long name", `${"a".repeat(250)}.csv`, "a\n1\n", "longer than 200"],
    ["a name of signs", "!!!.csv", "a\n1\n", "no letter"],
  ];

  it.each(cases)("%s", async (_what, name, content, reason, limits) => {
    const before = await everything();
    const outcome = await only(name, content, { limits });
    expect(outcome).toMatchObject({ name, status: "refused" });
    expect(outcome.reason).toContain(reason);
    expect(outcome.reason).toMatch(/[.]$/);
    expect(await everything()).toEqual(before);
  });

  it("stores the good files of the same upload", async () => {
    const outcomes = await upload(
      [
        ["good one.csv", "a,b\n1,2\n"],
        ["ragged.csv", "a,b\n1\n"],
        ["good one.json", '[{"a":1}]'],
        ["big.csv", `a\n${"1\n".repeat(200_000)}`],
        ["note.md", "# Note\n\nSome words."],
      ],
      { limits: { maxFileBytes: 100_000 } },
    );
    expect(outcomes.map(({ name, status }) => [name, status])).toEqual([
      ["good one.csv", "stored"],
      ["ragged.csv", "refused"],
      ["good one.json", "refused"],
      ["big.csv", "refused"],
      ["note.md", "stored"],
    ]);
    expect(outcomes[2]?.reason).toContain("stored as “good one” already");
  });
});

/** Everything the data database holds, by what it belongs to. */
async function everything(): Promise<unknown[]> {
  const result = await database.data.query({
    query: `SELECT * FROM (SELECT 'table' AS what, name AS id, 0 AS n FROM system.tables WHERE database = currentDatabase()
            UNION ALL SELECT 'passages', dataset_id, count() FROM passages GROUP BY dataset_id
            UNION ALL SELECT 'postings', dataset_id, count() FROM postings GROUP BY dataset_id
            UNION ALL SELECT 'cell_values', dataset_id, count() FROM cell_values GROUP BY dataset_id)
            ORDER BY what, id`,
    format: "JSONEachRow",
  });
  return await result.json();
}

describe("forms", () => {
  it("are refused where there is nothing to read", async () => {
    await expect(send(null, "multipart/form-data; boundary=x")).rejects.toThrow("no body");
    const body = () => new Blob(["hello"]).stream();
    await expect(send(body(), "text/plain")).rejects.toThrow("multipart/form-data");
    await expect(send(body(), "multipart/form-data")).rejects.toThrow("multipart/form-data");
    await expect(send(body(), "multipart/form-data; charset=x")).rejects.toThrow("boundary");
    await expect(send(body(), "multipart/form-data; boundary=x")).rejects.toThrow("could not be read");
    await expect(upload([])).rejects.toThrow("no file");
    await expect(upload([], { fields: { dataset: "x" } })).rejects.toThrow("no file");
  });

  it("with fields that nobody knows are refused before anything is stored", async () => {
    const before = await everything();
    const files = [["x.csv", "a\n1\n"]] as const;
    await expect(upload(files, { fields: { other: "x" } })).rejects.toThrow("nobody knows");
    await expect(upload(files, { fields: { dataset: "../x" } })).rejects.toThrow("may hold letters");
    expect(await everything()).toEqual(before);
  });

  it("that break off leave the file under way refused and nothing of it", async () => {
    const before = await everything();
    const start =
      '--x\r\ncontent-disposition: form-data; name="f"; filename="whole.md"\r\n\r\n# A\r\n\r\nB c d.';
    const next =
      '\r\n--x\r\ncontent-disposition: form-data; name="f"; filename="half.csv"\r\n\r\na,b\n1,2\n3';
    const outcomes = await send(new Blob([start, next]).stream(), "multipart/form-data; boundary=x");
    expect(outcomes).toMatchObject([
      { name: "whole.md", status: "stored" },
      { name: "half.csv", status: "refused", reason: expect.stringContaining("broke off") },
    ]);
    expect((await everything()).length).toBe(before.length + 2);
  });

  it("that are cancelled leave nothing behind", async () => {
    const before = await everything();
    const abort = new AbortController();
    const cause = new Error("gone");
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === 500) abort.abort(cause);
        const head = 'content-disposition: form-data; name="f"; filename="a.csv"';
        const part = sent === 0 ? `--x\r\n${head}\r\n\r\na,b\n` : `${sent},2\n`.repeat(1_000);
        controller.enqueue(new TextEncoder().encode(part));
        sent++;
      },
    });
    await expect(send(body, "multipart/form-data; boundary=x", { signal: abort.signal })).rejects.toBe(cause);
    expect(await everything()).toEqual(before);
  });

  it("that are cancelled while the database loads leave nothing behind", async () => {
    const before = await everything();
    const abort = new AbortController();
    const cause = new Error("gone");
    const { writer } = usual;
    const file = new FormData();
    file.append("f", new File(["a,b\n1,x\n"], "late abort.csv"));
    const request = new Request("http://localhost/", { method: "POST", body: file });
    const upload = {
      body: request.body,
      contentType: request.headers.get("content-type") ?? "",
      contentLength: null,
    };
    const ingest = ingestUpload(upload, {
      ...usual,
      writer: {
        ...writer,
        draft() {
          const draft = writer.draft();
          return {
            ...draft,
            async addCellValues(values, each) {
              await draft.addCellValues(values, each);
              abort.abort(cause);
            },
          };
        },
      },
      signal: abort.signal,
    });
    await expect(ingest).rejects.toBe(cause);
    expect(await everything()).toEqual(before);
  });
});

describe("documents", () => {
  it("of 30,000 quotes on one line are stored", async () => {
    const outcome = await only("nested-quotes.md", readFileSync("lib/ingest/test-data/nested-quotes.md"));
    expect(outcome).toMatchObject({ status: "stored", passages: expect.any(Number) });
  });

  it("become passages under their headings, in one dataset where it is named", async () => {
    const outcomes = await upload(
      [
        ["one.md", "# Guide\n\nIntro words.\n\n## Fees\n\nA late fee of 3 euros applies.\n"],
        ["two.txt", "Plain paragraph.\n\nAnother about giraffes.\n"],
        ["bad.md", Uint8Array.from([0x23, 0xff])],
      ],
      { fields: { dataset: "manuals" } },
    );
    expect(outcomes).toMatchObject([
      { name: "one.md", status: "stored", dataset: "manuals", passages: 2 },
      { name: "two.txt", status: "stored", dataset: "manuals", passages: 1 },
      { name: "bad.md", status: "refused" },
    ]);
    const [listed] = (await listDatasets(database.data)).filter(({ name }) => name === "manuals");
    expect(listed).toMatchObject({ kind: "documents", files: ["one.md", "two.txt"], rows: 3, passages: 3 });
    const found = await createStore(database).searchPassages(["late", "fee"], 3, signal);
    expect(found.hits[0]).toMatchObject({
      dataset: "manuals",
      document: "one.md",
      heading: "Guide › Fees",
      text: "A late fee of 3 euros applies.",
    });
  });
});
