import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { type EngineProcess, startEngine, stopEngine } from "../process/start-engine";
import { openClient } from "./database";

/** Engines of a test's own, one after the other (or at once) on a folder of their own. */
export type TestEngines = {
  folder: string;
  start(port?: string, folder?: string): Promise<EngineProcess>;
  /** Stops what still runs and removes the folder. */
  close(): Promise<void>;
};

export function openTestEngines(): TestEngines {
  const folder = mkdtempSync(join(tmpdir(), "test-engines-"));
  const started: EngineProcess[] = [];
  return {
    folder,
    async start(port = "0", dataDir = folder) {
      const env = { DATA_DIR: dataDir, CLICKHOUSE_PORT: port };
      const engine = await startEngine(inject("engineBundle"), env, "pipe");
      started.push(engine);
      return engine;
    },
    async close() {
      await Promise.all(started.map(stopEngine));
      // What an engine that was killed had under way may still end in a file.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** How many rows a table of this engine has. */
export async function countRows(engine: EngineProcess, table: string): Promise<number> {
  const client = openClient(engine);
  try {
    const result = await client.query({ query: `SELECT count() FROM ${table}`, format: "TabSeparated" });
    return Number(await result.text());
  } finally {
    await client.close();
  }
}
