import { afterAll, beforeAll, inject } from "vitest";
import { createDatasetWriter } from "@/lib/clickhouse/datasets/dataset-writer";
import { migrate } from "@/lib/clickhouse/schema/migrate";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/testing/database";
import { type IngestOptions, ingestLimits } from "@/lib/ingest/ports";
import { createPool } from "@/lib/workers/pool";

export interface TestIngest {
  readonly database: TestDatabase;
  /** What an ingest is run with: files of up to 64 MiB, and what is replaced goes at once. */
  readonly options: IngestOptions;
}

/** To be called once, at the top of a test file: sets the database up before its tests, and ends all after them. */
export function startTestIngest(): TestIngest {
  const database = openTestDatabase();
  const pool = createPool({ file: inject("workersFile") });
  beforeAll(() => migrate(database, { ttlHours: 72 }));
  afterAll(async () => {
    await pool.close();
    await database.drop();
  });
  return {
    database,
    options: {
      writer: createDatasetWriter(database.data, { graceMs: 0 }),
      pool,
      limits: ingestLimits(64 * 1024 * 1024),
      signal: new AbortController().signal,
      traceFile: (_name, work) => work(),
    },
  };
}
