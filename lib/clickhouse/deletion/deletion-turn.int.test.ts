import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "../schema/migrate";
import { openTestDatabase, type TestDatabase } from "../testing/database";
import { inOwnTurn, type TurnTimes } from "./deletion-turn";

let database: TestDatabase;

beforeAll(async () => {
  database = openTestDatabase();
  await migrate(database, { ttlHours: 0 });
});
afterAll(() => database.drop());

const times: TurnTimes = { lookMs: 5, signMs: 1_000, silentMs: 30_000, patienceMs: 60_000 };
const isHeld = async () => {
  const result = await database.traces.query({
    query: "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'jiva_deletion_turn'",
    format: "JSONEachRow",
  });
  return (await result.json()).length > 0;
};

it("is one holder's at a time, and free afterwards, also after a failure", async () => {
  let holders = 0;
  let most = 0;
  const hold = (fails: boolean) =>
    inOwnTurn(
      database.traces,
      async () => {
        most = Math.max(most, ++holders);
        await database.traces.query({ query: "SELECT sleep(0.05)", format: "JSONEachRow" });
        holders--;
        if (fails) throw new Error("no room");
        return "done";
      },
      times,
    ).catch((error: Error) => error.message);
  const ended = await Promise.all([hold(false), hold(true), hold(false), hold(true)]);
  expect(ended.sort()).toEqual(["done", "done", "no room", "no room"]);
  expect(most).toBe(1);
  expect(await isHeld()).toBe(false);
});

it("is taken from a process that has died, not from one that lives", async () => {
  // A process that died: its table is there and nobody signs.
  await database.traces.command({
    query: "CREATE TABLE jiva_deletion_turn (Owner String, At DateTime64(3)) ENGINE = MergeTree ORDER BY At",
  });
  const impatient = inOwnTurn(database.traces, async () => "early", { ...times, patienceMs: 0 });
  await expect(impatient).rejects.toThrow("Another deletion is still running.");
  expect(await inOwnTurn(database.traces, async () => "done", { ...times, silentMs: 1 })).toBe("done");
  expect(await isHeld()).toBe(false);
});

it("is not given back by one that it was taken from", async () => {
  await inOwnTurn(
    database.traces,
    async () => {
      await database.traces.command({ query: "DROP TABLE jiva_deletion_turn SYNC" });
      await database.traces.command({
        query:
          "CREATE TABLE jiva_deletion_turn ENGINE = MergeTree ORDER BY At AS SELECT 'another' AS Owner, now64(3) AS At",
      });
    },
    times,
  );
  expect(await isHeld()).toBe(true);
});
