import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { openClient } from "../testing/database";
import { countRows, openTestEngines, type TestEngines } from "../testing/engines";
import { stopEngine } from "./start-engine";

let engines: TestEngines;
beforeEach(() => {
  engines = openTestEngines();
});
afterEach(() => engines.close());

describe("the engine's folder", () => {
  it("holds a password that only this user can read, and keeps it", async () => {
    const first = await engines.start();
    const path = join(engines.folder, "clickhouse-password");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(first.password);
    expect(first.child.spawnargs.join(" ")).not.toContain(first.password);
    await stopEngine(first);
    expect((await engines.start()).password).toBe(first.password);
  });

  it("belongs to one engine at a time", async () => {
    const first = await engines.start();
    await expect(engines.start()).rejects.toThrow(
      `The folder ${join(engines.folder, "clickhouse")} is in use by another engine (process ${first.child.pid}): ` +
        "stop it, or set DATA_DIR to another folder",
    );
    expect(await countRows(first, "system.one")).toBe(1);
  });

  it("keeps every acknowledged row when the engine is killed", async () => {
    const first = await engines.start();
    const client = openClient(first);
    await client.command({ query: "CREATE TABLE kept (a UInt64) ENGINE MergeTree ORDER BY a" });
    let acknowledged = 0;
    const insertUntilKilled = async () => {
      for (;;) {
        const values = Array.from({ length: 100 }, (_, i) => ({ a: i }));
        await client.insert({ table: "kept", values, format: "JSONEachRow" });
        acknowledged += 100;
      }
    };
    const inserts = [1, 2, 3].map(() => expect(insertUntilKilled()).rejects.toThrow());
    await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(1000), { timeout: 30_000 });
    first.child.kill("SIGKILL");
    await Promise.all(inserts);
    await client.close();
    const rows = await countRows(await engines.start(), "kept");
    // What was being written may be there as well, whole or not at all.
    expect(rows).toBeGreaterThanOrEqual(acknowledged);
    expect(rows % 100).toBe(0);
  });
});

describe("the engine's start", () => {
  it("says that a port is taken", async () => {
    const { url } = await engines.start();
    const others = openTestEngines();
    await expect(others.start(new URL(url).port)).rejects.toThrow(`Port ${new URL(url).port} is taken`);
    await others.close();
  });

  it("needs no parent", async () => {
    const env = { ...process.env, DATA_DIR: engines.folder, CLICKHOUSE_PORT: "0", UV_THREADPOOL_SIZE: "16" };
    const child = spawn(process.execPath, [inject("engineBundle")], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    expect(line.toString()).toMatch(
      /^ClickHouse [\d.]+ at http:\/\/127\.0\.0\.1:\d+, user default, password in .+\n$/,
    );
    const password = readFileSync(join(engines.folder, "clickhouse-password"), "utf8").trim();
    expect(line.toString()).not.toContain(password);
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(0);
  });
});

it("listens on this machine's own address, under this machine's own names", async () => {
  const { url, user, password } = await engines.start();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  // fetch sends no Host of its own choosing, so a plain socket asks.
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  socket.write(`GET /?query=SELECT+1 HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Basic ${auth}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toContain("403 Forbidden");
  socket.destroy();
});
