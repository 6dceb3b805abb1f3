import { afterEach, describe, expect, it } from "vitest";
import { type RunSummary, runsQuerySchema } from "@/lib/api/runs";
import { isLong } from "@/lib/base/testing/length";
import { readSchema } from "../connection/statements";
import { listRuns } from "../runs/list-runs";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { backfillRunsAgain } from "./backfill";
import { migrate } from "./migrate";

const opened: TestDatabase[] = [];

function open(): TestDatabase {
  const database = openTestDatabase();
  opened.push(database);
  return database;
}

afterEach(async () => {
  for (const database of opened.splice(0)) await database.drop();
});

async function rows<T>(database: TestDatabase, query: string): Promise<T[]> {
  return (await database.traces.query({ query, format: "JSONEachRow" })).json<T>();
}

async function ttlOf(database: TestDatabase, table: string): Promise<string | undefined> {
  const [row] = await rows<{ ttl: string }>(
    database,
    `SELECT extract(engine_full, 'toIntervalHour\\\\((\\\\d+)\\\\)') AS ttl FROM system.tables
     WHERE database = currentDatabase() AND name = '${table}'`,
  );
  return row?.ttl;
}

interface MadeSpan {
  readonly run: string;
  readonly hoursAgo: number;
  readonly name?: string;
  readonly trace?: string;
}

const span = (run: string, over: Omit<MadeSpan, "run">): MadeSpan => ({ run, ...over });
/** One moment for the whole file: the same spans get the same times in every database. */
const nowMs = Date.now() - 60_000;

