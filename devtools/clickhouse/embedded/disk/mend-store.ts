import { existsSync, linkSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  type Definition,
  filesOf,
  isCut,
  linkedUuid,
  listDefinitions,
  readText,
  storeFolder,
  uuidOf,
} from "../sql/definitions";
import { writeWhole } from "./kept-definitions";

/** What was found damaged, each in one sentence, with what was done about it. */
export type Damage = {
  /** Put right, with nothing lost. */
  mended: string[];
  /** Set aside, or gone. */
  lost: string[];
};

/**
 * Puts right what would keep ClickHouse from opening its store, and sets aside what cannot be put right: nothing
 * is deleted. Only while no process has the store open.
 */
export class StoreMender {
  readonly damage: Damage = { mended: [], lost: [] };

  constructor(
    private readonly store: string,
    /** Where what is set aside goes to, under its path within the store. */
    private readonly aside: string,
    private readonly kept: ReadonlyMap<string, string>,
  ) {}

  mend(): void {
    this.#mendDatabases();
    this.#findNameless();
    for (const definition of listDefinitions(this.store)) {
      if (definition.table === undefined) continue;
      if (this.#mendTable(definition)) this.#mendFolder(definition);
    }
  }

  /**
   * Puts right a table that ClickHouse could not open: with the copy of its definition, where that is another one,
   * or by setting it aside with its rows. False where there is no such definition.
   */
  mendRefused(path: string, why: string): boolean {
    const definition = listDefinitions(this.store).find((each) => each.path === path);
    if (definition?.table === undefined) return false;
    const text = readText(this.store, path) ?? "";
    if (this.#putBack(definition, text)) return true;
    const uuid = uuidOf(text);
    this.#setAside(path);
    if (uuid !== undefined) this.#setAside(storeFolder(uuid));
    this.damage.lost.push(
      `${nameOf(definition)} could not be opened (${why}) and was set aside with its rows.`,
    );
    return true;
  }

  #mendDatabases(): void {
    // One whose file is missing is not opened, and nobody would hear of it.
    const files = new Set(filesOf(this.store, "metadata").filter((name) => name.endsWith(".sql")));
    for (const path of this.kept.keys()) if (dirname(path) === "metadata") files.add(basename(path));
    for (const file of files) {
      const path = join("metadata", file);
      const text = readText(this.store, path);
      if (text !== undefined && !isCut(text)) continue;
      const whole = this.kept.get(path) ?? definitionByLink(this.store, file);
      const isThere =
        whole !== undefined && existsSync(join(this.store, storeFolder(uuidOf(whole) ?? "none")));
      const name = `The database ${file.replace(/\.sql$/, "")}`;
      if (whole !== undefined && isThere) {
        this.#write(path, whole);
        this.damage.mended.push(`${name} had a damaged definition, which was written anew.`);
      } else if (text !== undefined) {
        this.#setAside(path);
        this.damage.lost.push(`${name} had a damaged definition and was set aside with all of its tables.`);
      }
    }
  }

  /** Without a single definition ClickHouse would begin anew beside what is there, and say nothing. */
  #findNameless(): void {
    if (filesOf(this.store, "metadata").length > 0) return;
    const tables = filesOf(this.store, "store").flatMap((group) =>
      filesOf(this.store, join("store", group)).filter((uuid) =>
        existsSync(join(this.store, "store", group, uuid, "format_version.txt")),
      ),
    );
    if (tables.length === 0) return;
    this.#setAside("store");
    this.damage.lost.push(
      `The definitions of all tables are gone: the rows of ${tables.length} tables were set aside and cannot be read without them.`,
    );
  }

  /** False where the table is no longer there. */
  #mendTable(definition: Definition): boolean {
    const { path } = definition;
    const text = readText(this.store, path);
    if (text !== undefined && !isCut(text)) return true;
    if (this.#putBack(definition, text)) return true;
    this.#setAside(path);
    if (isMadeAnew(definition.table ?? "")) {
      this.damage.mended.push(
        `${nameOf(definition)} had a damaged definition: it is made anew, with nothing lost.`,
      );
    } else {
      const lost = `${nameOf(definition)} had a damaged definition and was set aside`;
      this.damage.lost.push(`${lost}: its rows are on the disk and cannot be read without it.`);
    }
    return false;
  }

  /** False where there is no copy of the definition, or it is the same. */
  #putBack(definition: Definition, text: string | undefined): boolean {
    const kept = this.kept.get(definition.path);
    if (kept === undefined || kept === text) return false;
    this.#write(definition.path, kept);
    this.damage.mended.push(
      `${nameOf(definition)} had a damaged definition, which was put back from its copy.`,
    );
    return true;
  }

  /** The files of a table's folder that are read before its parts. */
  #mendFolder(definition: Definition): void {
    const text = readText(this.store, definition.path) ?? "";
    const uuid = uuidOf(text);
    if (uuid === undefined || !/\bENGINE = \w*MergeTree\b/.test(text)) return;
    const folder = storeFolder(uuid);
    if (!existsSync(join(this.store, folder))) {
      this.damage.lost.push(`${nameOf(definition)} has lost its folder, and with it all of its rows.`);
      return;
    }
    const format = join(folder, "format_version.txt");
    if (readText(this.store, format) === "") {
      this.#write(format, "1");
      this.damage.mended.push(`${nameOf(definition)} had an empty format version, which was written anew.`);
    }
    for (const file of filesOf(this.store, folder)) {
      const path = join(folder, file);
      if (!/^mutation_\d+\.txt$/.test(file) || isWholeMutation(readText(this.store, path) ?? "")) continue;
      this.#setAside(path);
      this.damage.mended.push(
        `${nameOf(definition)} had a damaged deletion that had not begun: delete again what is still there.`,
      );
    }
  }

  /** At once or not at all: where a full disk ends this halfway, the next start finds what this one found. */
  #write(path: string, text: string): void {
    const target = join(this.store, path);
    mkdirSync(dirname(target), { recursive: true });
    // The old file is damaged, but kept for a later look.
    if (existsSync(target)) linkSync(target, this.#placeAside(path));
    writeWhole(target, text);
  }

  #setAside(path: string): void {
    const from = join(this.store, path);
    if (existsSync(from)) renameSync(from, this.#placeAside(path));
  }

  /** A name that is free: one definition may be damaged, and its copy be refused as well. */
  #placeAside(path: string): string {
    let place = join(this.aside, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    while (existsSync(place)) place += ".again";
    return place;
  }
}

/** What has no rows that last, and what the app makes at its start: tables of deletions under way, and its views. */
const isMadeAnew = (table: string) => /^jiva_(?:deletion_turn$|doomed_)|^(?:jiva|otel)_\w*_mv$/.test(table);

function nameOf({ database, table }: Definition): string {
  return `The table ${database}.${table}`;
}

function isWholeMutation(text: string): boolean {
  return /^format version: 1\n[\s\S]*\ncommands: [\s\S]*\n$/.test(text);
}

/** A database's definition by the link to its folder, which ClickHouse keeps beside the file. */
function definitionByLink(store: string, file: string): string | undefined {
  const uuid = linkedUuid(store, file.replace(/\.sql$/, ""));
  return uuid === undefined ? undefined : `ATTACH DATABASE _ UUID '${uuid}'\nENGINE = Atomic\n`;
}
