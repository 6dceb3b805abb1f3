/**
 * A lexer of SQL, as far as finding strings, comments and words needs one. Its pieces lie end to end and cover the
 * text. Its callers differ in which quotes take a backslash as an escape, and in how they read an unclosed quote.
 */
export interface SqlPiece {
  /** `quoted` is a string or a quoted name. A `symbol` is one character. */
  readonly kind: "blank" | "comment" | "quoted" | "word" | "symbol";
  /** Offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface SqlRules {
  /** The quotes among '"` in which a backslash takes the next character's meaning away. */
  readonly escapesIn: string;
  /** A quote or `/*` without its end runs to the end of the text, or is a symbol. */
  readonly unclosed: "runs on" | "symbol";
  /**
   * The text is UTF-8, a byte for a character, and ClickHouse's own marks count: `#` comments, ‘…’ and “…”, heredocs
   * ($tag$…$tag$), wide blanks, and words that begin with a digit or `$`.
   */
  readonly isClickHouseBytes: boolean;
}

/** What is read of a text; a string is one. `charCodeAt` gives NaN outside. */
export interface SqlText {
  readonly length: number;
  charCodeAt(index: number): number;
  indexOf(needle: string, from: number): number;
}

type End = (text: SqlText, start: number, rules: SqlRules) => number;

/** The pieces of `text`, lazily: stop reading where a statement's data begins. */
export function* sqlPieces(text: SqlText, rules: SqlRules): Generator<SqlPiece> {
  for (let start = 0; start < text.length; ) {
    const piece = pieceAt(text, start, rules);
    yield piece;
    start = piece.end;
  }
}

/** In the order in which they are tried; each answers where its piece ends, or `start` where none begins there. */
const kinds: readonly (readonly [Exclude<SqlPiece["kind"], "symbol">, End])[] = [
  ["blank", endOfBlank],
  ["comment", endOfComment],
  ["quoted", endOfQuoted],
  ["quoted", endOfClickHouseQuoted],
  ["word", endOfWord],
];

function pieceAt(text: SqlText, start: number, rules: SqlRules): SqlPiece {
  // Most of a long INSERT is values, of which nothing else has to be asked.
  const code = text.charCodeAt(start);
  if (isSpace(code)) return { kind: "blank", start, end: endOfBlank(text, start, rules) };
  if (isWordStart(code)) return { kind: "word", start, end: endOfWord(text, start, rules) };
  if (isPlainSymbol(code)) return { kind: "symbol", start, end: start + 1 };
  for (const [kind, endOf] of kinds) {
    const end = endOf(text, start, rules);
    if (end > start) return { kind, start, end };
  }
  return { kind: "symbol", start, end: start + 1 };
}

function endOfBlank(text: SqlText, start: number, { isClickHouseBytes }: SqlRules): number {
  let end = start;
  while (isSpace(text.charCodeAt(end))) end++;
  if (end > start || !isClickHouseBytes) return end;
  // U+00A0 and U+3000 are white space to the engine as well.
  if (isAt(text, start, "\u00c2\u00a0")) return start + 2;
  return isAt(text, start, "\u00e3\u0080\u0080") ? start + 3 : start;
}

/** A comment of one line ends before its line break. */
function endOfComment(text: SqlText, start: number, rules: SqlRules): number {
  const isLine =
    isAt(text, start, "--") ||
    (rules.isClickHouseBytes && (isAt(text, start, "# ") || isAt(text, start, "#!")));
  if (isLine) {
    const end = text.indexOf("\n", start);
    return end < 0 ? text.length : end;
  }
  return isAt(text, start, "/*") ? endAfter(text, "*/", start, start + 2, rules) : start;
}

/** '…', "…" or `…`, in which the quote itself is written twice. */
function endOfQuoted(text: SqlText, start: number, rules: SqlRules): number {
  const quote = text.charCodeAt(start);
  if (quote !== 0x27 && quote !== 0x22 && quote !== 0x60) return start;
  const hasEscapes = rules.escapesIn.includes(String.fromCharCode(quote));
  // A quote that is written twice may instead close one text and open another, which has no end.
  let closed = start;
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (hasEscapes && code === 0x5c) i++;
    else if (code === quote) {
      if (text.charCodeAt(i + 1) !== quote) return i + 1;
      closed = i + 1;
      i++;
    }
  }
  return rules.unclosed === "runs on" ? text.length : closed;
}

function endOfClickHouseQuoted(text: SqlText, start: number, rules: SqlRules): number {
  if (!rules.isClickHouseBytes) return start;
  // ‘…’ and “…” have no escapes.
  if (isAt(text, start, "\u00e2\u0080\u0098"))
    return endAfter(text, "\u00e2\u0080\u0099", start, start + 3, rules);
  if (isAt(text, start, "\u00e2\u0080\u009c"))
    return endAfter(text, "\u00e2\u0080\u009d", start, start + 3, rules);
  return text.charCodeAt(start) === 0x24 ? endOfHeredoc(text, start) : start;
}

/** A heredoc without its end is none. */
function endOfHeredoc(text: SqlText, start: number): number {
  let i = start + 1;
  while (isWordStart(text.charCodeAt(i)) || isDigit(text.charCodeAt(i))) i++;
  if (text.charCodeAt(i) !== 0x24) return start;
  let tag = "";
  for (let j = start; j <= i; j++) tag += String.fromCharCode(text.charCodeAt(j));
  const close = text.indexOf(tag, i + 1);
  return close < 0 ? start : close + tag.length;
}

function endOfWord(text: SqlText, start: number, { isClickHouseBytes }: SqlRules): number {
  const first = text.charCodeAt(start);
  if (!(isClickHouseBytes ? isWordPart(first) : isWordStart(first))) return start;
  let end = start + 1;
  while (isWordPart(text.charCodeAt(end))) end++;
  return end;
}

/** The offset after `close`, searched from `from`; where it is not there, as the rules have it. */
function endAfter(text: SqlText, close: string, start: number, from: number, rules: SqlRules): number {
  const at = text.indexOf(close, from);
  if (at >= 0) return at + close.length;
  return rules.unclosed === "runs on" ? text.length : start;
}

function isAt(text: SqlText, start: number, mark: string): boolean {
  for (let i = 0; i < mark.length; i++) {
    if (text.charCodeAt(start + i) !== mark.charCodeAt(i)) return false;
  }
  return true;
}

/** One of ()*+,.:;<=>?@ */
const isPlainSymbol = (code: number) =>
  (code >= 0x28 && code <= 0x2c) || code === 0x2e || (code >= 0x3a && code <= 0x40);
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d);
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
const isWordStart = (code: number) =>
  (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
const isWordPart = (code: number) => isWordStart(code) || isDigit(code) || code === 0x24;
