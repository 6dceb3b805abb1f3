import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readEngineNotes } from "./engine-notes";

const url = "http://127.0.0.1:8123";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-notes-"));
  writeFileSync(join(folder, "clickhouse-address"), JSON.stringify({ url, user: "default", pid: 1 }));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("reads what the engine of the folder has noted, until the file is deleted", async () => {
  expect(await readEngineNotes({ DATA_DIR: folder, CLICKHOUSE_URL: url })).toBeUndefined();
  const path = join(folder, "damage.txt");
  writeFileSync(path, "2026-01-01\nA table is broken.\n");
  expect(await readEngineNotes({ DATA_DIR: folder, CLICKHOUSE_URL: url })).toEqual({
    path,
    lines: ["2026-01-01", "A table is broken."],
  });
});

it("says nothing of a folder whose engine is not the database", async () => {
  writeFileSync(join(folder, "damage.txt"), "A table is broken.\n");
  expect(await readEngineNotes({ DATA_DIR: folder, CLICKHOUSE_URL: "http://db:8123" })).toBeUndefined();
  expect(await readEngineNotes({ DATA_DIR: join(folder, "none"), CLICKHOUSE_URL: url })).toBeUndefined();
});
