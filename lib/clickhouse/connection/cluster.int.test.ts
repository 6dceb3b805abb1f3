import { Readable } from "node:stream";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { removeVersions } from "../datasets/dataset-removal";
import { createDatasetWriter } from "../datasets/dataset-writer";
import { deleteDataset, readDatasets } from "../datasets/datasets";
import { clearAllTraces, clearOldTraces, deleteRun } from "../deletion/clear-traces";
import { migrate } from "../schema/migrate";
import { insertSpans } from "../spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { makeSpan, text } from "../testing/spans";
import type { Database } from "./client";
import { checkCluster, checkReplicated, onCluster } from "./cluster";

let database: TestDatabase;

beforeAll(() => {
  database = openTestDatabase();
});
afterAll(() => database.drop());

/** Runs commands without a cluster, and records what a cluster would have received. */
function recording(client: ClickHouseClient, told: Set<string>): ClickHouseClient {
  return new Proxy(client, {
    get(target, property) {
      if (property === "command") {
        return (params: Parameters<ClickHouseClient["command"]>[0]) => {
          told.add(onCluster(params.query, "one-shard"));
          return target.command(params);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A whole life of both databases: made, filled, cleared by days, by run and wholly, a dataset come and gone. */
async function live(recorded: Database): Promise<void> {
  await migrate(recorded, { ttlHours: 72 });
  await migrate(recorded, { ttlHours: 0 });
  const spans = [1n, 2n].map((days) =>
    makeSpan({
      spanId: `000000000000000${days}`,
      traceId: `${days}`.repeat(32),
      startNs: nanoseconds(1_767_225_600_000_000_000n - days * 86_400_000_000_000n),
      attributes: [text("run_id", `r${days}`)],
    }),
  );
  await insertSpans(recorded, spans);
  expect(await clearOldTraces(recorded, 1, 1_767_225_600_001)).toMatchObject({ deleted_traces: 2 });
  await insertSpans(recorded, spans);
  expect(await deleteRun(recorded, "r1")).toMatchObject({ deleted_spans: 1 });
  expect(await clearAllTraces(recorded)).toMatchObject({ deleted_spans: 1, remaining_spans: 0 });

  const { signal } = new AbortController();
  const draft = createDatasetWriter(recorded.data).draft();
  await draft.loadTable(
    {
      format: { kind: "csv", delimiter: "," },
      columns: [{ name: "n", type: "Nullable(Int64)" }],
      untyped: new Set(),
      // Numbers at first: the text behind them takes the way through a staging table.
      open: () => Readable.from([Buffer.from("1\n2\nthree\n")], { objectMode: false }),
    },
    signal,
  );
  await draft.addCellValues([{ column: "n", value: "1", phrase: "1", rows: 1 }], signal);
  await draft.commit({ name: "numbers", kind: "table", files: ["n.csv"], bytes: 10 }, signal);
  const [dataset] = await readDatasets(recorded.data);
  await deleteDataset(recorded.data, "numbers");
  await removeVersions(recorded.data, [dataset?.id ?? ""]);
}

it("tells a whole cluster what it would tell one server, in words that the engine understands", async () => {
  const told = new Set<string>();
  const recorded = {
    ...database,
    traces: recording(database.traces, told),
    data: recording(database.data, told),
    server: recording(database.server, told),
  };
  await live(recorded);
  // Once more as a cluster would, where deletions carry their ids: a replica may not ask a table for them.
  const asCluster = { ...recorded, cluster: "one-shard" };
  const subqueries = [...told].filter((sql) => /^DELETE[\s\S]+SELECT/.test(sql));
  expect(subqueries.length).toBeGreaterThan(0);
  for (const sql of subqueries) told.delete(sql);
  await insertSpans(recorded, [makeSpan({ attributes: [text("run_id", "r1")] })]);
  expect(await deleteRun(asCluster, "r1")).toMatchObject({ deleted_spans: 1 });
  expect([...told].filter((sql) => /^DELETE[\s\S]+SELECT/.test(sql))).toEqual([]);

  const kinds = new Set<string>();
  for (const sql of told) {
    const result = await database.server.query({
      query: "SELECT formatQuery({sql:String}) AS sql",
      query_params: { sql },
      format: "JSONEachRow",
    });
    const [row] = await result.json<{ sql: string }>();
    const [kind = ""] = /^(?:CREATE )?\w+(?: VIEW)?/.exec(row?.sql ?? "") ?? [];
    kinds.add(kind);
    if (kind === "INSERT") continue;
    expect(row?.sql).toContain("ON CLUSTER `one-shard`");
    if (kind === "CREATE TABLE") expect(row?.sql).toContain("ENGINE = Replicated");
  }
  expect([...kinds].sort()).toEqual([
    "ALTER",
    "CREATE DATABASE",
    "CREATE MATERIALIZED VIEW",
    "CREATE TABLE",
    "DELETE",
    "DROP",
    "INSERT",
    "TRUNCATE",
  ]);
}, 120_000);

it("does not start on a cluster that is none, or with tables of one server alone", async () => {
  await expect(checkCluster(database.server, "nobody's")).rejects.toThrow(
    "CLICKHOUSE_CLUSTER=nobody's is no cluster",
  );
  await migrate(database, { ttlHours: 0 });
  await expect(checkReplicated(database.traces)).rejects.toThrow("jiva_migrations was made before");
});
