import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/testing/database";
import { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/testing/spans";
import type { Span } from "@/lib/trace/span";
import { buildDashboards } from "./dashboards";
import { expandQuery } from "./expand-query";
import type { ClickHouseTarget } from "./panels";
import * as queries from "./queries";

const startMs = Date.parse("2026-03-01T12:00:00.000Z");
const startNs = BigInt(startMs) * 1_000_000n;
const at = (ms: number) => nanoseconds(startNs + BigInt(Math.round(ms * 1e6)));
const lasting = (ms: number) => nanoseconds(BigInt(Math.round(ms * 1e6)));

const hostileIds = [
  "it's",
  "back\\",
  "\\' OR 1=1 --",
  "') UNION ALL SELECT 1 --",
  "$__timeFilter(Timestamp)",
  "$" + "{run_id:raw} $run_id $1 $&",
  "%27 %5C + a%",
  "two\nlines\tand\0zero",
  "{a,b}",
  "*",
  "漢字 🙂",
  "x".repeat(5_000),
];

const panels = Object.entries(buildDashboards()).flatMap(([name, dashboard]) => [
  ...(dashboard.panels ?? []).flatMap((panel) =>
    ("targets" in panel ? (panel.targets ?? []) : []).map((target) => {
      const { rawSql, queryType } = target as ClickHouseTarget;
      return { title: `${name} › ${panel.title}`, sql: rawSql, queryType };
    }),
  ),
  ...(dashboard.templating?.list ?? []).flatMap(({ name: variable, query }) =>
    typeof query === "object"
      ? [{ title: `${name} › variable ${variable}`, sql: String(query.rawSql), queryType: "variable" }]
      : [],
  ),
]);

const snippets = [
  ...readFileSync(new URL("README.md", import.meta.url), "utf8").matchAll(/```sql\n([^`]+)```/g),
].map(([, sql = ""]) => sql.trim().replace(/;$/, ""));

interface Column {
  readonly name: string;
  readonly type: string;
}

async function ask(
  database: TestDatabase,
  sql: string,
  variables: Record<string, string> = {},
): Promise<{ meta: Column[]; rows: Record<string, unknown>[] }> {
  const expanded = expandQuery(sql, {
    fromMs: startMs - 3_600_000,
    toMs: startMs + 3_600_000,
    intervalSeconds: 60,
    variables: { run_id: "", trace_id: "", service: "*", search: "", ...variables },
  });
  const result = await database.traces.query({ query: expanded, format: "JSON" });
  const { meta = [], data } = await result.json<Record<string, unknown>>();
  return { meta, rows: data };
}

/** A run of two traces with stages, an error, SQL, a span that came twice, and one of a huge duration. */
const runSpans: Span[] = [
  makeSpan({
    traceId: traceIdOf(1),
    spanId: spanIdOf(1),
    name: "ask",
    serviceName: "jiva",
    startNs: at(0),
    durationNs: lasting(100),
    attributes: [text("run_id", "my-run"), text("question", "How many?"), text("mode", "combined")],
    resource: [text("service.name", "jiva")],
  }),
  makeSpan({
    traceId: traceIdOf(1),
    spanId: spanIdOf(2),
    parentSpanId: spanIdOf(1),
    name: "plan",
    serviceName: "jiva",
    startNs: at(1.5),
    durationNs: lasting(25),
  }),
  makeSpan({
    traceId: traceIdOf(1),
    spanId: spanIdOf(3),
    parentSpanId: spanIdOf(1),
    name: "retrieve.structured",
    serviceName: "jiva",
    startNs: at(30),
    durationNs: lasting(50),
    status: "Error",
    statusMessage: "too slow",
    attributes: [text("error.type", "timeout")],
  }),
  makeSpan({
    traceId: traceIdOf(1),
    spanId: spanIdOf(4),
    parentSpanId: spanIdOf(3),
    name: "SELECT stations",
    serviceName: "jiva",
    startNs: at(31),
    durationNs: lasting(40.25),
    attributes: [text("db.query.text", "SELECT 1"), text("db.namespace", "jiva")],
  }),
  makeSpan({
    traceId: traceIdOf(2),
    spanId: spanIdOf(5),
    name: "later",
    serviceName: "worker",
    startNs: at(200),
    durationNs: lasting(10),
    attributes: [text("run_id", "my-run")],
  }),
];

describe("the SQL of the dashboards", () => {
  let empty: TestDatabase;
  let filled: TestDatabase;
  let hostile: TestDatabase;
  const hostileTrace = (n: number) => traceIdOf(1_000 + n);

  beforeAll(async () => {
    empty = openTestDatabase();
    filled = openTestDatabase();
    hostile = openTestDatabase();
    for (const database of [empty, filled, hostile]) await migrate(database, { ttlHours: 0 });
    await insertSpans(filled, runSpans);
    await insertSpans(filled, runSpans.slice(0, 3));
    const hostileSpans = hostileIds.flatMap((id, n) => [
      makeSpan({
        traceId: hostileTrace(n),
        spanId: spanIdOf(n + 1),
        name: id.slice(0, 50),
        serviceName: id.slice(0, 50),
        startNs: at(n),
        status: "Error",
        attributes: [text("run_id", id), text("question", id), text("db.query.text", id)],
      }),
    ]);
    await insertSpans(hostile, hostileSpans);
  });

  afterAll(async () => {
    for (const database of [empty, filled, hostile]) await database?.drop();
  });

  it("is there for every panel and variable, and only reads", () => {
    expect(panels.length).toBe(16);
    expect(snippets.length).toBe(5);
    for (const { sql } of panels) expect(sql).toMatch(/^(SELECT|WITH)\s/);
  });

  it.each(panels)("runs with no run, with runs and with hostile ones: $title", async ({ sql }) => {
    expect((await ask(empty, sql)).rows).toEqual([]);
    await ask(filled, sql, { run_id: "my-run", trace_id: traceIdOf(1), service: "jiva", search: "many" });
    for (const [n, id] of hostileIds.entries()) {
      await ask(hostile, sql, {
        run_id: id,
        trace_id: hostileTrace(n),
        service: id.slice(0, 50),
        search: id,
      });
    }
  });

  it.each(snippets.map((sql) => ({ sql })))(
    "runs as README's snippet, with and without runs: $sql",
    async ({ sql }) => {
      await ask(empty, sql);
      expect((await ask(filled, sql)).rows.length).toBeGreaterThan(0);
      await ask(hostile, sql);
    },
  );

  it("finds exactly the run of a hostile id, by run and by trace", async () => {
    for (const [n, id] of hostileIds.entries()) {
      expect((await ask(hostile, queries.runSummary, { run_id: id })).rows).toMatchObject([
        { question: id, spans: "1", errors: "1", status: "error" },
      ]);
      const traces = (await ask(hostile, queries.traceChoices, { run_id: id })).rows;
      expect(traces).toEqual([{ TraceId: hostileTrace(n) }]);
      const searched = (await ask(hostile, queries.runsTable, { service: id.slice(0, 50), search: id })).rows;
      expect(searched.map(({ run_id }) => run_id)).toContain(id);
    }
    expect((await ask(hostile, queries.runSummary, { run_id: "no such run" })).rows).toEqual([]);
  });

  it("offers the newest run first", async () => {
    const { rows } = await ask(hostile, queries.runChoices);
    expect(rows.map(({ run }) => run)).toEqual([...hostileIds].reverse());
  });

  it("shows a run once, with its two traces and the spans that came twice counted once", async () => {
    expect((await ask(filled, queries.runsTable)).rows).toMatchObject([
      {
        run_id: "my-run",
        question: "How many?",
        name: "ask",
        mode: "combined",
        status: "error",
        duration: 210,
        traces: "2",
      },
    ]);
    expect((await ask(filled, queries.runSummary, { run_id: "my-run" })).rows).toMatchObject([
      { spans: "5", errors: "1", duration: 210, services: "jiva, worker" },
    ]);
    expect((await ask(filled, queries.spanNames, { service: "jiva" })).rows).toMatchObject([
      { spans: "1" },
      { spans: "1" },
      { spans: "1" },
      { spans: "1" },
    ]);
    expect((await ask(filled, queries.spanRate, { service: "worker" })).rows).toMatchObject([
      { span: "later", spans_per_second: 1 / 60 },
    ]);
  });

  it("gives the traces panel its columns, in milliseconds", async () => {
    const { meta, rows } = await ask(filled, queries.gantt, { trace_id: traceIdOf(1) });
    expect(meta.map(({ name, type }) => [name, type.replace(/LowCardinality\((\w+)\)/g, "$1")])).toEqual([
      ["traceID", "String"],
      ["spanID", "String"],
      ["parentSpanID", "String"],
      ["operationName", "String"],
      ["serviceName", "String"],
      ["startTime", "Float64"],
      ["duration", "Float64"],
      ["tags", "Array(Map(String, String))"],
      ["serviceTags", "Array(Map(String, String))"],
      ["statusCode", "UInt8"],
      ["statusMessage", "String"],
    ]);
    expect(rows.length).toBe(4);
    expect(rows[0]).toMatchObject({
      spanID: spanIdOf(1),
      parentSpanID: "",
      operationName: "ask",
      startTime: startMs,
      duration: 100,
      tags: expect.arrayContaining([{ key: "run_id", value: "my-run" }]),
      serviceTags: [{ key: "service.name", value: "jiva" }],
      statusCode: 0,
    });
    expect(rows[1]).toMatchObject({ startTime: startMs + 1.5, duration: 25, parentSpanID: spanIdOf(1) });
    expect(rows[2]).toMatchObject({ statusCode: 2, statusMessage: "too slow" });
  });

  it("counts stages from the run's start, and finds errors and SQL", async () => {
    const variables = { run_id: "my-run" };
    expect((await ask(filled, queries.stages, variables)).rows).toEqual([
      { stage: "plan", begins: 1.5, duration: 25, share: 0.25, status: "ok" },
      { stage: "retrieve.structured", begins: 30, duration: 50, share: 0.5, status: "error" },
    ]);
    expect((await ask(filled, queries.errorsOfRun, variables)).rows).toMatchObject([
      { span: "retrieve.structured", message: "too slow", type: "timeout" },
    ]);
    expect((await ask(filled, queries.sqlOfRun, variables)).rows).toMatchObject([
      { sql: "SELECT 1", database: "jiva", duration: 40.25 },
    ]);
  });
});
