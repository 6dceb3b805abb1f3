import { beforeEach, describe, expect, it, vi } from "vitest";
import type { StoredSession } from "@/lib/clickhouse/sessions";
import { createSessions, type Sessions, type SessionTable } from "./sessions";

const dayMs = 86_400_000;

/** A table in memory that can be away, and two app processes that share it. */
let rows: Map<string, StoredSession>;
let isAway: boolean;
let finds: number;
let clock: { ms: number };
let sessions: Sessions;
let others: Sessions;

beforeEach(() => {
  rows = new Map();
  isAway = false;
  finds = 0;
  clock = { ms: 1_000_000_000 };
  const reach = async () => {
    if (isAway) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  };
  const table: SessionTable = {
    write: (session) => reach().then(() => void rows.set(session.idHash, session)),
    find: async (idHash) => {
      finds++;
      await reach();
      return rows.get(idHash);
    },
    end: ({ idHash }) => reach().then(() => void rows.delete(idHash)),
    endAll: () => reach().then(() => rows.clear()),
  };
  sessions = createSessions(table, () => clock.ms);
  others = createSessions(table, () => clock.ms);
});

describe("a session", () => {
  it("is found by its id, which is stored nowhere", async () => {
    const id = await sessions.create("read", "digest");
    expect(Buffer.from(id, "base64url")).toHaveLength(32);
    expect(await others.find(id)).toMatchObject({ role: "read", tokenDigest: "digest" });
    expect(JSON.stringify([...rows])).not.toContain(id);
    expect(await sessions.create("read", "digest")).not.toBe(id);
  });

  it.each(["", "x", "a".repeat(43), "a".repeat(44), "../../etc", "a b".padEnd(43, "c")])(
    "is none of %j",
    async (id) => expect(await sessions.find(id)).toBeUndefined(),
  );

  it("is read once in ten seconds, however many ask", async () => {
    const id = await sessions.create("full", "digest");
    await Promise.all(Array.from({ length: 20 }, () => others.find(id)));
    await others.find(id);
    expect(finds).toBe(1);
    clock.ms += 10_000;
    await others.find(id);
    expect(finds).toBe(2);
  });

  it("ends after 30 days, or 7 without use, and its use is written every few minutes", async () => {
    const id = await sessions.create("full", "digest");
    const write = vi.spyOn(rows, "set");
    for (let day = 1; day < 30; day++) {
      clock.ms += dayMs;
      expect(await sessions.find(id), `day ${day}`).toBeDefined();
      await sessions.find(id);
    }
    expect(write).toHaveBeenCalledTimes(29);
    clock.ms += dayMs;
    expect(await sessions.find(id)).toBeUndefined();

    const idle = await sessions.create("full", "digest");
    clock.ms += 7 * dayMs - 1;
    expect(await others.find(idle)).toBeDefined();
    clock.ms += 7 * dayMs;
    expect(await others.find(idle)).toBeUndefined();
  });

  it("is over at once where it was ended, and elsewhere within ten seconds", async () => {
    const id = await sessions.create("full", "digest");
    const kept = await sessions.create("full", "digest");
    await others.find(id);
    await sessions.end(id);
    await sessions.end("a".repeat(43));
    expect(await sessions.find(id)).toBeUndefined();
    clock.ms += 10_000;
    expect(await others.find(id)).toBeUndefined();
    expect(await others.find(kept)).toBeDefined();
    await sessions.endAll();
    expect(await sessions.find(kept)).toBeUndefined();
  });

  it("holds while the database is away where it is known; what is not known waits", async () => {
    const id = await sessions.create("full", "digest");
    isAway = true;
    clock.ms += dayMs;
    expect(await sessions.find(id)).toBeDefined();
    await sessions.find(id);
    expect(finds).toBe(1);
    const away = { status: 503, headers: { "retry-after": "2" } };
    await expect(others.find(id)).rejects.toMatchObject(away);
    await expect(sessions.create("full", "digest")).rejects.toMatchObject(away);
    await expect(sessions.end(id)).rejects.toMatchObject(away);
    await expect(sessions.endAll()).rejects.toMatchObject(away);
    expect(await sessions.find(id)).toBeDefined();
    isAway = false;
    expect(await others.find(id)).toBeDefined();
  });

  it("stays known whatever ids others make up", async () => {
    const id = await sessions.create("full", "digest");
    for (let n = 0; n < 12_000; n++) await sessions.find(String(n).padStart(43, "a"));
    isAway = true;
    clock.ms += 60_000;
    expect(await sessions.find(id)).toBeDefined();
  });
});
