import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore } from "@/lib/clickhouse/store";
import type { FileOutcome } from "@/lib/ingest/ports";
import { ingestFiles } from "@/lib/ingest/upload/files";
import { startTestIngest } from "./testing/ingest";

/* Against files that pyarrow wrote, and what pyarrow says that they hold: lib/ingest/parquet/test-data/make.py. */

const folder = "lib/ingest/parquet/test-data";
const { database, options } = startTestIngest();

async function store(name: string): Promise<FileOutcome> {
  const [outcome] = await ingestFiles({ paths: [join(folder, name)] }, options);
  if (!outcome) throw new Error("no outcome");
  return outcome;
}

async function select(what: string, dataset: string): Promise<(string | null)[][]> {
  const table = (await createStore(database).tables(options.signal)).find(({ name }) => name === dataset);
  const result = await database.data.query({
    query: `SELECT ${what} FROM ${table?.source}`,
    format: "JSONCompactStringsEachRow",
    clickhouse_settings: { output_format_decimal_trailing_zeros: 1 },
  });
  const rows = await result.json<string[]>();
  return rows.map((row) => row.map((value) => (value === "ᴺᵁᴸᴸ" ? null : value)));
}

interface Expected {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly (string | null)[][];
}
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, Expected>;
const valid = readdirSync(folder).filter(
  (name) => name.endsWith(".parquet") && (expected[name] || /^codec-/.test(name)),
);

describe("every value is stored as pyarrow reads it", () => {
  it("in all the files", () => expect(valid.length).toBe(17));

  it.each(valid)("%s", async (name) => {
    const { types, rows } = expected[name] ?? (expected["codec-*"] as Expected);
    const outcome = await store(name);
    expect(outcome.reason).toBeUndefined();
    const found = Object.fromEntries((outcome.columns ?? []).map((column) => [column.name, column.type]));
    expect(found).toEqual(
      Object.fromEntries(Object.entries(types).map(([column, type]) => [column, `Nullable(${type})`])),
    );
    const stored = await select("*", outcome.dataset ?? "");
    // By column first: a difference is easier to see.
    Object.keys(types).forEach((column, index) => {
      expect([column, ...stored.map((row) => row[index])]).toEqual([
        column,
        ...rows.map((row) => row[index]),
      ]);
    });
    expect(stored.length).toBe(rows.length);
  });
});

describe("files that once did harm", () => {
  it.each([
    ["footer-nested-lists.parquet", "a list of 33000000 entries in 296 bytes"],
    ["footer-long-number-40k.parquet", "a number of more than 10 bytes"],
    ["never-ends.parquet", "cannot be unpacked"],
    ["damaged-page.parquet", "cannot be unpacked"],
  ])("%s is refused with the reason", async (name, reason) => {
    const outcome = await store(name);
    expect(outcome).toMatchObject({ status: "refused", reason: expect.stringContaining(reason) });
    expect(outcome.reason).toMatch(/^The Parquet file is damaged: .*\. Write it anew\.$/);
  });

  it("decimal9-in-int64.parquet is stored, again and again", async () => {
    for (let time = 0; time < 3; time++) {
      const outcome = await store("decimal9-in-int64.parquet");
      expect(outcome).toMatchObject({ status: "stored", rows: 20_000 });
      expect(await select("sum(price), count()", "decimal9-in-int64")).toEqual([["99318.90", "20000"]]);
    }
  });
});
