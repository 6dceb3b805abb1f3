import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../schema/migrate";
import { createStore } from "../store";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { newDatasetId, tableOfDataset } from "./dataset-ids";
import { removeRetired, removeVersions, sweepDatasets } from "./dataset-removal";
import { createDatasetWriter } from "./dataset-writer";
import { deleteDataset, listDatasets, readDatasets, wasEverLoaded } from "./datasets";

let database: TestDatabase;
beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 72 });
});
afterAll(() => database.drop());

const signal = new AbortController().signal;

/** Stores a table of one column `n` with the rows 0 … rows − 1. */
async function storeTable(name: string, rows: number): Promise<string> {
  const draft = createDatasetWriter(database.data).draft();
  const text = Array.from({ length: rows }, (_, n) => `${n}\n`).join("");
  const loaded = await draft.loadTable(
    {
      format: { kind: "csv", delimiter: "," },
      columns: [{ name: "n", type: "Nullable(Int64)" }],
      untyped: new Set(),
      open: () => Readable.from([Buffer.from(text)], { objectMode: false }),
    },
    signal,
  );
  expect(loaded).toMatchObject({ ok: true, value: { rows } });
  await draft.addCellValues([{ column: "n", value: String(rows), phrase: `rows ${name}`, rows: 1 }], signal);
  await draft.commit({ name, kind: "table", files: [`${name}.csv`], bytes: text.length }, signal);
  const dataset = (await readDatasets(database.data)).find((each) => each.name === name);
  return dataset?.source ?? "";
}

async function tableExists(name: string): Promise<boolean> {
  const result = await database.data.query({
    query: "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = {name:String}",
    query_params: { name },
    format: "JSONEachRow",
  });
  return (await result.json()).length > 0;
}

async function countRows(table: string, id: string): Promise<number> {
  const result = await database.data.query({
    query: `SELECT count() AS n FROM ${table} WHERE dataset_id = {id:String}`,
    query_params: { id },
    format: "JSONEachRow",
  });
  return Number((await result.json<{ n: string }>())[0]?.n);
}

