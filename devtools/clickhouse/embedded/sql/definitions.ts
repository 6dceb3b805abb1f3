import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { sqlTokens } from "./sql-tokens";

/**
 * ClickHouse keeps the definition of each database and table in a file of its own, and opens nothing at all where
 * one of them is damaged. Paths here are relative to the store.
 */
export type Definition = {
  /** metadata/<database>.sql, or store/<abc>/<uuid of the database>/<table>.sql */
  path: string;
  database: string;
  /** Undefined for the definition of the database itself. */
  table?: string;
};

/**
 * The databases by their names, each with the folder of its tables' definitions. Beside its definition each has a
 * link to that folder; the database `default` has the link alone.
 */
export function listDatabases(store: string): { database: string; folder: string }[] {
  const names = new Set(filesOf(store, "metadata").map((name) => name.replace(/\.sql$/, "")));
  return [...names].flatMap((name) => {
    const uuid = uuidOf(readText(store, join("metadata", `${name}.sql`)) ?? "") ?? linkedUuid(store, name);
    return uuid === undefined ? [] : [{ database: decodeName(name), folder: storeFolder(uuid) }];
  });
}

/** The UUID that a database's link leads to. */
export function linkedUuid(store: string, name: string): string | undefined {
  try {
    return basename(readlinkSync(join(store, "metadata", name)));
  } catch {
    return undefined;
  }
}

export function listDefinitions(store: string): Definition[] {
  const ofDatabases = filesOf(store, "metadata")
    .filter((name) => name.endsWith(".sql"))
    .map((name) => ({ path: join("metadata", name), database: decodeName(name) }));
  const ofTables = listDatabases(store).flatMap(({ database, folder }) =>
    filesOf(store, folder)
      .filter((name) => name.endsWith(".sql"))
      .map((name) => ({ path: join(folder, name), database, table: decodeName(name) })),
  );
  return [...ofDatabases, ...ofTables];
}

/**
 * True for a file that is empty or was cut: every definition is one statement that ends with a line break, with its
 * brackets and quotes closed. A file that was cut between two of its lines can look whole; ClickHouse refuses it.
 */
export function isCut(text: string): boolean {
  if (text === "" || !text.endsWith("\n")) return true;
  const sql = Buffer.from(text);
  let depth = 0;
  let end = 0;
  for (const token of sqlTokens(sql)) {
    if (/^[([{]$/.test(token.text)) depth++;
    else if (/^[)\]}]$/.test(token.text)) depth--;
    end = token.end;
  }
  // A quote without its end runs to the end of the text.
  return depth !== 0 || end >= sql.length;
}

/**
 * True for a definition that is surely whole: its end is there as well (ENGINE, AS SELECT, a dictionary's SOURCE).
 * ClickHouse quotes an engine whose name is a word of SQL, such as `Null`.
 */
export function isWhole(text: string): boolean {
  const hasEnd = /\bENGINE = [\w`]|\bAS\s+[(A-Z]|\bSOURCE\(/.test(text);
  return hasEnd && /^(?:ATTACH|CREATE) [A-Z]/.test(text) && !isCut(text);
}

/** The first UUID of a definition: the database's or table's own. */
export function uuidOf(definition: string): string | undefined {
  return /\bUUID '([0-9a-f]{8}-[0-9a-f-]{27})'/.exec(definition)?.[1];
}

/** Where ClickHouse keeps what belongs to a UUID. */
export const storeFolder = (uuid: string) => join("store", uuid.slice(0, 3), uuid);

export function readText(store: string, path: string): string | undefined {
  try {
    return readFileSync(join(store, path), "utf8");
  } catch {
    return undefined;
  }
}

export function filesOf(store: string, folder: string): string[] {
  try {
    return readdirSync(join(store, folder)).sort();
  } catch {
    return [];
  }
}

/** ClickHouse writes what may not stand in a file's name as %XX. */
function decodeName(file: string): string {
  const name = file.replace(/\.sql$/, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
