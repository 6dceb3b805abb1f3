import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatasetWriter } from "@/lib/clickhouse/dataset-writer";
import { listDatasets } from "@/lib/clickhouse/datasets";
import { migrate } from "@/lib/clickhouse/migrate";
import { createStore } from "@/lib/clickhouse/store";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/test-database";
import { type FileOutcome, type IngestLimits, ingestLimits } from "@/lib/ingest/ports";
import { ingestUpload } from "@/lib/ingest/upload";

let database: TestDatabase;
beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 72 });
});
afterAll(() => database.drop());

const signal = new AbortController().signal;

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
    {
      writer: createDatasetWriter(database.data, { graceMs: 0 }),
      limits: { ...ingestLimits(64 * 1024 * 1024), ...options.limits },
      signal: options.signal ?? signal,
      traceFile: (_name, work) => work(),
    },
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
});

describe("the list", () => {
  it("has what was stored", async () => {
    expect((await listDatasets(database.data)).map(({ name }) => name)).toContain("Types");
  });
});
