import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "@/lib/clickhouse/connection/client";
import { listDatasets } from "@/lib/clickhouse/datasets/datasets";
import { listRuns } from "@/lib/clickhouse/runs/list-runs";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { createStore } from "@/lib/clickhouse/store";
import { ask } from "@/lib/retrieval/ask";
import type { StartSpan } from "@/lib/retrieval/ports";
import { openTestEngines, type TestEngines } from "../clickhouse/embedded/testing/engines";
import { sumTable } from "./table-sums.mjs";
import { keptCounts, openOwnDatabase, unpackKeptData } from "./testing/kept-data";

let engines: TestEngines;
let database: Database;

beforeAll(async () => {
  engines = openTestEngines();
  await unpackKeptData(engines.folder);
  database = openOwnDatabase(await engines.start());
  await migrate(database, { ttlHours: 0 });
});
afterAll(async () => {
  await database.close();
  await engines.close();
});

const silently: StartSpan = (_name, work) => work({ set: () => undefined, event: () => undefined });

function answerTo(question: string) {
  const ports = { store: createStore(database), span: silently, now: () => 0, today: () => new Date(0) };
  return ask(question, "auto", ports, new AbortController().signal);
}

describe("a data folder of commit 6c94d17", () => {
  it.each(Object.entries(keptCounts.tables))("has every row of %s", async (table, kept) => {
    const [name = "", tableName = ""] = table.split(".");
    const { rows, hash, final, columns } = kept;
    const sums = await sumTable(database.server, { database: name, name: tableName }, { final, columns });
    expect(sums).toEqual({ rows, hash });
  });

  it("lists every dataset", async () => {
    const listed = await listDatasets(database.data);
    expect(listed.map(({ name, kind, rows, passages }) => ({ name, kind, rows, passages }))).toEqual(
      keptCounts.datasets,
    );
  });

  it.each([
    ["How many electric bikes are in service?", /^131 bikes/],
    ["How many repairs are there?", /640/],
    ["How many stations are there?", /40/],
    ["How many trips are there?", /2,?300/],
    ["How many passes are there?", /9/],
    ["What is the total fee?", /^413\.45 /],
    ["Where does a ship longer than 60 metres moor?", /quay 7/],
    ["How much does the old crane lift?", /twelve tonnes/],
    ["How long is lost property kept?", /90 days/],
  ])("answers: %s", async (question, expected) => {
    expect((await answerTo(question)).answer).toMatch(expected);
  });

  it("lists every run, each with its spans", async () => {
    const listed = await listRuns(database, { limit: 200 });
    expect(listed.runs.map(({ run_id, span_count }) => ({ run_id, spans: span_count }))).toEqual(
      keptCounts.runs,
    );
  });
});
