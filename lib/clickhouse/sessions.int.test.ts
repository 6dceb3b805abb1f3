import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "./schema/migrate";
import { endAllSessions, endSession, findSession, type StoredSession, writeSession } from "./sessions";
import { openTestDatabase } from "./testing/database";

const database = openTestDatabase();
const { signal } = new AbortController();
beforeAll(() => migrate(database, { ttlHours: 0 }));
afterAll(() => database.drop());

const now = Date.now();
const session = (idHash: string): StoredSession => ({
  idHash,
  role: "read",
  tokenDigest: "digest",
  madeMs: now,
  usedMs: now,
  endsMs: now + 30 * 86_400_000,
});
const find = (idHash: string) => findSession(database.data, idHash, signal);

it("a session is read as it was written last, until it is ended", async () => {
  await writeSession(database.data, session("a"));
  await writeSession(database.data, session("b"));
  expect(await find("a")).toEqual(session("a"));
  expect(await find("c")).toBeUndefined();

  const used = { ...session("a"), usedMs: now + 600_000 };
  await writeSession(database.data, used);
  expect(await find("a")).toEqual(used);

  await endSession(database.data, session("a"));
  expect(await find("a")).toBeUndefined();
  // A use that was under way when it ended does not bring it back, nor does a merge.
  await writeSession(database.data, { ...used, usedMs: now + 700_000 });
  expect(await find("a")).toBeUndefined();
  await database.data.command({ query: "OPTIMIZE TABLE sessions FINAL" });
  expect(await find("a")).toBeUndefined();
  expect(await find("b")).toEqual(session("b"));
});

it("all sessions can be ended at once", async () => {
  await writeSession(database.data, session("d"));
  await endAllSessions(database.data);
  expect([await find("b"), await find("d")]).toEqual([undefined, undefined]);
  await writeSession(database.data, session("e"));
  expect(await find("e")).toEqual(session("e"));
});
