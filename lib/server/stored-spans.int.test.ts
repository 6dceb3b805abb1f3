import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sleep } from "@/lib/base/tasks";
import { type Database, openDatabase } from "@/lib/clickhouse/connection/client";
import { isWorthAnotherTry } from "@/lib/clickhouse/connection/errors";
import { findRun } from "@/lib/clickhouse/runs/runs";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { readSpans } from "@/lib/clickhouse/spans/whole-spans";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/testing/database";
import { openQuerySpan } from "@/lib/telemetry/query-span";
import { startTelemetry, type Telemetry } from "@/lib/telemetry/set-up";
import { withRun } from "@/lib/telemetry/with-run";
import { withSpan } from "@/lib/telemetry/with-span";
import { attributeText, type Span } from "@/lib/trace/span";

/** A way to the engine that can be taken away, and comes back at the same address. */
function createDoor(target: URL) {
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;
  const open = () =>
    new Promise<void>((resolve) => {
      server = createServer((near) => {
        const far = connect(Number(target.port), target.hostname);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
        }
        near.pipe(far).pipe(near);
      });
      server.listen(port, "127.0.0.1", () => {
        port = (server.address() as { port: number }).port;
        resolve();
      });
    });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { open, close, url: () => `http://127.0.0.1:${port}` };
}

let behind: TestDatabase;
let database: Database;
let door: ReturnType<typeof createDoor>;
let telemetry: Telemetry;

beforeAll(async () => {
  behind = openTestDatabase();
  await migrate(behind, { ttlHours: 0 });
  door = createDoor(new URL(process.env.TEST_CLICKHOUSE_URL ?? ""));
  await door.open();
  database = openDatabase({
    url: door.url(),
    user: process.env.TEST_CLICKHOUSE_USER ?? "default",
    password: process.env.TEST_CLICKHOUSE_PASSWORD ?? "",
    tracesDatabase: behind.tracesDatabase,
    dataDatabase: behind.dataDatabase,
    openSpan: openQuerySpan,
  });
  telemetry = startTelemetry({
    serviceName: "jiva-test",
    serviceVersion: "0",
    requests: "work",
    otlpEndpoint: undefined,
    ignoreUrls: [door.url()],
    insert: (spans, signal) => insertSpans(database, spans, signal),
    isWorthAnotherTry,
  });
});
afterAll(async () => {
  await telemetry.close(1_000);
  await database.close();
  await door.close();
  await behind.drop();
});

async function spansOf(runId: string): Promise<Span[]> {
  const run = await findRun(behind, runId);
  const spans: Span[] = [];
  if (run) for await (const batch of readSpans(behind, run)) spans.push(...batch);
  return spans;
}

describe("spans of a run", () => {
  it("are stored within 2 s of their end, with its run_id on every one, the database's included", async () => {
    await withRun({ runId: "one", name: "ask" }, () =>
      withSpan("plan", {}, async () => {
        const answer = await database.data.query({
          query: "SELECT number FROM numbers({n:UInt8})",
          query_params: { n: 3 },
          format: "JSONEachRow",
        });
        await answer.json();
      }),
    );
    const endedMs = performance.now();
    let spans: Span[] = [];
    while (spans.length < 3 && performance.now() - endedMs < 2_000) {
      await sleep(50);
      spans = await spansOf("one");
    }
    expect(spans.map(({ name }) => name)).toEqual(["ask", "plan", "SELECT numbers"]);
    expect(spans.every(({ attributes }) => attributeText(attributes, "run_id") === "one")).toBe(true);
    expect(spans[2]).toMatchObject({ kind: "Client", parentSpanId: spans[1]?.spanId });
    const attributes = spans[2]?.attributes ?? [];
    expect(attributeText(attributes, "db.system.name")).toBe("clickhouse");
    expect(attributeText(attributes, "db.namespace")).toBe(behind.dataDatabase);
    expect(attributeText(attributes, "db.query.text")).toBe("SELECT number FROM numbers({n:UInt8})");
    expect(attributes).toContainEqual({ key: "db.response.returned_rows", value: "3", type: "int" });
  });

  it("are kept while the database is away, and stored when it is back", async () => {
    await door.close();
    for (let i = 0; i < 20; i++) {
      await withRun({ runId: "away", name: "ask" }, () => withSpan("plan", {}, async () => undefined));
    }
    // Long enough for a first try that fails.
    await telemetry.flush(700);
    expect(telemetry.stats()).toEqual({ queued: 40, dropped: 0 });
    expect(await spansOf("away")).toEqual([]);

    await door.open();
    await telemetry.flush(10_000);
    expect(telemetry.stats()).toEqual({ queued: 0, dropped: 0 });
    expect(await spansOf("away")).toHaveLength(40);
  });

  it("are dropped and counted beyond the queue's bound", async () => {
    await door.close();
    await withRun({ runId: "flood", name: "ask" }, async () => {
      for (let i = 0; i < 50_100; i++) await withSpan("drop", {}, async () => undefined);
    });
    const { queued, dropped } = telemetry.stats();
    expect({ queued, dropped }).toEqual({ queued: 50_000, dropped: 101 });
    await door.open();
    await telemetry.flush(30_000);
    expect(await spansOf("flood")).toHaveLength(50_000);
  });
});
