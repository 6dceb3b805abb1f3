import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sumTable } from "../../../backup/table-sums.mjs";
import { keptCounts, unpackKeptData } from "../../../backup/testing/kept-data";
import { type EngineProcess, stopEngine } from "../process/start-engine";
import { storeFolder, uuidOf } from "../sql/definitions";
import { openClient } from "../testing/database";
import { openTestEngines, type TestEngines } from "../testing/engines";

/** Folders as a full disk and a power cut leave them, made from one that was kept (devtools/backup/kept). */
let engines: TestEngines;
beforeEach(async () => {
  engines = openTestEngines();
  await unpackKeptData(engines.folder);
});
afterEach(() => engines.close());

const inStore = (...path: string[]) => join(engines.folder, "clickhouse", ...path);
const definition = (database: string, table: string) => inStore("metadata", database, `${table}.sql`);

function partOf(database: string, table: string): string {
  const folder = inStore(storeFolder(uuidOf(readFileSync(definition(database, table), "utf8")) ?? ""));
  const part = readdirSync(folder).find((name) => /_\d+_\d+_\d+$/.test(name)) ?? "";
  return join(folder, part);
}

/** Starts the engine; `says` waits for a line of it. */
async function start() {
  const engine = await engines.start();
  let said = "";
  engine.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return {
    engine,
    said: () => said,
    says: (line: string) => vi.waitFor(() => expect(said).toContain(line), { timeout: 10_000 }),
  };
}

/** The tables whose rows are not those that were kept. */
async function changedTables(engine: EngineProcess): Promise<string[]> {
  const client = openClient(engine);
  try {
    const changed = await Promise.all(
      Object.entries(keptCounts.tables).map(async ([path, { rows, hash, final, columns }]) => {
        const [database = "", name = ""] = path.split(".");
        const sums = await sumTable(client, { database, name }, { final, columns }).catch(() => undefined);
        return sums?.rows === rows && sums.hash === hash ? [] : [path];
      }),
    );
    return changed.flat();
  } finally {
    await client.close();
  }
}

const fees = "t_0mx0arbl5ae44953342a6";

describe("a damaged folder", () => {
  it("is opened without what is damaged, which is set aside and named", async () => {
    writeFileSync(definition("otel_traces", "jiva_deletion_turn"), "");
    truncateSync(definition("jiva", fees), 200);
    truncateSync(inStore("metadata", "jiva.sql"), 0);
    const passages = partOf("jiva", "passages");
    truncateSync(join(passages, "checksums.txt"), 3);
    writeFileSync(join(partOf("jiva", "postings"), "..", "mutation_77.txt"), "");
    const rows = readFileSync(join(passages, "count.txt"), "utf8");

    const { engine, says } = await start();
    expect(await changedTables(engine)).toEqual(["jiva.passages", `jiva.${fees}`]);
    await says("The database jiva had a damaged definition, which was written anew.");
    await says("The table otel_traces.jiva_deletion_turn had a damaged definition: it is made anew");
    await says("The table jiva.postings had a damaged deletion");

    const notes = readFileSync(join(engines.folder, "damage.txt"), "utf8");
    for (const line of [
      `The table jiva.${fees} had a damaged definition and was set aside`,
      `of the table jiva.passages is broken and was set aside, with ${rows} rows.`,
      "The dataset harbour-fees has 0 of its 5 rows: load it again.",
      "The dataset handbook has 0 of its 363 passages: load it again.",
      "What was set aside lies in ",
    ]) {
      expect(notes).toContain(line);
      await says(line);
    }
    const aside = join(engines.folder, "set-aside", readdirSync(join(engines.folder, "set-aside"))[0] ?? "");
    expect(readFileSync(join(aside, "metadata", "jiva.sql"), "utf8")).toBe("");
    expect(existsSync(passages)).toBe(false);

    // What was said once is not said again.
    await stopEngine(engine);
    rmSync(join(engines.folder, "damage.txt"));
    const again = await start();
    expect(await changedTables(again.engine)).toEqual(["jiva.passages", `jiva.${fees}`]);
    await stopEngine(again.engine);
    expect(again.said()).toBe("");
    expect(existsSync(join(engines.folder, "damage.txt"))).toBe(false);
  });

  it("loses nothing where there is a copy of its definitions", async () => {
    const { engine } = await start();
    await stopEngine(engine);
    truncateSync(definition("jiva", "datasets"), 0);
    truncateSync(definition("otel_traces", "otel_traces"), 1_000);
    truncateSync(definition("otel_traces", "jiva_traces_mv"), 100);
    // Cut between two lines: whole by its looks, and refused by ClickHouse.
    const runs = readFileSync(definition("otel_traces", "jiva_run_traces"), "utf8");
    truncateSync(definition("otel_traces", "jiva_run_traces"), runs.indexOf("\n)\n") + 3);
    rmSync(inStore("metadata", "jiva.sql"));
    const again = await start();
    expect(await changedTables(again.engine)).toEqual([]);
    await again.says("The table jiva.datasets had a damaged definition, which was put back");
    expect(existsSync(join(engines.folder, "damage.txt"))).toBe(false);
    await stopEngine(again.engine);

    rmSync(inStore("metadata"), { recursive: true });
    const third = await start();
    await third.says("The database otel_traces had a damaged definition");
    expect(await changedTables(third.engine)).toEqual([]);
  });

  it("is opened without a table that ClickHouse itself refuses", async () => {
    const path = definition("jiva", fees);
    writeFileSync(path, readFileSync(path, "utf8").replace("ENGINE = MergeTree", "ENGINE = MergedTree"));
    const { engine, says } = await start();
    expect(await changedTables(engine)).toEqual([`jiva.${fees}`]);
    await says(`The table jiva.${fees} could not be opened (Unknown table engine`);
  });

  it("says so where all of its definitions are gone", async () => {
    rmSync(inStore("metadata"), { recursive: true });
    const { says } = await start();
    await says("The definitions of all tables are gone: the rows of 16 tables were set aside");
  });
});

describe("a folder that cannot be used", () => {
  it("is refused with one sentence", async () => {
    const file = join(engines.folder, "file");
    writeFileSync(file, "");
    await expect(engines.start("0", file)).rejects.toThrow(
      /^DATA_DIR is \S+file, which is a file: move it away/,
    );
    await expect(engines.start("0", join(file, "below"))).rejects.toThrow(
      /which lies below a file: mend that/,
    );
    rmSync(join(engines.folder, "clickhouse-password"));
    mkdirSync(join(engines.folder, "clickhouse-password"));
    await expect(engines.start()).rejects.toThrow(
      /^Cannot read \S+clickhouse-password \(EISDIR\): make it readable/,
    );
  });

  it("is closed to others, also where it was open", async () => {
    const { engine } = await start();
    expect(statSync(engines.folder).mode & 0o777).toBe(0o700);
    const address = join(engines.folder, "clickhouse-address");
    expect(JSON.parse(readFileSync(address, "utf8"))).toMatchObject({
      url: engine.url,
      pid: engine.child.pid,
    });
    expect(statSync(address).mode & 0o777).toBe(0o600);
    await stopEngine(engine);
    expect(existsSync(address)).toBe(false);
  });
});