describe("a dataset", () => {
  it("is replaced under readers that see one version or the other, whole", async () => {
    await storeTable("sizes", 10);
    const store = createStore(database);
    const seen = new Set<string>();
    let replacing = true;
    const read = async () => {
      while (replacing) {
        const tables = (await store.tables(signal)).filter(({ name }) => name === "sizes");
        const [table] = tables;
        const { rows } = await store.query(
          { sql: `SELECT count() FROM ${table?.source}`, params: {} },
          10,
          signal,
        );
        const values = await store.matchValues(["rows sizes"], 10, signal);
        seen.add(`${tables.length} ${table?.rows === rows[0]?.[0]} ${values.length}`);
      }
    };
    const readers = [read(), read()];
    for (let version = 1; version <= 6; version++) await storeTable("sizes", version * 7);
    replacing = false;
    await Promise.all(readers);
    expect([...seen]).toEqual(["1 true 1"]);
    expect((await listDatasets(database.data)).find(({ name }) => name === "sizes")).toMatchObject({
      rows: 42,
      files: ["sizes.csv"],
      columns: [{ name: "n", type: "Nullable(Int64)" }],
    });
  });

  it("that was replaced keeps its rows for a grace, then loses them", async () => {
    const old = await storeTable("graced", 3);
    const id = old.slice(2);
    const current = await storeTable("graced", 4);
    await removeRetired(database.data, 600_000);
    expect(await tableExists(old)).toBe(true);
    expect(await removeRetired(database.data, 0)).toContain(id);
    expect(await tableExists(old)).toBe(false);
    expect(await countRows("cell_values", id)).toBe(0);
    expect(await tableExists(current)).toBe(true);
    expect(await countRows("cell_values", current.slice(2))).toBe(1);
    expect(await removeRetired(database.data, 0)).toEqual([]);
  });

  it("stored twice at once ends as one, and the other leaves nothing", async () => {
    await Promise.all([storeTable("twice", 5), storeTable("twice", 6), storeTable("twice", 7)]);
    const live = (await readDatasets(database.data)).filter(({ name }) => name === "twice");
    expect(live).toHaveLength(1);
    await removeRetired(database.data, 0);
    const result = await database.data.query({
      query: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 't\\_%'
              AND substring(name, 3) NOT IN (SELECT id FROM datasets FINAL WHERE deleted = 0)`,
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([]);
  });

  it("whose commit was heard and not answered stays whole", async () => {
    const { data } = database;
    const deaf = new Proxy(data, {
      get(target, property) {
        if (property !== "insert") return Reflect.get(target, property, target);
        return async (params: Parameters<typeof data.insert>[0]) => {
          await target.insert(params);
          if (params.table === "datasets") throw new Error("socket hang up");
        };
      },
    });
    const draft = createDatasetWriter(deaf).draft();
    const passage = { id: 1, document: "a.md", heading: "", position: 1, text: "owl", length: 1 };
    await draft.addPassages([{ ...passage, frequencies: new Map([["owl", 1]]) }], signal);
    const summary = { name: "unheard", kind: "documents", files: ["a.md"], bytes: 3 } as const;
    await expect(draft.commit(summary, signal)).rejects.toThrow("socket hang up");
    await draft.discard();
    const { hits } = await createStore(database).searchPassages(["owl"], 5, signal);
    expect(hits.map(({ dataset, text }) => [dataset, text])).toEqual([["unheard", "owl"]]);
  });

  it("is deleted by name, once, and can come back", async () => {
    const source = await storeTable("gone", 2);
    expect(await deleteDataset(database.data, "gone")).toBe(true);
    expect(await deleteDataset(database.data, "gone")).toBe(false);
    expect(await deleteDataset(database.data, "never was")).toBe(false);
    expect((await listDatasets(database.data)).map(({ name }) => name)).not.toContain("gone");
    expect(await createStore(database).matchValues(["rows gone"], 5, signal)).toEqual([]);
    await removeRetired(database.data, 0);
    expect(await tableExists(source)).toBe(false);
    await storeTable("gone", 3);
    expect((await listDatasets(database.data)).find(({ name }) => name === "gone")?.rows).toBe(3);
    expect(await wasEverLoaded(database.data)).toBe(true);
  });
});

describe("sweepDatasets", () => {
  it("removes what an ingest left that did not end, and nothing that may still run or is read", async () => {
    const nowMs = Date.now();
    const [old, young] = [newDatasetId(nowMs - 2 * 3_600_000), newDatasetId(nowMs)];
    const kept = await storeTable("kept", 1);
    for (const id of [old, young]) {
      await database.data.command({
        query: `CREATE TABLE ${tableOfDataset(id)} (n Int64) ENGINE = MergeTree ORDER BY n`,
      });
      await database.data.insert({
        table: "cell_values",
        values: [{ dataset_id: id, column: "n", value: "1", phrase: "1", rows: 1 }],
        format: "JSONEachRow",
      });
    }
    await sweepDatasets(database.data, nowMs);
    expect(await tableExists(tableOfDataset(old))).toBe(false);
    expect(await countRows("cell_values", old)).toBe(0);
    expect(await tableExists(tableOfDataset(young))).toBe(true);
    expect(await countRows("cell_values", young)).toBe(1);
    expect(await tableExists(kept)).toBe(true);
    await removeVersions(database.data, [young]);
    expect(await tableExists(tableOfDataset(young))).toBe(false);
  });

  it("leaves a draft alone that is filled for hours, and removes it where its ingest died", async () => {
    const draft = createDatasetWriter(database.data, { renewMs: 200 }).draft();
    const passage = { id: 1, document: "a", heading: "", position: 1, text: "a", length: 0 };
    await draft.addPassages([{ ...passage, frequencies: new Map() }], signal);
    const ids = async (table: string, column: string) => {
      const result = await database.data.query({
        query: `SELECT DISTINCT ${column} AS id FROM ${table}`,
        format: "JSONEachRow",
      });
      return (await result.json<{ id: string }>()).map(({ id }) => id);
    };
    const [id = ""] = await ids("passages", "dataset_id");
    await expect.poll(() => ids("retired_datasets", "id"), { timeout: 20_000 }).toContain(id);
    await sweepDatasets(database.data, Date.now() + 2 * 3_600_000);
    expect(await countRows("passages", id)).toBe(1);
    // As an ingest that has died leaves it, once its last renewal is over.
    await database.data.command({
      query: "INSERT INTO retired_datasets SELECT {id:String}, now64(3)",
      query_params: { id },
    });
    expect(await removeRetired(database.data, 0)).not.toContain(id);
    await draft.discard();
    await database.data.command({
      query: "DELETE FROM retired_datasets WHERE retired_at > now64(3)",
      clickhouse_settings: { lightweight_deletes_sync: "2" },
    });
    expect(await removeRetired(database.data, 0)).toContain(id);
  });
});
