/**
 * The lexer of ClickHouse's SQL, as far as finding clauses needs it: words, quoted things, brackets, comments.
 * It works on bytes because the rest of an INSERT is data, which may be binary, and offsets must be exact.
 * It must agree with the engine on where strings and comments end: the check for a second statement
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

const isSpace = (c: number) => c === 0x20 || (c >= 0x09 && c <= 0x0d);
const isWordStart = (c: number) => (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f;
const isDigit = (c: number) => c >= 0x30 && c <= 0x39;
const isWordPart = (c: number) => isWordStart(c) || isDigit(c) || c === 0x24;

/** Offset after a '…', "…" or `…` that starts at `start`; a missing end runs to the end of the text. */
function endOfQuoted(sql: Uint8Array, start: number): number {
  const quote = sql[start];
  for (let i = start + 1; i < sql.length; i++) {
    if (sql[i] === 0x5c) i++;
    else if (sql[i] === quote) {
      if (sql[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return sql.length;
}

/** Offset after `needle`, searched from `from`; the end of the text when it is not there. */
function endOf(sql: Buffer, needle: string, from: number): number {
  const at = sql.indexOf(needle, from, "latin1");
  return at < 0 ? sql.length : at + needle.length;
}

/** Offset after a heredoc ($tag$…$tag$) that starts at `start`, or undefined when none does. */
function endOfHeredoc(sql: Buffer, start: number): number | undefined {
  let i = start + 1;
  while (i < sql.length && (isWordStart(sql[i] ?? 0) || isDigit(sql[i] ?? 0))) i++;
  if (sql[i] !== 0x24) return undefined;
  const tag = sql.toString("latin1", start, i + 1);
  const close = sql.indexOf(tag, i + 1, "latin1");
  return close < 0 ? undefined : close + tag.length;
}

/** Where white space or a comment that starts at `start` ends; `start` itself when there is none. */
function skipBlank(sql: Buffer, start: number): number {
  const c = sql[start] ?? 0;
  const next = sql[start + 1];
  if (isSpace(c)) return start + 1;
  // U+00A0 and U+3000 are white space to the engine as well.
  if (c === 0xc2 && next === 0xa0) return start + 2;
  if (c === 0xe3 && next === 0x80 && sql[start + 2] === 0x80) return start + 3;
  if (c === 0x2d && next === 0x2d) return endOf(sql, "\n", start);
  if (c === 0x23 && (next === 0x20 || next === 0x21)) return endOf(sql, "\n", start);
  if (c === 0x2f && next === 0x2a) return endOf(sql, "*/", start + 2);
  return start;
}

/** The tokens of `sql`, lazily: stop reading where the statement's data begins. */
export function* sqlTokens(sql: Buffer): Generator<SqlToken> {
  let depth = 0;
  let i = 0;
  while (i < sql.length) {
    const blank = skipBlank(sql, i);
    if (blank > i) {
      i = blank;
      continue;
    }
    const c = sql[i] ?? 0;
    const start = i;
    if (c === 0x27 || c === 0x22 || c === 0x60) {
      i = endOfQuoted(sql, i);
      yield { kind: "quoted", text: "", start, end: i, depth };
    } else if (c === 0xe2 && sql[i + 1] === 0x80 && (sql[i + 2] === 0x98 || sql[i + 2] === 0x9c)) {
      // ‘…’ and “…” quote as well, without escapes.
      const close = Buffer.from([0xe2, 0x80, (sql[i + 2] ?? 0) + 1]);
      const at = sql.indexOf(close, i + 3);
      i = at < 0 ? sql.length : at + 3;
      yield { kind: "quoted", text: "", start, end: i, depth };
    } else if (c === 0x24 && endOfHeredoc(sql, i) !== undefined) {
      i = endOfHeredoc(sql, i) ?? sql.length;
      yield { kind: "quoted", text: "", start, end: i, depth };
    } else if (isWordPart(c)) {
      while (i < sql.length && isWordPart(sql[i] ?? 0)) i++;
      yield { kind: "word", text: sql.toString("latin1", start, i).toUpperCase(), start, end: i, depth };
    } else {
      i++;
      const closes = c === 0x29 || c === 0x5d || c === 0x7d;
      yield { kind: "symbol", text: String.fromCharCode(c), start, end: i, depth };
      if (c === 0x28 || c === 0x5b || c === 0x7b) depth++;
      else if (closes) depth = Math.max(0, depth - 1);
    }
  }
}
