import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleep } from "@/lib/base/tasks";
import { isLong } from "@/lib/base/testing/length";
import type { Database } from "@/lib/clickhouse/connection/client";
import { createDatasetWriter } from "@/lib/clickhouse/datasets/dataset-writer";
import { readDatasets } from "@/lib/clickhouse/datasets/datasets";
import { listRuns } from "@/lib/clickhouse/runs/list-runs";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { insertSpans } from "@/lib/clickhouse/spans/insert-spans";
import { makeSpan, spanIdOf, text, traceIdOf } from "@/lib/clickhouse/testing/spans";
import { type EngineProcess, stopEngine } from "../clickhouse/embedded/process/start-engine";
import { openClient } from "../clickhouse/embedded/testing/database";
import { openTestEngines, type TestEngines } from "../clickhouse/embedded/testing/engines";
import { run } from "../launcher/processes.mjs";
import { loadBackup } from "./load-backup.mjs";
import { openBackup } from "./read-backup.mjs";
import { sumTable } from "./table-sums.mjs";
import { keptBackup, keptCounts, openOwnDatabase, unpackKeptData } from "./testing/kept-data";
import { writeBackup } from "./write-backup.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { signal } = new AbortController();
const tracesDatabase = "otel_traces";

let source: TestEngines;
let target: TestEngines;
let files: string;
beforeEach(() => {
  source = openTestEngines();
  target = openTestEngines();
  files = mkdtempSync(join(tmpdir(), "backup-"));
});
afterEach(async () => {
  await Promise.all([source.close(), target.close()]);
  rmSync(files, { recursive: true });
});

const fileAt = (name: string) => join(files, name);

async function backUp(engine: EngineProcess, file: string, stop = signal) {
  const client = openClient(engine);
  try {
    return await writeBackup(client, { file, tracesDatabase, jivaVersion: "test", signal: stop });
  } finally {
    await client.close();
  }
}

async function restore(file: string): Promise<EngineProcess> {
  const engine = await target.start();
  const client = openClient(engine);
  const backup = await openBackup(file, { signal });
  try {
    await loadBackup(client, backup, { signal });
  } finally {
    backup.close();
    await client.close();
  }
  return engine;
}

/** Stores a table whose rows all hold `value`. */
async function storeTable({ data }: Database, name: string, value: number, rows: number): Promise<void> {
  const draft = createDatasetWriter(data, { graceMs: 60_000 }).draft();
  await draft.loadTable(
    {
      format: { kind: "csv", delimiter: "," },
      columns: [{ name: "n", type: "Nullable(Int64)" }],
      untyped: new Set(),
      open: () => Readable.from([Buffer.from(`${value}\n`.repeat(rows))], { objectMode: false }),
    },
    signal,
  );
  await draft.commit({ name, kind: "table", files: [`${name}.csv`], bytes: rows }, signal);
}

describe("the backup of a folder of commit 6c94d17", () => {
  it("is restored with every row, and opened by this version", async () => {
    const engine = await restore(keptBackup);
    const database = openOwnDatabase(engine);
    for (const [path, { rows, hash, final, columns }] of Object.entries(keptCounts.tables)) {
      const [name = "", table = ""] = path.split(".");
      const sums = await sumTable(database.server, { database: name, name: table }, { final, columns });
      expect(sums, path).toEqual({ rows, hash });
    }
    await migrate(database, { ttlHours: 0 });
    const { runs } = await listRuns(database, { limit: 200 });
    expect(runs.map(({ run_id, span_count }) => ({ run_id, spans: span_count }))).toEqual(keptCounts.runs);
    await database.close();
  });
});

