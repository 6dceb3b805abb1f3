import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ownerOf } from "../../../launcher/folder.mjs";
import { type DataFolder, findOwner } from "./data-folder";
import { type Damage, StoreMender } from "./mend-store";

/** A store with more tables than this that cannot be opened is not one that was damaged. */
const maxTables = 50;
/** Opening a folder with a long history takes a few seconds. */
const probeLimitMs = 60_000;
/** Set for the process that only tries to open the store. */
export const probeVariable = "JIVA_PROBE_STORE";

export type Opened<T> = { engine: T; damage: Damage };

/**
 * Mends a store and opens it. Where ClickHouse refuses it all the same, the table that it names is mended or
 * set aside, and so on until it opens; its words are heard from a process of its own, because it writes them to stderr alone.
 * `kept` are copies of the definitions. Throws what ClickHouse says where no table is at fault.
 */
export function openMended<T>(
  folder: DataFolder,
  kept: ReadonlyMap<string, string>,
  open: () => T,
): Opened<T> {
  // What another process has open is not ours to mend; to open it fails.
  if (isInUse(folder)) return { engine: open(), damage: { mended: [], lost: [] } };
  const mender = new StoreMender(folder.store, folder.aside, kept);
  mender.mend();
  for (let tables = 0; ; tables++) {
    try {
      return { engine: open(), damage: mender.damage };
    } catch (error) {
      const words = wordsOfEngine();
      const path = definitionNamedBy(words);
      const isMended = path !== undefined && tables < maxTables && mender.mendRefused(path, whyOf(words));
      if (!isMended) throw words === "" ? error : new Error(whyOf(words), { cause: error });
    }
  }
}

/** The lock counts; where the system does not list locks, the engine's own note decides. */
function isInUse({ root, store }: DataFolder): boolean {
  return (existsSync("/proc/locks") ? ownerOf(root) : findOwner(store)) !== undefined;
}

/** The table's definition that an error of ClickHouse names. */
function definitionNamedBy(words: string): string | undefined {
  return /metadata file (store\/[^\s:]+\.sql)/.exec(words)?.[1];
}

/** The innermost exception's first sentence. */
function whyOf(words: string): string {
  const inner =
    words.split("DB::Exception: ").findLast((part) => !/^(?:Waited job|Load job)/.test(part)) ?? words;
  return inner.split(/: Cannot (?:attach|parse)|\n/)[0]?.slice(0, 300) ?? "";
}

/** What the engine says when it opens the store; empty where it says nothing. */
function wordsOfEngine(): string {
  const bundle = fileURLToPath(import.meta.url);
  const env = { ...process.env, [probeVariable]: "1" };
  return spawnSync(process.execPath, [bundle], { env, timeout: probeLimitMs, encoding: "utf8" }).stderr ?? "";
}
