import { execFileSync } from "node:child_process";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesToStream, openClient } from "../testing/database";
import { openTestEngines, type TestEngines } from "../testing/engines";
import type { EngineProcess } from "./start-engine";

/** An engine of its own: what others ask of the common one would be seen in its memory. */
let engines: TestEngines;
let engine: EngineProcess;
let client: ClickHouseClient;
beforeAll(async () => {
  engines = openTestEngines();
  engine = await engines.start();
  client = openClient(engine);
});
afterAll(async () => {
  await client.close();
  await engines.close();
});

const megabytes = () =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", String(engine.child.pid)]).toString()) / 1024;

describe("the engine's memory stays flat", () => {
  it("while 400 MB of 200,000 rows leave it", async () => {
    const query = "SELECT number, repeat('x', 2000) AS s FROM numbers(200000) SETTINGS max_block_size = 1000";
    const before = megabytes();
    const result = await client.query({ query, format: "JSONCompactEachRow" });
    let rows = 0;
    let most = 0;
    for await (const part of result.stream()) {
      if (rows % 10_000 < part.length) most = Math.max(most, megabytes());
      rows += part.length;
    }
    expect(rows).toBe(200_000);
    // 60 MB were measured: pipes, sockets, and some blocks of 2 MB.
    expect(most - before).toBeLessThan(200);
  });

  it("while 400 MB of 400,000 rows enter it", async () => {
    await client.command({ query: "CREATE TABLE sink (a UInt64, s String) ENGINE Null" });
    const rows = `${JSON.stringify({ a: 1, s: "x".repeat(980) })}\n`.repeat(1000);
    const before = megabytes();
    let most = 0;
    const pour = function* () {
      for (let i = 0; i < 400; i++) {
        if (i % 20 === 0) most = Math.max(most, megabytes());
        yield rows;
      }
    };
    // Blocks of 1 MB: what the engine gathers by default is its own memory, bounded but larger.
    const settings = { min_insert_block_size_rows: "1000", min_insert_block_size_bytes: "1000000" };
    const query = "INSERT INTO sink FORMAT JSONEachRow";
    const values = bytesToStream(pour());
    const { summary, stream } = await client.exec({ query, values, clickhouse_settings: settings });
    stream.resume();
    expect(summary).toMatchObject({ written_rows: "400000" });
    // 170 MB were measured, most of it text that is being parsed side by side.
    expect(most - before).toBeLessThan(300);
  });
});
