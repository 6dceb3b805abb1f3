import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/testing/database";
import { makeSpan, spanIdOf, text } from "@/lib/clickhouse/testing/spans";
import { run } from "../../launcher/processes.mjs";

const drivers = process.env.JDBC_DRIVERS;
if (drivers === undefined) throw new Error("JDBC_DRIVERS is not set: run this with npm run test:jdbc.");

const runId = "it's \\ a run";
let database: TestDatabase;
/** What ReadTraces.java says, by name. */
let found: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
  const startNs = nanoseconds(1_767_225_600_123_456_789n);
  await insertSpans(database, [
    makeSpan({
      spanId: spanIdOf(1),
      name: "ask",
      startNs,
      durationNs: nanoseconds(9_007_199_254_740_993n),
      attributes: [text("run_id", runId), text("question", "Wie viele Räder?")],
      events: [{ timeNs: startNs, name: "retry", attributes: [] }],
      status: "Error",
    }),
  ]);
  const { code, output } = await run(
    "java",
    [
      "-cp",
      `${drivers}/*`,
      fileURLToPath(new URL("ReadTraces.java", import.meta.url)),
      new URL(process.env.TEST_CLICKHOUSE_URL ?? "").host,
      process.env.TEST_CLICKHOUSE_USER ?? "",
      process.env.TEST_CLICKHOUSE_PASSWORD ?? "",
      database.tracesDatabase,
      runId,
    ],
    { cwd: fileURLToPath(new URL(".", import.meta.url)), limitMs: 90_000 },
  );
  expect(code, output).toBe(0);
  const lines = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) lines.set(name, [...(lines.get(name) ?? []), value]);
  }
  found = lines;
}, 120_000);

afterAll(async () => {
  await database?.drop();
});

describe("ClickHouse's JDBC driver on the embedded engine", () => {
  it("connects, and knows what it is connected to", () => {
    expect(found.get("valid")).toEqual(["true"]);
    expect(found.get("product")?.[0]).toMatch(/^ClickHouse \d+$/);
  });

  it("lists databases, tables and columns", () => {
    expect(found.get("schemas")).toEqual(["true"]);
    const tables = found.get("tables")?.[0]?.split(" ");
    expect(tables).toEqual(expect.arrayContaining(["otel_traces", "jiva_traces", "otel_traces_trace_id_ts"]));
    const columns = found.get("columns")?.[0]?.split(" ");
    expect(columns?.slice(0, 4)).toEqual(["Timestamp", "TraceId", "SpanId", "ParentSpanId"]);
    expect(columns).toContain("SpanAttributes");
  });

  it("reads a run by a bound parameter: nanoseconds, large numbers, maps and arrays", () => {
    expect(found.get("span")).toEqual([
      `ask | 123456789 | 9007199254740993 | {question=Wie viele Räder?, run_id=${runId}} | [retry] | Error`,
    ]);
  });

  it("streams many rows", () => {
    const digits = 10 + 180 + 2_700 + 36_000 + 450_000 + 600_000;
    expect(found.get("many")).toEqual([`200000 ${(199_999 * 200_000) / 2 + digits}`]);
  });

  it("meets an error as an error, and goes on", () => {
    expect(found.get("error")).toEqual(["60 true"]);
    expect(found.get("after")).toEqual(["1"]);
  });
});
