import { createHash, randomBytes } from "node:crypto";
import { isNamed } from "@/lib/base/named-errors";
import { DeadlineExceeded, withDeadline } from "@/lib/base/tasks";
import type { StoredSession } from "@/lib/clickhouse/sessions";
import { databaseAway, errorToProblem } from "./problem";

/** Who is signed in. The database holds sessions; this holds those that were used lately. */
export interface Sessions {
  /** Makes a session and gives the id that its cookie carries. Rejects with a problem where the database is away. */
  create(role: StoredSession["role"], tokenDigest: string): Promise<string>;
  /**
   * The session of a cookie's id, or undefined where it is none, has ended or was not used for too long. Rejects
   * with a problem where the database is away and the session is not known here.
   */
  find(id: string): Promise<StoredSession | undefined>;
  /** Ends the session of this id, if there is one. */
  end(id: string): Promise<void>;
  endAll(): Promise<void>;
}

/** How sessions are stored (lib/clickhouse/sessions.ts). */
export interface SessionTable {
  write(session: StoredSession): Promise<void>;
  find(idHash: string, signal: AbortSignal): Promise<StoredSession | undefined>;
  end(session: StoredSession): Promise<void>;
  endAll(): Promise<void>;
}

const dayMs = 86_400_000;
export const sessionLimits = {
  /** However often it is used. */
  lifeMs: 30 * dayMs,
  /** Without being used. */
  idleMs: 7 * dayMs,
};
/** A session that was ended elsewhere is known here for this long at most. */
const knownMs = 10_000;
/** The idle limit is days: its clock need not be exact to minutes, and each write is a part of the table. */
const useWriteMs = 5 * 60_000;
/** A page waits for this; a database that does not answer within it is away. */
const limitMs = 2_000;
/** Entries of some 300 bytes. */
const maxKnown = 10_000;

const idBytes = 32;
const idForm = /^[\w-]{43}$/;

interface Known {
  readonly session: StoredSession | undefined;
  readonly readMs: number;
}

export function createSessions(table: SessionTable, now: () => number = Date.now): Sessions {
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<StoredSession | undefined>>();

  const remember = (idHash: string, session: StoredSession | undefined) => {
    // The newest last, so that the first is the one to go.
    known.delete(idHash);
    known.set(idHash, { session, readMs: now() });
    const [oldest] = known.keys();
    if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  };

  const read = async (idHash: string): Promise<StoredSession | undefined> => {
    const before = known.get(idHash);
    try {
      const session = await limited((signal) => table.find(idHash, signal));
      // What was ended or used here while it was read is newer.
      if (known.get(idHash) !== before) return known.get(idHash)?.session;
      // An id that is nobody's is not remembered: made-up ones would push the others out.
      if (before || session) remember(idHash, session);
      return session;
    } catch (error) {
      // The database is away: who is known stays signed in, and does not wait for it with every request.
      if (before?.session === undefined) throw error;
      if (known.get(idHash) === before) remember(idHash, before.session);
      return before.session;
    }
  };

  const keepUse = (session: StoredSession) => {
    if (now() - session.usedMs < useWriteMs) return;
    const used = { ...session, usedMs: now() };
    remember(session.idHash, used);
    // One that is not written is written with the next use.
    table.write(used).catch(() => {
      if (known.get(session.idHash)?.session === used) remember(session.idHash, session);
    });
  };

  return {
    async create(role, tokenDigest) {
      const id = randomBytes(idBytes).toString("base64url");
      const madeMs = now();
      const session = {
        idHash: hashOf(id),
        role,
        tokenDigest,
        madeMs,
        usedMs: madeMs,
        endsMs: madeMs + sessionLimits.lifeMs,
      };
      await limited(() => table.write(session));
      remember(session.idHash, session);
      return id;
    },
    async find(id) {
      if (!idForm.test(id)) return undefined;
      const idHash = hashOf(id);
      const entry = known.get(idHash);
      let session = entry?.session;
      if (entry === undefined || now() - entry.readMs >= knownMs) {
        const running = reading.get(idHash) ?? read(idHash).finally(() => reading.delete(idHash));
        reading.set(idHash, running);
        session = await running;
      }
      if (session === undefined) return undefined;
      if (now() >= session.endsMs || now() - session.usedMs >= sessionLimits.idleMs) return undefined;
      keepUse(session);
      return session;
    },
    async end(id) {
      if (!idForm.test(id)) return;
      const idHash = hashOf(id);
      const session = known.get(idHash)?.session ?? (await limited((signal) => table.find(idHash, signal)));
      if (session === undefined) return;
      await limited(() => table.end(session));
      remember(idHash, undefined);
    },
    async endAll() {
      await limited(() => table.endAll());
      for (const idHash of [...known.keys()]) remember(idHash, undefined);
    },
  };
}

/** Rejects with a problem, whatever the failure was. */
async function limited<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await withDeadline(undefined, limitMs, work);
  } catch (error) {
    const problem = isNamed(error, DeadlineExceeded) ? databaseAway() : errorToProblem(error);
    if (problem.status === 500) console.error("A session could not be read or written:", error);
    throw problem;
  }
}

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}
