import { afterEach, describe, expect, it } from "vitest";
import { migrate } from "./migrate";
import { splitStatements } from "./statements";
import { openTestDatabase, type TestDatabase } from "./test-database";

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

const insert = (database: TestDatabase, values: string) =>
  database.traces.command({
    query: `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, ServiceName, SpanAttributes, Duration) VALUES ${values}`,
  });

const runsQuery =
  "SELECT TraceId, min(Start) s, max(End) e, arraySort(groupUniqArrayArray(RunIds)) r, min(Root) root FROM jiva_traces GROUP BY TraceId ORDER BY TraceId";

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

  it("takes over a table that a Collector made and filled", async () => {
    const database = open();
    await migrate(database, { ttlHours: 0 });
    await insert(
      database,
      `('2026-01-01 23:59:59.5','t1','0000000000000001','','ask','jiva',map('run_id','r1','question','why'),1000000000),
       ('2026-01-02 00:00:01','t1','0000000000000002','0000000000000001','plan','jiva',map(),5),
       ('2026-01-05 10:00:00','t2','0000000000000003','','GET /','shop',map(),18446744073709551615)`,
    );
    const expected = await rows(database, runsQuery);
    expect(expected).toHaveLength(2);

    // What a Collector leaves: its own two tables, rows in them, none of ours.
    for (const sql of splitStatements(`
      DROP TABLE jiva_traces_mv SYNC; DROP TABLE jiva_run_traces_mv SYNC; DROP TABLE jiva_traces SYNC;
      DROP TABLE jiva_run_traces SYNC; DROP TABLE jiva_migrations SYNC;
      ALTER TABLE otel_traces DROP COLUMN SpanAttributeTypes, DROP COLUMN ResourceAttributeTypes`)) {
      await database.traces.command({ query: sql });
    }
    await Promise.all([migrate(database, { ttlHours: 0 }), migrate(database, { ttlHours: 0 })]);
    expect(await rows(database, runsQuery)).toEqual(expected);
    expect(await rows(database, "SELECT DISTINCT RunId, TraceId FROM jiva_run_traces")).toEqual([
      { RunId: "r1", TraceId: "t1" },
    ]);
    expect(await rows(database, "SELECT sum(length(SpanAttributeTypes)) AS n FROM otel_traces")).toEqual([
      { n: "0" },
    ]);
  });
});