describe("a backup", () => {
  if (isLong) {
    it("is of one moment, while datasets are replaced and spans come in", { timeout: 180_000 }, async () => {
      const engine = await source.start();
      const database = openOwnDatabase(engine);
      await migrate(database, { ttlHours: 0 });
      await storeTable(database, "settled", 1, 500);
      await storeTable(database, "changing", 0, 1_000);
      let isOver = false;
      const replace = (async () => {
        for (let value = 1; !isOver; value++) {
          await storeTable(database, "changing", value, 1_000 + value);
          await sleep(100);
        }
      })();
      let sent = 0;
      const send = (async () => {
        while (!isOver) {
          const traceId = traceIdOf(sent + 1);
          const attributes = [text("run_id", `sent-${sent}`)];
          await insertSpans(
            database,
            [1, 2, 3].map((n) => makeSpan({ traceId, spanId: spanIdOf(n), attributes })),
          );
          sent++;
          await sleep(50);
        }
      })();
      while (sent < 3) await sleep(10);
      const sentBefore = sent;
      await backUp(engine, fileAt("live.zip"));
      isOver = true;
      await Promise.all([replace, send]);
      expect(readdirSync(files)).toEqual(["live.zip"]);
      const left = await database.server.query({
        query: "SELECT name FROM system.databases WHERE startsWith(name, 'jiva_backup_')",
        format: "JSONEachRow",
      });
      expect(await left.json()).toEqual([]);
      await database.close();

      const restored = openOwnDatabase(await restore(fileAt("live.zip")));
      await migrate(restored, { ttlHours: 0 });
      const datasets = await readDatasets(restored.data);
      expect(datasets.map(({ name }) => name)).toEqual(["changing", "settled"]);
      for (const { name, source: table, rows } of datasets.filter(({ kind }) => kind === "table")) {
        const { rows: found } = await sumTable(restored.server, { database: "jiva", name: table });
        expect(Number(found), name).toBe(rows);
      }
      const { runs } = await listRuns(restored, { limit: 200, q: "sent-" });
      expect(runs.length).toBeGreaterThanOrEqual(Math.min(200, sentBefore));
      expect(runs.filter(({ span_count }) => span_count !== 3)).toEqual([]);
      await restored.close();
    });
  }

  it("that was killed leaves nothing once the engine has started again", async () => {
    const engine = await source.start();
    const client = openClient(engine);
    await client.command({ query: "CREATE DATABASE jiva_backup_1_abcd" });
    await client.command({
      query: "CREATE TABLE jiva_backup_1_abcd.t0 (a UInt8) ENGINE = MergeTree ORDER BY a",
    });
    await client.close();
    await stopEngine(engine);
    const again = openClient(await source.start());
    const left = await again.query({ query: "SHOW DATABASES LIKE 'jiva_backup_%'", format: "JSONEachRow" });
    expect(await left.json()).toEqual([]);
    await again.close();
  });

  it("leaves nothing behind where it is stopped", async () => {
    await unpackKeptData(source.folder);
    const engine = await source.start();
    const stopping = new AbortController();
    const client = openClient(engine);
    const backup = writeBackup(client, {
      file: fileAt("stopped.zip"),
      tracesDatabase,
      jivaVersion: "test",
      signal: stopping.signal,
      onProgress: (progress) => progress.startsWith("table 9 ") && stopping.abort(),
    });
    await expect(backup).rejects.toThrow("aborted");
    expect(readdirSync(files)).toEqual([]);
    const left = await client.query({ query: "SHOW DATABASES LIKE 'jiva_backup_%'", format: "JSONEachRow" });
    expect(await left.json()).toEqual([]);
    await client.close();
  });
});

describe("a file that cannot be restored", () => {
  const whole = readFileSync(keptBackup);
  it.each([
    ["cut in the middle", whole.subarray(0, whole.length >> 1), /It is no zip file, or its end is missing/],
    ["cut by a byte", whole.subarray(0, -1), /It is no zip file, or its end is missing/],
    ["with a byte changed", changedAt(5_000), /It is damaged|is not what its manifest says/],
    ["with a byte changed later", changedAt(150_000), /It is damaged|is not what its manifest says/],
    ["that is empty", Buffer.alloc(0), /It is no zip file, or its end is missing/],
  ])("%s is refused with the reason", async (name, bytes, reason) => {
    const path = fileAt(`${createHash("md5").update(name).digest("hex")}.zip`);
    writeFileSync(path, bytes);
    await expect(openBackup(path, { signal })).rejects.toThrow(reason);
  });

  function changedAt(offset: number): Buffer {
    const bytes = Buffer.from(whole);
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x20;
    return bytes;
  }
});

describe("the commands", () => {
  const command = async (name: "backup" | "restore", file: string, env: Record<string, string>) => {
    const { code, output } = await run(process.execPath, [`devtools/${name}.mjs`, file], {
      cwd: root,
      limitMs: 120_000,
      env: { ...process.env, CLICKHOUSE_URL: "", INIT_CWD: files, ...env },
    });
    return { code, output };
  };

  it("back up a running engine, and restore into an empty folder only", async () => {
    await unpackKeptData(source.folder);
    await source.start();
    const made = await command("backup", "made.zip", { DATA_DIR: source.folder });
    expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/19 tables, \d+ rows, \d+ KB in/) });
    const again = await command("backup", "made.zip", { DATA_DIR: source.folder });
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining("is there already") });

    const empty = fileAt("restored");
    const damaged = fileAt("damaged.zip");
    writeFileSync(damaged, readFileSync(fileAt("made.zip")).subarray(0, 50_000));
    const refused = await command("restore", damaged, { DATA_DIR: empty });
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining("cannot be restored. It is no zip file"),
    });
    expect(existsSync(empty)).toBe(false);
    const restored = await command("restore", "made.zip", { DATA_DIR: empty });
    expect(restored).toMatchObject({ code: 0, output: expect.stringContaining("each compared") });
    expect(readdirSync(empty)).toContain("clickhouse");
    expect(readdirSync(empty)).not.toContain("restore-unfinished");
    const second = await command("restore", "made.zip", { DATA_DIR: empty });
    expect(second).toMatchObject({ code: 1, output: expect.stringContaining("into an empty folder only") });
  });

  it("name a server's own statements where there is one", async () => {
    const env = { CLICKHOUSE_URL: "http://127.0.0.1:1", DATA_DIR: fileAt("none") };
    expect(await command("backup", "a.zip", env)).toMatchObject({
      code: 1,
      output: expect.stringContaining("BACKUP DATABASE jiva"),
    });
    expect(await command("restore", "a.zip", env)).toMatchObject({
      code: 1,
      output: expect.stringContaining("RESTORE DATABASE jiva"),
    });
    expect(readdirSync(files)).toEqual([]);
  });
});