/** Stores spans with the columns that the Collector's exporter names, where `condition` holds. */
async function insert({ traces }: TestDatabase, spans: readonly MadeSpan[], condition = "1"): Promise<void> {
  const values = spans.map(({ run, hoursAgo, name = "ask", trace }, i) => {
    const attributes = run === "" ? "map()" : `map('run_id', '${run}')`;
    const traceId = trace ?? `md5-${run}`;
    return `SELECT fromUnixTimestamp64Milli(${nowMs - hoursAgo * 3_600_000}), '${traceId}', '${hoursAgo}-${i}', '', '',
      '${name}', 'Internal', 'shop', map('service.name', 'shop'), 'lib', '1', ${attributes}, 5000000, 'Unset', '',
      [], [], [], [], [], [], []`;
  });
  await traces.command({
    query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind,
      ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode, StatusMessage,
      Events.Timestamp, Events.Name, Events.Attributes, Links.TraceId, Links.SpanId, Links.TraceState,
      Links.Attributes) SELECT * FROM (${values.join(" UNION ALL ")}) WHERE ${condition}`,
  });
}

describe("migrate", () => {
  it("makes the tables, and changes nothing when it runs again", async () => {
    const database = open();
    await migrate(database, { ttlHours: 72 });
    const tables = () =>
      rows<{ name: string; create_table_query: string }>(
        database,
        "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name",
      );
    const first = await tables();
    expect(first.map(({ name }) => name)).toEqual([
      "jiva_migrations",
      "jiva_run_traces",
      "jiva_run_traces_mv",
      "jiva_traces",
      "jiva_traces_mv",
      "otel_traces",
      "otel_traces_trace_id_ts",
      "otel_traces_trace_id_ts_mv",
    ]);
    await migrate(database, { ttlHours: 72 });
    expect(await tables()).toEqual(first);
  });

  it("can be run by several processes at once", async () => {
    const first = open();
    await Promise.all([1, 2, 3].map(() => migrate(first, { ttlHours: 24 })));
    expect(await ttlOf(first, "jiva_traces")).toBe("24");
    await Promise.all([1, 2, 3].map(() => migrate(first, { ttlHours: 0 })));
    expect(await ttlOf(first, "jiva_traces")).toBe("");
  });

  it("sets, changes and removes the time to live of tables that are there", async () => {
    const database = open();
    const tables = ["otel_traces", "otel_traces_trace_id_ts", "jiva_traces", "jiva_run_traces"];
    for (const [ttlHours, expected] of [
      [72, "72"],
      [5, "5"],
      [0, ""],
      [1, "1"],
    ] as const) {
      await migrate(database, { ttlHours });
      expect(await Promise.all(tables.map((table) => ttlOf(database, table)))).toEqual(
        tables.map(() => expected),
      );
    }
  });

  it("drops what has expired from all four tables, and nothing once nothing expires", async () => {
    const database = open();
    const tables = ["otel_traces", "otel_traces_trace_id_ts", "jiva_traces", "jiva_run_traces"];
    const counts = async () => {
      for (const table of tables) {
        await database.traces.command({ query: `OPTIMIZE TABLE ${table} FINAL` });
      }
      return Promise.all(
        tables.map(
          async (table) => (await rows<{ n: string }>(database, `SELECT count() AS n FROM ${table}`))[0]?.n,
        ),
      );
    };
    await migrate(database, { ttlHours: 5 });
    await migrate(database, { ttlHours: 0 });
    await insert(database, [span("old", { hoursAgo: 50 }), span("new", { hoursAgo: 1 })]);
    expect(await counts()).toEqual(["2", "2", "2", "2"]);
    await migrate(database, { ttlHours: 24 });
    expect(await counts()).toEqual(["1", "1", "1", "1"]);
  });
});

/** What a Collector's exporter makes: its two tables and its view, with a time to live of its own. */
async function makeAsCollector({ server, traces, tracesDatabase }: TestDatabase): Promise<void> {
  await server.command({ query: `CREATE DATABASE ${tracesDatabase}` });
  for (const sql of await readSchema("traces")) {
    if (!/^CREATE \w+( VIEW)? IF NOT EXISTS otel_traces/.test(sql)) continue;
    const column = sql.includes("otel_traces_trace_id_ts") ? "Start" : "Timestamp";
    await traces.command({
      query: sql.replace("SETTINGS", `TTL toDateTime(${column}) + toIntervalDay(3)\nSETTINGS`),
    });
  }
}

/** The schema before spans had extras, with what it noted of its backfill. */
async function makeAsFormerVersion(database: TestDatabase): Promise<void> {
  await database.server.command({ query: `CREATE DATABASE ${database.tracesDatabase}` });
  for (const sql of await readSchema("traces")) {
    await database.traces.command({
      query: sql.replace(/,\s*ADD COLUMN IF NOT EXISTS SpanExtras[^,;]+\)\)$/, ""),
    });
  }
  await database.traces.command({
    query: "INSERT INTO jiva_migrations SELECT 'runs-from-spans-1', now64(3)",
  });
}

/** All that defines the traces' tables, without the name of their database. */
async function shapeOf(database: TestDatabase): Promise<string[]> {
  const tables = await rows<{ sql: string }>(
    database,
    `SELECT replaceAll(create_table_query, currentDatabase(), 'traces') AS sql FROM system.tables
     WHERE database = currentDatabase() ORDER BY name`,
  );
  return tables.map(({ sql }) => sql);
}

async function runsOf(database: TestDatabase): Promise<RunSummary[]> {
  const query = runsQuerySchema.parse({ limit: 200 });
  const { runs } = await listRuns(database, query);
  return runs.map((run) => ({ ...run, trace_ids: [...run.trace_ids].sort() }));
}

const afterAMinute = (database: TestDatabase) =>
  backfillRunsAgain(database.traces, new AbortController().signal, 0);

describe("every starting point", () => {
  const old = [
    span("a", { hoursAgo: 30 }),
    span("a", { hoursAgo: 29, name: "plan" }),
    span("", { hoursAgo: 20, trace: "b".repeat(32) }),
    span("c", { hoursAgo: 10 }),
  ];

  it("ends with the same tables and the same runs", async () => {
    const empty = open();
    const collector = open();
    const former = open();
    await makeAsCollector(collector);
    await makeAsFormerVersion(former);
    await insert(collector, old);
    await insert(former, old);
    for (const database of [empty, collector, former]) {
      await Promise.all([1, 2].map(() => migrate(database, { ttlHours: 72 })));
    }
    await insert(empty, old);
    for (const database of [empty, collector, former]) await afterAMinute(database);

    const shape = await shapeOf(empty);
    expect(shape).toHaveLength(8);
    expect(shape.join()).toContain("SpanExtras");
    expect(await shapeOf(collector)).toEqual(shape);
    expect(await shapeOf(former)).toEqual(shape);
    const runs = await runsOf(empty);
    expect(runs.map(({ run_id, span_count }) => [run_id, span_count])).toEqual([
      ["c", 1],
      ["b".repeat(32), 1],
      ["a", 2],
    ]);
    expect(await runsOf(collector)).toEqual(runs);
    expect(await runsOf(former)).toEqual(runs);
  });

  if (isLong) {
    it("finds every run of a Collector that goes on writing meanwhile", async () => {
      const database = open();
      await makeAsCollector(database);
      await insert(database, old);
      // Planned before the views are there, stored after the backfill has passed.
      const slow = insert(database, [span("slow", { hoursAgo: 30 })], "sleepEachRow(2) = 0");
      for (let isRunning = false; !isRunning; ) {
        const running = await rows(
          database,
          "SELECT 1 FROM system.processes WHERE query LIKE '%sleepEachRow(2)%0'",
        );
        isRunning = running.length > 0;
      }
      const written: string[] = [];
      let isMigrated = false;
      const writer = (async () => {
        for (let i = 0; i < 150 && (!isMigrated || i % 10 !== 0); i++) {
          await insert(database, [
            span(`w${i}`, { hoursAgo: i % 60 }),
            span(`w${i}`, { hoursAgo: 1 + (i % 60) }),
          ]);
          written.push(`w${i}`);
        }
      })();
      await migrate(database, { ttlHours: 72 });
      isMigrated = true;
      await Promise.all([writer, slow]);
      await afterAMinute(database);

      const runs = new Map((await runsOf(database)).map((run) => [run.run_id, run.span_count]));
      expect([...runs.keys()].sort()).toEqual(["a", "b".repeat(32), "c", "slow", ...written].sort());
      for (const runId of written) expect(runs.get(runId)).toBe(2);
      const types = "SELECT sum(length(SpanAttributeTypes) + length(SpanExtras)) AS n FROM otel_traces";
      expect(await rows(database, types)).toEqual([{ n: "0" }]);
    });
  }
});

describe("backfillRunsAgain", () => {
  it("is due until it was done once, whatever cut it off", async () => {
    const database = open();
    await migrate(database, { ttlHours: 0 });
    await insert(database, [span("a", { hoursAgo: 1 })]);
    const forget = () => database.traces.command({ query: "TRUNCATE TABLE jiva_traces" });
    await forget();

    const stopping = new AbortController();
    const waiting = backfillRunsAgain(database.traces, stopping.signal);
    stopping.abort(new Error("The app is stopping."));
    await expect(waiting).rejects.toThrow("The app is stopping.");
    expect(await runsOf(database)).toEqual([]);

    await afterAMinute(database);
    expect((await runsOf(database)).map(({ run_id }) => run_id)).toEqual(["a"]);
    await forget();
    await afterAMinute(database);
    expect(await runsOf(database)).toEqual([]);
  });

  it("derives days with more spans than one statement takes in slices, to the end of the day", async () => {
    const database = open();
    await migrate(database, { ttlHours: 0 });
    const runs = Array.from({ length: 48 }, (_, i) => span(`r${i}`, { hoursAgo: i }));
    await insert(database, runs);
    await database.traces.command({ query: "TRUNCATE TABLE jiva_traces" });
    await backfillRunsAgain(database.traces, new AbortController().signal, 0, { sliceSpans: 5 });
    expect(await runsOf(database)).toHaveLength(48);
  });
});
