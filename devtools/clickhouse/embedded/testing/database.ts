import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** The engine of the test run, as vitest-engine.ts tells it. */
export const credentials = () => ({
  url: process.env.TEST_CLICKHOUSE_URL ?? "",
  user: process.env.TEST_CLICKHOUSE_USER ?? "",
  password: process.env.TEST_CLICKHOUSE_PASSWORD ?? "",
});

/** A client that says nothing of the errors that a test asks for. */
export function openClient(
  { url, user, password } = credentials(),
  options: ClientOptions = {},
): ClickHouseClient {
  const log = { level: ClickHouseLogLevel.OFF };
  return createClient({ url, username: user, password, log, ...options });
}

export type TestDatabase = {
  name: string;
  /** Its default database is this one. */
  client: ClickHouseClient;
  /** Rows of a query, each an array of its values; 64-bit integers as text. */
  rows(query: string, params?: Record<string, unknown>): Promise<unknown[][]>;
  drop(): Promise<void>;
};

/** A database of its own for one test file. */
export async function openTestDatabase(options: ClientOptions = {}): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const client = openClient(credentials(), { database: name, ...options });
  const outside = openClient();
  await outside.command({ query: `CREATE DATABASE ${name}` });
  return {
    name,
    client,
    async rows(query, params) {
      const clickhouse_settings = { output_format_json_quote_64bit_integers: 1 } as const;
      const format = "JSONCompactEachRow";
      const result = await client.query({ query, query_params: params, format, clickhouse_settings });
      return result.json<unknown[]>();
    },
    async drop() {
      await outside.command({ query: `DROP DATABASE ${name}` });
      await client.close();
      await outside.close();
    },
  };
}

/** A stream of bytes, cut as given. */
export function bytesToStream(parts: Iterable<string>): Readable {
  const encode = function* () {
    for (const part of parts) yield Buffer.from(part);
  };
  return Readable.from(encode(), { objectMode: false });
}
