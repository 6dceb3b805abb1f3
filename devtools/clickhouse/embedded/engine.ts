import { mkdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { drainPending, Session } from "chdb";
import { closeSession } from "./close-session";
import { writeConfig } from "./engine-config";
import { EngineError, parseEngineError } from "./engine-error";

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
    private readonly onBroken: (error: EngineError) => void,
  ) {
    this.#folder = folder;
    this.#base = base;
    this.#defaults = [
      // One third of the machine for a query; see open() for all of them together.
      `--max_memory_usage=${Math.floor(totalmem() / 3)}`,
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
   * Opens the store in `folder`. Throws when another process has it open or it cannot be read. After `onBroken`
   * no statement will succeed any more in this process. `keepFreeBytes` of the disk are left free.
   */
  static open(
    folder: string,
    configFile: string,
    keepFreeBytes: number,
    onBroken: (error: EngineError) => void,
  ): Engine {
    mkdirSync(folder, { recursive: true });
    // Half of the machine for all queries together.
    writeConfig(configFile, { maxMemoryBytes: Math.floor(totalmem() / 2), keepFreeBytes });
    const base = new Session(folder, { connectionArgs: [`--config-file=${configFile}`] });
    return new Engine(folder, base, onBroken);
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
      const parsed = parseEngineError(error, prefix.length);
      if (parsed.code === aborted && /fatal error/i.test(parsed.message)) this.onBroken(parsed);
      throw parsed;
    } finally {
      this.#running--;
      closeSession(session);
    }
  }

  /**
   * Ends the statement that carries `marker`: resolves true once the engine has been told, false when `settled`
   * first. Always asynchronous on the engine's side: KILL … SYNC was measured to hang.
   */
  async cancel(marker: string, settled: AbortSignal): Promise<boolean> {
    const sql = `KILL QUERY WHERE startsWith(query, '/*${marker}*/') ASYNC`;
    for (let tries = 0; tries < killTries && !settled.aborted; tries++) {
      const session = new Session(this.#folder, { connectionArgs: this.#defaults });
      try {
        const killed = await session.queryAsync(sql, { format: "TSV" });
        if (killed.bytes().length > 0) return true;
      } finally {
        closeSession(session);
      }
      await delay(killPauseMs);
    }
    return false;
  }

  /** Waits for what still runs, then closes the store. */
  async close(): Promise<void> {
    await drainPending();
    this.#base.close();
    await drainPending();
  }
}

const isName = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

/** A string literal: what lies between the quotes reaches the engine byte by byte. */
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
