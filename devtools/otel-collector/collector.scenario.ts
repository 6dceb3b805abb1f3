import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "@/lib/clickhouse/connection/client";
import { listRuns } from "@/lib/clickhouse/runs/list-runs";
import { findRun, withCounts } from "@/lib/clickhouse/runs/runs";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { type EngineProcess, startEngine, stopEngine } from "../clickhouse/embedded/process/start-engine";
import { startApp, waitUntilHealthy } from "../launcher/app.mjs";
import { freePort } from "../launcher/ports.mjs";
import { createReport } from "../launcher/report.mjs";
import { loadSamples } from "../launcher/samples.mjs";
import { type CollectorOptions, CollectorProcess, validateConfiguration } from "./collector-process";
import { logLine, metricsOfEveryKind, metricTables, wholeRow, wholeSpan, wholeTraceId } from "./payloads";
import { grpcSender, httpSender, makeTrace, type Sender } from "./senders";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = needed("OTELCOL_PROGRAM");
const outageMs = Number(needed("OUTAGE_SECONDS")) * 1_000;
const host = "127.0.0.1";

/** From the acknowledgement to the table: one second of batching and the insert, on a busy machine. */
const arrivalMs = 30_000;

let folder: string;
let engine: EngineProcess;
let database: Database;
let collector: CollectorProcess;
let options: CollectorOptions;
let grpc: Sender;
let http: Sender;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jiva-collector-"));
  engine = await openEngine("0");
  database = openDatabase({
    url: engine.url,
    user: engine.user,
    password: engine.password,
    tracesDatabase: "otel_traces",
    dataDatabase: "jiva",
  });
  options = {
    program,
    env: {
      CLICKHOUSE_ENDPOINT: engine.url,
      CLICKHOUSE_USER: engine.user,
      CLICKHOUSE_PASSWORD: engine.password,
      OTELCOL_QUEUE_DIR: join(folder, "queue"),
      TRACE_TTL_HOURS: "48",
    },
    grpcPort: await freePort(host),
    httpPort: await freePort(host),
    healthPort: await freePort(host),
  };
  grpc = grpcSender(`http://${host}:${options.grpcPort}`);
  http = httpSender(httpUrl());
});

afterAll(async () => {
  await http?.close();
  await collector?.stop();
  await database?.close();
  if (engine) await stopEngine(engine);
  rmSync(folder, { recursive: true, force: true });
});

async function readRunSummary(database: Database, runId: string) {
  const run = await findRun(database, runId);
  return run && (await withCounts(database, [run]))[0];
}

