import { type SqlRules, sqlPieces } from "@/lib/base/sql-lexer";

/** Words that begin a line of a statement, where they are not inside brackets. */
const breaks =
  /^(?:select|from|where|prewhere|group\s+by|having|order\s+by|limit|offset|union(?:\s+all)?|values|set|on\s+duplicate|returning|settings|format|(?:(?:left|right|full|inner|cross|any|asof|array)\s+(?:outer\s+|array\s+)?)?join)\b/i;

/** Any database's SQL: most know no backslash in a quoted name. */
const rules: SqlRules = { escapesIn: "'", unclosed: "symbol", isClickHouseBytes: false };

/** Longer statements are shown as they are. */
const maxChars = 20_000;

/**
 * A statement with a line for each of its clauses, so that it can be read: only white space outside of strings
 * and comments is changed. One that has lines of its own keeps them, without the margin of the code it stood in.
 */
export function sqlLines(sql: string): string {
  if (sql.length > maxChars) return sql;
  const trimmed = sql.trim();
  return trimmed.includes("\n") ? withoutMargin(trimmed) : breakClauses(trimmed);
}

/** The first line has been trimmed already: the margin is that of the others. */
function withoutMargin(text: string): string {
  const [first = "", ...others] = text.split("\n");
  const margins = others
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const margin = Math.min(...margins);
  return [first, ...others.map((line) => line.slice(margin))].map((line) => line.trimEnd()).join("\n");
}

function breakClauses(sql: string): string {
  let depth = 0;
  let text = "";
  // A keyword of two words is found at its first; its second is then no keyword of its own.
  let keywordUntil = 0;
  for (const { kind, start, end } of sqlPieces(sql, rules)) {
    const piece = sql.slice(start, end);
    if (piece === "(") depth++;
    else if (piece === ")") depth = Math.max(0, depth - 1);
    else if (kind === "word" && depth === 0 && start >= keywordUntil) {
      const keyword = breaks.exec(sql.slice(start, start + 40))?.[0];
      if (keyword) {
        keywordUntil = start + keyword.length;
        if (text.trim() !== "") text = `${text.trimEnd()}\n`;
      }
    }
    text += piece;
  }
  return text;
}
