import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "@/lib/clickhouse/testing/database";

const xml = readFileSync(new URL("users.d/jiva.xml", import.meta.url), "utf8");
const grants = [...xml.matchAll(/<query>([^<]+)<\/query>/g)].map(([, sql = ""]) => sql);

let database: TestDatabase;

beforeAll(() => {
  database = openTestDatabase();
});

afterAll(async () => {
  await database.close();
});

/** All that the embedded engine can say of the server's users: a server that meets bad SQL there does not start. */
it.each(grants)("the grants of the server's users are SQL that ClickHouse reads: %s", async (sql) => {
  // The file omits the grantee, since each grant is nested in its user.
  const statement = `${sql} TO somebody`;
  const result = await database.server.query({
    query: "SELECT formatQuerySingleLine({sql:String}) AS read",
    query_params: { sql: statement },
    format: "JSONEachRow",
  });
  expect(await result.json()).toEqual([{ read: statement }]);
});

it("knows what each user may do", () => {
  expect(grants.length).toBe(6);
});
