import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { drainPending, Session } from "chdb";
import { closeSession } from "./close-session";
import { writeConfig } from "./engine-config";
import { EngineError, parseEngineError } from "./engine-error";
import type { ListedStatement } from "./running-statements";

export type NameValue = readonly [name: string, value: string];

/** What surrounds one statement. Nothing of it outlives the statement: each has a session of its own. */
export type Surroundings = {
  database?: string;
  settings: readonly NameValue[];
  params: readonly NameValue[];
  /** Applied last: afterwards the engine refuses to change settings. */
  readonly?: string;
};

export type QueryResult = { bytes: Uint8Array; rows: number; readBytes: number; elapsedNs: number };

/** The engine's own limit on the text of a statement, which must not cut our parameters. */
const maxQueryBytes = 262_144;
/** The code of what the engine says once an inner error has stopped it. */
const aborted = 236;
/** Between two tries to find a query that shall end: it may not have reached the engine's list yet. */
const killPauseMs = 25;
const killTries = 200;

/**
 * ClickHouse in this process. A session costs 0.14 ms (measured over 2,000), so each statement gets a fresh one:
 * settings, parameters, the database and temporary tables cannot leak into the next, whatever happens.
 */
export class Engine {
  readonly version: string;
  readonly timezone: string;
  /** Keeps the engine open while no statement runs. */
  readonly #base: Session;
  readonly #folder: string;
  readonly #defaults: string[];
  #running = 0;

