import type { Surroundings } from "../process/engine";
import { type SqlToken, sqlTokens } from "./sql-tokens";
import type { Statement } from "./statement";

export type TableName = { database: string; table: string };

/** What a statement does to the disk: it only reads, it needs room, it is part of making room, it only drops. */
export type Effect =
  | { kind: "reads" | "writes" | "drops" }
  /** `rewrites`: the table whose parts it writes anew. */
  | { kind: "makes room"; rewrites?: TableName };

/** The log_comment by which the app marks what has to be written in order to delete (lib/clickhouse). */
export const makesRoomComment = "jiva: makes room";

const readers = new Set("SHOW DESCRIBE DESC EXISTS EXPLAIN KILL SYSTEM CHECK USE SET".split(" "));
const droppers = new Set("DROP DETACH UNDROP".split(" "));
/** What is looked at: enough for ALTER TABLE with both names quoted, and its first command. */
const headTokens = 12;

export function statementEffect(
  statement: Statement,
  sql: Buffer,
  { database = "default", settings }: Pick<Surroundings, "database" | "settings">,
): Effect {
  if (statement.kind === "rows") return { kind: "reads" };
  const head = headOf(sql, statement.end);
  const [first = "", second = ""] = head.map(({ text }) => text);
  if (readers.has(first)) return { kind: "reads" };
  if (droppers.has(first)) return { kind: "drops" };
  if (first === "TRUNCATE") return { kind: "makes room" };
  if (first === "DELETE") return { kind: "makes room", rewrites: nameAt(sql, head, database) };
  if (first === "ALTER" && second === "TABLE") {
    const words = head.slice(3).map(({ text }) => text);
    const rewritesRows = words.includes("DELETE") || words.includes("UPDATE");
    if (rewritesRows) return { kind: "makes room", rewrites: nameAt(sql, head, database) };
    if (/\bDROP (?:PART|PARTITION)\b/.test(words.join(" "))) return { kind: "makes room" };
  }
  const isMarked = settings.some(([name, value]) => name === "log_comment" && value === makesRoomComment);
  return { kind: isMarked ? "makes room" : "writes" };
}

function headOf(sql: Buffer, end: number): SqlToken[] {
  const head: SqlToken[] = [];
  for (const token of sqlTokens(sql)) {
    if (token.start >= end || head.length === headTokens) break;
    head.push(token);
  }
  return head;
}

/** The table that stands third: `name` or `database.name`, quoted or not. */
function nameAt(sql: Buffer, head: readonly SqlToken[], database: string): TableName | undefined {
  const [, , first, dot, second] = head;
  if (!first) return undefined;
  const name = unquote(sql.toString("utf8", first.start, first.end));
  if (dot?.text !== "." || !second) return { database, table: name };
  return { database: name, table: unquote(sql.toString("utf8", second.start, second.end)) };
}

function unquote(name: string): string {
  return /^[`"]/.test(name) ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name;
}