describe("the Collector", () => {
  it("accepts its configuration, also with debug output and without a time to live", async () => {
    expect(await validateConfiguration(program, options.env)).toBeUndefined();
    const changed = { ...options.env, OTELCOL_EXPORTERS: "[clickhouse, debug]", TRACE_TTL_HOURS: "0" };
    expect(await validateConfiguration(program, changed)).toBeUndefined();
    expect(await validateConfiguration(program, { ...options.env, TRACE_TTL_HOURS: "soon" })).toContain(
      "ttl",
    );
  });

  it("creates its tables where there are none, with the time to live", async () => {
    collector = await new CollectorProcess(options).ready();
    const tables = await select<{ name: string; days: string }>(
      "SELECT name, extract(engine_full, 'toIntervalDay\\\\((\\\\d+)\\\\)') AS days FROM system.tables WHERE database = currentDatabase() ORDER BY name",
    );
    const withTtl = ["otel_logs", ...metricTables, "otel_traces", "otel_traces_trace_id_ts"];
    expect(Object.fromEntries(tables.map(({ name, days }) => [name, days]))).toEqual({
      ...Object.fromEntries(withTtl.map((name) => [name, "2"])),
      otel_traces_trace_id_ts_mv: "",
    });
  });

  it("brings every span by gRPC and by HTTP, and every field of one", async () => {
    for (const [service, sender] of [
      ["by-grpc", grpc],
      ["by-http", http],
    ] as const) {
      for (let n = 0; n < 10; n++) await sender.send(makeTrace(service, 100, { run_id: `${service}-${n}` }));
    }
    const startNs = BigInt(Date.now()) * 1_000_000n + 123_457n;
    await postJson("/v1/traces", wholeSpan(startNs));

    await until(async () => (await countSpans("1")) >= 2_001);
    expect(
      await select(
        "SELECT ServiceName AS s, toUInt32(uniqExact(SpanId)) AS n FROM otel_traces GROUP BY s ORDER BY s",
      ),
    ).toEqual([
      { s: "by-grpc", n: 1_000 },
      { s: "by-http", n: 1_000 },
      { s: "shop", n: 1 },
    ]);
    expect(
      await select(
        `SELECT toUnixTimestamp64Nano(Timestamp) AS startNs, TraceId, SpanId, ParentSpanId, TraceState, SpanName,
         SpanKind, ServiceName, ResourceAttributes, ScopeName, ScopeVersion, SpanAttributes, Duration, StatusCode,
         StatusMessage, arrayMap(t -> toUnixTimestamp64Nano(t), Events.Timestamp) AS eventNs, Events.Name,
         Links.TraceId, Links.SpanId FROM otel_traces WHERE TraceId = '${wholeTraceId}'`,
      ),
    ).toEqual([wholeRow(startNs)]);
  });

  it("brings logs and metrics of every kind into their tables", async () => {
    const timeNs = BigInt(Date.now()) * 1_000_000n;
    await postJson("/v1/logs", logLine(timeNs));
    await postJson("/v1/metrics", metricsOfEveryKind(timeNs));
    const found = () =>
      select<{ n: number }>(
        ["otel_logs", ...metricTables]
          .map((table) => `SELECT toUInt32(count()) AS n FROM ${table}`)
          .join(" UNION ALL "),
      );
    await until(async () => (await found()).every(({ n }) => n === 1));
    expect(await select("SELECT Body, SeverityText, TraceId FROM otel_logs")).toEqual([
      { Body: "paid", SeverityText: "INFO", TraceId: wholeTraceId },
    ]);
  });

  it("goes on writing while the app takes its tables over, old runs and new ones in the list", async () => {
    let isMigrated = false;
    const writing = (async () => {
      for (let n = 0; n < 3 || !isMigrated; n++) {
        await grpc.send(makeTrace("while-migrating", 10, { run_id: `during-${n}` }));
      }
    })();
    await migrate(database, { ttlHours: 72 });
    isMigrated = true;
    await writing;
    await http.send(makeTrace("after", 10, { run_id: "after" }));

    await until(async () => (await readRunSummary(database, "after"))?.span_count === 10);
    expect((await readRunSummary(database, "by-grpc-3"))?.span_count).toBe(100);
    // Page by page: a quick machine writes hundreds of runs meanwhile.
    const listed = new Set<string>();
    let cursor: string | undefined;
    do {
      const { runs, next } = await listRuns(database, {
        limit: 200,
        ...(cursor !== undefined && { cursor }),
      });
      for (const { run_id } of runs) listed.add(run_id);
      cursor = next ?? undefined;
    } while (cursor !== undefined);
    const wanted = ["after", "it's \\ a run", ...[0, 1, 2].map((n) => `during-${n}`)];
    for (let n = 0; n < 10; n++) wanted.push(`by-grpc-${n}`, `by-http-${n}`);
    expect(wanted.filter((id) => !listed.has(id))).toEqual([]);
  });

  it("leaves the app's tables as they are when it starts again", async () => {
    const tables = () =>
      select(
        "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name",
      );
    await migrate(database, { ttlHours: 0 });
    const before = await tables();
    await collector.stop();
    collector = await new CollectorProcess(options).ready();
    expect(await tables()).toEqual(before);
  });

  it("starts without a database where the tables are somebody else's, and else ends with the reason", async () => {
    const ports = {
      grpcPort: await freePort(host),
      httpPort: await freePort(host),
      healthPort: await freePort(host),
    };
    // Nothing listens on port 1.
    const env = {
      ...options.env,
      CLICKHOUSE_ENDPOINT: `http://${host}:1`,
      OTELCOL_QUEUE_DIR: join(folder, "other-queue"),
    };
    const alone = new CollectorProcess({
      program,
      ...ports,
      env: { ...env, OTELCOL_CREATE_SCHEMA: "false" },
    });
    try {
      await alone.ready();
    } finally {
      await alone.stop();
    }
    await expect(new CollectorProcess({ program, ...ports, env }).ready()).rejects.toThrow(
      "connection refused",
    );
  });

  it("brings the app's own run", async () => {
    const settings = {
      host,
      port: await freePort(host),
      dataDir: folder,
      clickhouseUrl: engine.url,
      apiToken: undefined,
    };
    const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl(), TRACE_TTL_HOURS: "0" };
    const app = startApp({ root, isDev: false, settings, engine, env });
    const { signal } = new AbortController();
    try {
      await waitUntilHealthy({ app, settings, signal, onTrouble: () => {} });
      await loadSamples({ settings, report: createReport({ write: () => {} }), signal });
      const answer = await fetch(`http://${host}:${settings.port}/api/ask`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ question: "How many electric bikes are in service?", run_id: "asked" }),
      });
      expect(await answer.json()).toMatchObject({ run_id: "asked", status: "answered" });
      const spans = `http://${host}:${settings.port}/api/runs/asked/spans`;
      await until(async () => {
        const found = await fetch(spans);
        return found.ok && ((await found.json()) as { total: number }).total > 5;
      });
    } finally {
      await app.stop({ politeMs: 10_000 });
    }
    // What the app itself writes has these types; the Collector knows nothing of them.
    expect(
      await select(
        "SELECT toUInt32(countIf(notEmpty(SpanAttributeTypes))) AS typed FROM otel_traces WHERE SpanAttributes['run_id'] = 'asked'",
      ),
    ).toEqual([{ typed: 0 }]);
  });

  it(
    "loses nothing while the engine is away and the Collector is killed",
    async () => {
      const startedMs = Date.now();
      const sent: Record<string, number> = {};
      let isOver = false;
      const send = async (runId: string, sender: Sender) => {
        sent[runId] = 0;
        while (!isOver) {
          const spans = makeTrace(runId, 20, { run_id: runId });
          await untilAcknowledged(sender, spans);
          sent[runId] += spans.length;
          await pause(100);
        }
      };
      const sending = Promise.all([send("outage-grpc", grpc), send("outage-http", http)]);

      await pause(3_000);
      killEngine();
      await pause(outageMs / 2);
      const acknowledgedDuringOutage = Object.values(sent).reduce((sum, count) => sum + count);
      collector.kill();
      // As `restart: unless-stopped` does: it cannot create its tables while the engine is away, and ends.
      const back = keepStarting();
      await pause(outageMs / 2);
      engine = await openEngine(new URL(engine.url).port);
      collector = await back;
      await pause(3_000);
      collector.kill();
      collector = await new CollectorProcess(options).ready();
      await pause(3_000);
      isOver = true;
      await sending;

      for (const [runId, count] of Object.entries(sent)) {
        const isThere = async () => (await countSpans(`ServiceName = '${runId}'`)) >= count;
        // Where some stay away, the counts say how many: the database's own of distinct spans, and the app's.
        await until(isThere, 120_000).catch(() => {});
        expect(await countSpans(`ServiceName = '${runId}'`)).toBe(count);
        expect((await readRunSummary(database, runId))?.span_count).toBe(count);
      }
      expect(acknowledgedDuringOutage).toBeGreaterThan(0);
      const [stored] = await select<{ n: number }>(
        "SELECT toUInt32(count()) AS n FROM otel_traces WHERE startsWith(ServiceName, 'outage-')",
      );
      const total = Object.values(sent).reduce((sum, count) => sum + count);
      process.stdout.write(
        `  engine away ${outageMs / 1_000} s, Collector killed twice: ${total} spans acknowledged, all of them stored; ` +
          `${(stored?.n ?? 0) - total} duplicates, counted once; ${Math.round((Date.now() - startedMs) / 1_000)} s\n`,
      );
    },
    outageMs + 240_000,
  );
});

