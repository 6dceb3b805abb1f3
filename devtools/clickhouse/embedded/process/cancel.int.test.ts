import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/database";

/** Longer than any test; what is not cancelled is found by the tests that count what runs. */
const endless = "SELECT max(sipHash64(number)) FROM numbers(1000000000000)";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ max_open_connections: 30 });
});
afterAll(() => database.drop());

/** How many queries with this comment run. */
const running = async (comment: string) => {
  const query = `SELECT countIf(position(query, {comment:String}) > 0 AND position(query, 'system.processes') = 0)
    FROM system.processes`;
  return Number((await database.rows(query, { comment }))[0]?.[0]);
};
const becomes = (comment: string, count: number) =>
  vi.waitFor(async () => expect(await running(comment)).toBe(count), { timeout: 20_000, interval: 20 });

describe("a query that nobody waits for any more", () => {
  it("ends when its request is aborted", async () => {
    const comment = randomUUID();
    const leaving = new AbortController();
    const query = database.client.query({
      query: `${endless} /* ${comment} */`,
      abort_signal: leaving.signal,
    });
    const aborted = expect(query).rejects.toThrow("aborted");
    await becomes(comment, 1);
    const left = performance.now();
    leaving.abort();
    await aborted;
    await becomes(comment, 0);
    // 15 ms were measured; a machine that does ten other things may take longer.
    expect(performance.now() - left).toBeLessThan(5_000);
  });

  it("ends when its result is closed half read", async () => {
    const comment = randomUUID();
    const result = await database.client.query({
      query: `SELECT number, repeat('x', 100) FROM numbers(1000000000000) /* ${comment} */`,
      format: "JSONEachRow",
    });
    for await (const _rows of result.stream()) break;
    result.close();
    await becomes(comment, 0);
  });

  it("ends when it has not begun", async () => {
    const comment = randomUUID();
    for (let i = 0; i < 20; i++) {
      const leaving = new AbortController();
      const query = database.client.query({
        query: `${endless} /* ${comment} */`,
        abort_signal: leaving.signal,
      });
      leaving.abort();
      await expect(query).rejects.toThrow("aborted");
    }
    await becomes(comment, 0);
  });

  it("keeps nothing of an insert that breaks off", async () => {
    await database.client.command({ query: "CREATE TABLE broken (a UInt64) ENGINE MergeTree ORDER BY a" });
    const leaving = new AbortController();
    const body = new Readable({ read: () => {} });
    body.push("1\n".repeat(100_000));
    const insert = database.client.insert({
      table: "broken",
      values: body,
      format: "TabSeparated",
      abort_signal: leaving.signal,
    });
    const aborted = expect(insert).rejects.toThrow();
    await becomes("INSERT INTO broken", 1);
    leaving.abort();
    await aborted;
    await becomes("INSERT INTO broken", 0);
    expect(await database.rows("SELECT count() FROM broken")).toEqual([["0"]]);
  });
});

describe("a query that takes too long", () => {
  it("ends at its deadline", async () => {
    const query = database.client.query({ query: endless, clickhouse_settings: { max_execution_time: 0.3 } });
    await expect(query).rejects.toMatchObject({ code: "159", type: "TIMEOUT_EXCEEDED" });
  });

  it("can be killed by its id", async () => {
    const comment = randomUUID();
    const query = database.client.query({ query: `${endless} /* ${comment} */`, query_id: comment });
    const killed = expect(query).rejects.toMatchObject({ code: "394", type: "QUERY_WAS_CANCELLED" });
    await becomes(comment, 1);
    const twin = database.client.query({ query: "SELECT 1", query_id: comment });
    await expect(twin).rejects.toMatchObject({ code: "216" });
    await database.client.command({ query: `KILL QUERY WHERE query_id = '${comment}' SYNC` });
    await killed;
    await becomes(comment, 0);
  });
});

describe("eight heavy queries at once", () => {
  it("leave room for a short one", async () => {
    const comment = randomUUID();
    const leaving = new AbortController();
    const heavy = Array.from({ length: 8 }, () => {
      const query = `${endless} /* ${comment} */`;
      return expect(database.client.query({ query, abort_signal: leaving.signal })).rejects.toThrow(
        "aborted",
      );
    });
    await becomes(comment, 8);
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const started = performance.now();
      expect(await database.rows("SELECT 1")).toEqual([[1]]);
      times.push(performance.now() - started);
    }
    expect(await running(comment)).toBe(8);
    leaving.abort();
    await Promise.all(heavy);
    await becomes(comment, 0);
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1] ?? Number.POSITIVE_INFINITY;
    // 20 ms were measured; the bound leaves room for a machine that does much else. Queued behind the heavy ones, none
    // would ever end.
    expect(median).toBeLessThan(1_300);
  });
});
