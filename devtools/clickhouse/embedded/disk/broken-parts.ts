import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Engine } from "../process/engine";

type DetachedPart = { database: string; table: string; name: string; reason: string; path: string };

const nothingAround = { settings: [], params: [] } as const;

/** What ClickHouse calls a part that it could not open; a part without such a reason was detached by somebody. */
const isBroken = (reason: string) => /broken|unexpected|noquorum/.test(reason);

/** Sentences on parts: those that were broken and are set aside now, and those that somebody has detached. */
export type PartNotes = { broken: string[]; detached: string[] };

/**
 * The parts that ClickHouse could not open when it opened its tables: it renames them, and says nothing. They are
 * set aside, so that each is reported once.
 */
export async function setBrokenPartsAside(engine: Engine, store: string, aside: string): Promise<PartNotes> {
  const parts = await readDetachedParts(engine);
  const detached = parts
    .filter(({ reason }) => !isBroken(reason))
    .map((part) => `${nameOf(part)} is detached: its rows are not read.`);
  const broken = parts
    .filter(({ reason }) => isBroken(reason))
    .map((part) => {
      const rows = rowsOf(part.path);
      const to = join(aside, relative(store, part.path));
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      if (existsSync(part.path)) renameSync(part.path, to);
      const lost =
        rows === undefined ? "an unknown number of rows" : `${rows} ${rows === 1 ? "row" : "rows"}`;
      return `${nameOf(part)} is broken and was set aside, with ${lost}.`;
    });
  return { broken, detached };
}

const nameOf = ({ name, database, table }: DetachedPart) =>
  `The part ${name.replace(/^broken-on-start_/, "")} of the table ${database}.${table}`;

async function readDetachedParts(engine: Engine): Promise<DetachedPart[]> {
  const sql = `SELECT database, table, name, ifNull(reason, '') AS reason, path FROM system.detached_parts
    ORDER BY database, table, name`;
  const { bytes } = await engine.run(sql, "detached", "JSONEachRow", nothingAround);
  const lines = Buffer.from(bytes).toString("utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as DetachedPart);
}

/** As the part itself says; undefined where that is broken too. */
function rowsOf(part: string): number | undefined {
  try {
    const text = readFileSync(join(part, "count.txt"), "utf8");
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