function openEngine(port: string): Promise<EngineProcess> {
  return startEngine(join(root, "dist/engine.mjs"), {
    DATA_DIR: join(folder, "data"),
    CLICKHOUSE_PORT: port,
  });
}

function killEngine(): void {
  // It leads a group of its own.
  if (engine.child.pid !== undefined) process.kill(-engine.child.pid, "SIGKILL");
}

/** Starts the Collector until it stays, for as long as the engine may be away and some more. */
async function keepStarting(): Promise<CollectorProcess> {
  const deadline = Date.now() + outageMs + 120_000;
  for (;;) {
    const started = new CollectorProcess(options);
    try {
      return await started.ready();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(1_000);
    }
  }
}

async function untilAcknowledged(sender: Sender, spans: Parameters<Sender["send"]>[0]): Promise<void> {
  const deadline = Date.now() + outageMs + 180_000;
  for (;;) {
    try {
      return await sender.send(spans);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(300);
    }
  }
}

/** Distinct spans; `where` is ours. */
async function countSpans(where: string): Promise<number> {
  const [row] = await select<{ n: number }>(
    `SELECT toUInt32(uniqExact(TraceId, SpanId)) AS n FROM otel_traces WHERE ${where}`,
  );
  return row?.n ?? 0;
}

async function select<T>(query: string): Promise<T[]> {
  return (await database.traces.query({ query, format: "JSONEachRow" })).json<T>();
}

async function postJson(path: string, body: object): Promise<void> {
  const response = await fetch(`${httpUrl()}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBe(200);
}

function httpUrl(): string {
  return `http://${host}:${options.httpPort}`;
}

async function until(isSo: () => Promise<boolean>, limitMs = arrivalMs): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs / 1_000} s`);
    await pause(200);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this with npm run test:collector.`);
  return value;
}
