import type { ClickHouseClient } from "@clickhouse/client";

/** A session as it is stored; times in milliseconds since 1970. */
export interface StoredSession {
  /** SHA-256 of the cookie's id, in hex: who can read the table cannot sign in with it. */
  readonly idHash: string;
  readonly role: "read" | "full";
  /** Of the token that it was made with. */
  readonly tokenDigest: string;
  readonly madeMs: number;
  readonly usedMs: number;
  readonly endsMs: number;
}

/** The version of a session that was ended: no later use of it may come after. */
const endedVersion = "18446744073709551615";

/** Writes a session, new or used again: the latest use wins. Resolves once it is stored. */
export async function writeSession(client: ClickHouseClient, session: StoredSession): Promise<void> {
  await client.insert({ table: "sessions", values: [rowOf(session, 0)], format: "JSONEachRow" });
}

/** Ends a session for good. */
export async function endSession(client: ClickHouseClient, session: StoredSession): Promise<void> {
  await client.insert({ table: "sessions", values: [rowOf(session, 1)], format: "JSONEachRow" });
}

/** Ends every session that there is. */
export async function endAllSessions(client: ClickHouseClient): Promise<void> {
  await client.command({
    query: `INSERT INTO sessions (id_hash, role, token_digest, made_at, used_at, ends_at, ended, version)
            SELECT id_hash, role, token_digest, made_at, used_at, ends_at, 1, {version:UInt64}
            FROM sessions FINAL WHERE ended = 0`,
    query_params: { version: endedVersion },
  });
}

/** The session of this hash as it was last written; undefined where there is none or it was ended. */
export async function findSession(
  client: ClickHouseClient,
  idHash: string,
  signal: AbortSignal,
): Promise<StoredSession | undefined> {
  const answer = await client.query({
    // By its newest row and not FINAL: one stretch of the primary key is all that is read.
    query: `SELECT role, token_digest, ended, toUnixTimestamp64Milli(made_at) AS made,
              toUnixTimestamp64Milli(used_at) AS used, toUnixTimestamp64Milli(ends_at) AS ends
            FROM sessions WHERE id_hash = {idHash:String} ORDER BY version DESC LIMIT 1`,
    query_params: { idHash },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await answer.json<{
    role: "read" | "full";
    token_digest: string;
    ended: number;
    made: string;
    used: string;
    ends: string;
  }>();
  if (row === undefined || row.ended === 1) return undefined;
  return {
    idHash,
    role: row.role,
    tokenDigest: row.token_digest,
    madeMs: Number(row.made),
    usedMs: Number(row.used),
    endsMs: Number(row.ends),
  };
}

function rowOf(session: StoredSession, ended: 0 | 1) {
  return {
    id_hash: session.idHash,
    role: session.role,
    token_digest: session.tokenDigest,
    made_at: instant(session.madeMs),
    used_at: instant(session.usedMs),
    ends_at: instant(session.endsMs),
    ended,
    version: ended === 1 ? endedVersion : String(session.usedMs),
  };
}

/** As ClickHouse reads it: 2026-11-28 10:00:00.000. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace("Z", "");
}
