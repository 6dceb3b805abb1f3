import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { isWhole, listDefinitions, readText } from "../sql/definitions";

/**
 * A copy of all definitions in one file beside the store, so that a damaged one costs nothing: without its
 * definition a table's rows are there and cannot be read. Some KB; rewritten after each statement that may have
 * changed a definition.
 */
export class KeptDefinitions {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: string,
    private readonly path: string,
  ) {}

  /** Texts by path; empty where there is no copy yet, or no whole one. */
  read(): ReadonlyMap<string, string> {
    try {
      const kept: unknown = JSON.parse(readFileSync(this.path, "utf8"));
      const entries = Object.entries(typeof kept === "object" && kept !== null ? kept : {});
      return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    } catch {
      return new Map();
    }
  }

  /** Copies the definitions as they are. One that is damaged just now keeps its old copy. */
  keep(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const before = this.read();
    const texts: Record<string, string> = {};
    for (const { path } of listDefinitions(this.store)) {
      const text = readText(this.store, path);
      const kept = text !== undefined && isWhole(text) ? text : before.get(path);
      if (kept !== undefined) texts[path] = kept;
    }
    const isSame =
      before.size === Object.keys(texts).length &&
      Object.entries(texts).every(([path, text]) => before.get(path) === text);
    if (!isSame) writeWhole(this.path, `${JSON.stringify(texts, null, 1)}\n`);
  }

  /** Makes the copy that is due. */
  keepDue(): void {
    if (this.#timer !== undefined) this.#tryToKeep();
  }

  /** Copies them a moment later: many statements in a row make one copy. */
  keepSoon(delayMs = 1_000): void {
    this.#timer ??= setTimeout(() => this.#tryToKeep(), delayMs).unref();
  }

  #tryToKeep(): void {
    try {
      this.keep();
    } catch {
      // No room for a copy: the one before stays.
    }
  }
}

/** Replaces a file at once or not at all, also over a power cut. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  // ClickHouse removes what is so called beside its definitions, and opens nothing where it finds another ending.
  const part = `${path}.tmp`;
  try {
    const file = openSync(part, "w", mode);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
