import { randomBytes } from "node:crypto";
import { type Database, openDatabase } from "../connection/client";

/** Two databases of their own for one test file, on the engine that the test run has started. */
export interface TestDatabase extends Database {
  /** Drops both and closes the clients. */
  drop(): Promise<void>;
}

/** The databases do not exist yet: `migrate` makes them. */
export function openTestDatabase(): TestDatabase {
  const url = process.env.TEST_CLICKHOUSE_URL;
  if (!url)
    throw new Error("TEST_CLICKHOUSE_URL is not set: run this with `npm test`, which starts an engine.");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const database = openDatabase({
    url,
    user: process.env.TEST_CLICKHOUSE_USER ?? "default",
    password: process.env.TEST_CLICKHOUSE_PASSWORD ?? "",
    tracesDatabase: `${name}_traces`,
    dataDatabase: `${name}_data`,
  });
  return {
    ...database,
    drop: async () => {
      for (const each of [database.tracesDatabase, database.dataDatabase]) {
        await database.server.command({
          query: "DROP DATABASE IF EXISTS {name:Identifier} SYNC",
          query_params: { name: each },
        });
      }
      await database.close();
    },
  };
}
