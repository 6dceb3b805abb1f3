import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listDatasets } from "@/lib/clickhouse/datasets/datasets";
import { createStore } from "@/lib/clickhouse/store";
import { ingestFiles } from "@/lib/ingest/upload/files";
import { stems } from "@/lib/text/stems";
import { startTestIngest } from "./testing/ingest";

const { database, options } = startTestIngest();
const pathsOf = (part: string) => readdirSync(join("sample", part)).map((name) => join("sample", part, name));

interface SampleQuestion {
  question: string;
  mode: string;
  expect?: { document?: string };
}

describe("the sample data", () => {
  it("loads whole, with the types and passages that its questions need", async () => {
    const through: string[] = [];
    const paths = [...pathsOf("tables"), ...pathsOf("documents")];
    const outcomes = await ingestFiles({ paths, documentsDataset: "handbook" }, options, (name) =>
      through.push(name),
    );
    expect(outcomes.filter(({ status }) => status === "refused")).toEqual([]);
    expect(through).toHaveLength(paths.length);

    const datasets = await listDatasets(database.data);
    const rows = Object.fromEntries(datasets.map(({ name, rows }) => [name, rows]));
    expect(rows).toMatchObject({ bikes: 300, passes: 9, repairs: 640, stations: 40, trips: 2300 });
    expect(rows.handbook).toBeGreaterThanOrEqual(300);
    expect(datasets.find(({ name }) => name === "handbook")?.files).toHaveLength(pathsOf("documents").length);
    const trips = datasets.find(({ name }) => name === "trips");
    expect(trips?.columns).toContainEqual({ name: "started_at", type: "Nullable(DateTime64(0, 'UTC'))" });
    expect(trips?.columns).toContainEqual({ name: "fare_eur", type: "Nullable(Float64)" });

    const store = createStore(database);
    const questions = JSON.parse(readFileSync(join("sample", "questions.json"), "utf8")) as SampleQuestion[];
    for (const { question, mode, expect: wanted } of questions) {
      if (mode !== "unstructured") continue;
      const { hits } = await store.searchPassages(stems(question), 3, options.signal);
      expect(
        hits.map(({ document }) => document),
        question,
      ).toContain(wanted?.document);
    }
    const linked = await store.matchValues(["lantern square"], 20, options.signal);
    expect(linked.map(({ table, column }) => `${table}.${column}`).sort()).toEqual([
      "bikes.home_station",
      "stations.name",
      "trips.from_station",
      "trips.to_station",
    ]);
  });
});