  private constructor(
    folder: string,
    base: Session,
    memoryBytes: number,
    private readonly onBroken: (error: EngineError) => void,
  ) {
    this.#folder = folder;
    this.#base = base;
    this.#defaults = [
      // Half of the process's memory for one statement; see open() for all of them together.
      `--max_memory_usage=${Math.floor(memoryBytes / 2)}`,
      // A quarter of a server's: a long insert then takes 0.4 GB at most instead of 1 GB (measured).
      `--min_insert_block_size_bytes=${64 * 1024 * 1024}`,
      // The command line tool's own liberties, which a server does not take.
      "--implicit_select=0",
      // Grafana and the Collector expect an acknowledged insert to be stored.
      "--async_insert=0",
    ];
    const [version = "", timezone = ""] = base
      .query("SELECT version(), timezone()", "TSV")
      .trim()
      .split("\t");
    this.version = version;
    this.timezone = timezone;
  }

  /**
   * Opens the store in `folder`. Throws when another process has it open or it cannot be read. `memoryBytes` is
   * what the process may hold; `keepFreeBytes` of the disk are left free. After `onBroken` no statement will
   * succeed any more in this process.
   */
  static open(
    folder: string,
    configFile: string,
    { memoryBytes, keepFreeBytes }: { memoryBytes: number; keepFreeBytes: number },
    onBroken: (error: EngineError) => void,
  ): Engine {
    mkdirSync(folder, { recursive: true });
    // Three quarters for all statements together: the rest is for Node, and for what the engine does not count.
    writeConfig(configFile, { maxMemoryBytes: Math.floor((memoryBytes * 3) / 4), keepFreeBytes });
    const base = new Session(folder, { connectionArgs: [`--config-file=${configFile}`] });
    return new Engine(folder, base, memoryBytes, onBroken);
  }

  /**
   * Runs one statement; its output, if it has any that does not go to a file, is returned in `format`.
   * `marker` is a comment in front of the statement by which `cancel` finds it. Throws EngineError.
   */
  async run(sql: string, marker: string, format: string, around: Surroundings): Promise<QueryResult> {
    const preparation = surroundingsToSql(around);
    const connectionArgs = [...this.#defaults];
    // Many at once share the cores: fewer threads each, or short queries would wait behind long ones.
    if (this.#running >= availableParallelism()) connectionArgs.push("--max_threads=1");
    if (preparation.length > maxQueryBytes / 4)
      connectionArgs.push(`--max_query_size=${preparation.length * 4}`);
    const prefix = `/*${marker}*/ `;
    const session = new Session(this.#folder, { connectionArgs });
    this.#running++;
    try {
      if (preparation) await session.queryAsync(preparation, { format: "Null" });
      const started = process.hrtime.bigint();
      const result = await session.queryAsync(prefix + sql, { format });
      const elapsedNs = Number(process.hrtime.bigint() - started);
      return { bytes: result.bytes(), rows: result.rowsRead, readBytes: result.bytesRead, elapsedNs };
    } catch (error) {
      throw this.#noted(error, prefix.length);
    } finally {
      this.#running--;
      closeSession(session);
    }
  }

  /** The statements that the engine knows of and that carry a marker. Throws EngineError. */
  async list(): Promise<ListedStatement[]> {
    const sql = `SELECT substring(query, 3, 36) AS id, elapsed, is_cancelled, memory_usage,
        toFloat64OrZero(Settings['max_execution_time'])
      FROM system.processes WHERE match(query, '^/\\*[0-9a-f-]{36}\\*/')`;
    const session = new Session(this.#folder, { connectionArgs: [...this.#defaults, "--max_threads=1"] });
    try {
      const rows = await session.queryAsync(sql, { format: "TSV" });
      const lines = Buffer.from(rows.bytes()).toString("utf8").split("\n").filter(Boolean);
      return lines.map((line) => {
        const [id = "", elapsed, isCancelled, memory, limit] = line.split("\t");
        return {
          id,
          elapsedMs: Number(elapsed) * 1_000,
          isCancelled: isCancelled === "1",
          memoryBytes: Number(memory),
          limitMs: Number(limit) * 1_000,
        };
      });
    } catch (error) {
      throw this.#noted(error);
    } finally {
      closeSession(session);
    }
  }

  /**
   * Ends the statement that carries `marker`: resolves true once the engine has the request, false when `settled`
   * first or where the engine refuses. Never rejects. Always asynchronous on the engine's side: KILL … SYNC was
   * measured to hang.
   */
  async cancel(marker: string, settled: AbortSignal): Promise<boolean> {
    const sql = `KILL QUERY WHERE startsWith(query, '/*${marker}*/') ASYNC`;
    for (let tries = 0; tries < killTries && !settled.aborted; tries++) {
      const session = new Session(this.#folder, { connectionArgs: this.#defaults });
      try {
        const killed = await session.queryAsync(sql, { format: "TSV" });
        if (killed.bytes().length > 0) return true;
      } catch (error) {
        this.#noted(error);
        return false;
      } finally {
        closeSession(session);
      }
      await delay(killPauseMs);
    }
    return false;
  }

  /** What was thrown, in the engine's terms. What says that nothing will succeed any more is passed on. */
  #noted(error: unknown, prefixLength = 0): EngineError {
    const parsed = parseEngineError(error, prefixLength);
    if (parsed.code === aborted && /fatal error/i.test(parsed.message)) this.onBroken(parsed);
    return parsed;
  }

  /** Waits for what still runs, then closes the store. */
  async close(): Promise<void> {
    await drainPending();
    this.#base.close();
    await drainPending();
  }
}

const isName = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/** A string literal: the bytes between the quotes reach the engine unchanged. */
export function toSqlString(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\0/g, "\\0")}'`;
}

function surroundingsToSql({ database, settings, params, readonly }: Surroundings): string {
  const statements: string[] = [];
  for (const [name] of [...settings, ...params])
    if (!isName(name))
      throw new EngineError(36, "BAD_ARGUMENTS", `Invalid name of a setting or parameter: ${name}`);
  const assignments = [
    ...settings.map(([name, value]) => `${name}=${toSqlString(value)}`),
    ...params.map(([name, value]) => `param_${name}=${toSqlString(value)}`),
  ];
  if (database) statements.push(`USE ${`\`${database.replace(/[\\`]/g, "\\$&")}\``}`);
  if (assignments.length > 0) statements.push(`SET ${assignments.join(", ")}`);
  if (readonly) statements.push(`SET readonly=${toSqlString(readonly)}`);
  return statements.join("; ");
}
