import { uint8At } from "../../../../lib/base/checked";
import { type SqlRules, type SqlText, sqlPieces } from "../../../../lib/base/sql-lexer";

/**
 * The tokens of ClickHouse's SQL, as far as finding clauses needs them: words, quoted things, brackets.
 * They count in bytes because the rest of an INSERT is data, which may be binary, and offsets must be exact.
 * They must agree with the engine on where strings and comments end: the check for a second statement
 * (and with it `readonly`) rests on that.
 */
export type SqlToken = {
  kind: "word" | "quoted" | "symbol";
  /** The word in upper case, or the symbol; empty for quoted tokens. */
  text: string;
  /** Byte offsets, end exclusive. */
  start: number;
  end: number;
  /** Bracket depth before the token (closing brackets count as inside). */
  depth: number;
};

const rules: SqlRules = { escapesIn: "'\"`", unclosed: "runs on", isClickHouseBytes: true };

/** The tokens of `sql`, lazily: stop reading where the statement's data begins. */
export function* sqlTokens(sql: Buffer): Generator<SqlToken> {
  let depth = 0;
  for (const { kind, start, end } of sqlPieces(textOf(sql), rules)) {
    if (kind === "blank" || kind === "comment") continue;
    const text = kind === "quoted" ? "" : kind === "word" ? wordOf(sql, start, end) : symbolOf(sql, start);
    yield { kind, text, start, end, depth };
    if (kind !== "symbol") continue;
    if ("([{".includes(text)) depth++;
    else if (")]}".includes(text)) depth = Math.max(0, depth - 1);
  }
}

function wordOf(sql: Buffer, start: number, end: number): string {
  return sql.toString("latin1", start, end).toUpperCase();
}

const symbolOf = (sql: Buffer, at: number) => String.fromCharCode(uint8At(sql, at));

/** A byte is a character: none is decoded, so data behind the statement is not looked at. */
function textOf(sql: Buffer): SqlText {
  return {
    length: sql.length,
    charCodeAt: (index) => sql[index] ?? Number.NaN,
    indexOf: (needle, from) => sql.indexOf(needle, from, "latin1"),
  };
}
