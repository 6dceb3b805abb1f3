import { EngineError } from "../process/engine-error";
import { type SqlToken, sqlTokens } from "./sql-tokens";

/**
 * What the HTTP side must know of a statement before the engine sees it: whether it yields rows (which leave
 * through a pipe), takes data (which enters through one), and where in the text those pipes are named.
 */
export type Statement =
  /** SELECT and its kin: `INTO OUTFILE` goes at `outputAt`; the text ends at `end` (without `;`). */
  | { kind: "rows"; outputAt: number; end: number; format?: string }
  /** INSERT with data behind the statement: `FROM INFILE` goes at `sourceAt`, the data starts at `dataAt`. */
  | { kind: "insert"; sourceAt: number; end: number; dataAt: number; format: string }
  /** INSERT … SELECT … FROM input(…) FORMAT …: `input(` lies from `inputAt` to `inputEnd`, FORMAT at `end`. */
  | {
      kind: "insert-through-input";
      inputAt: number;
      inputEnd: number;
      end: number;
      dataAt: number;
      format: string;
    }
  /** Everything else: DDL, SHOW, INSERT … SELECT; its output is small. */
  | { kind: "command"; end: number; format?: string };

const yieldsRows = new Set(["SELECT", "WITH", "FROM", "("]);

/**
 * Looks at the statement in `sql`. `isWhole` says that nothing follows it, neither text nor data in a stream.
 * Throws what a server throws for a second statement or a file clause.
 */
export function parseStatement(sql: Buffer, isWhole: boolean): Statement {
  const tokens = sqlTokens(sql);
  const first = tokens.next();
  if (first.done) throw new EngineError(62, "SYNTAX_ERROR", "Syntax error: Empty query");
  if (first.value.text === "INSERT") return parseInsert(sql, tokens, isWhole);
  const tail = readTail(first.value, tokens);
  const format = tail.format && sql.toString("utf8", tail.format.start, tail.format.end);
  if (yieldsRows.has(first.value.text))
    return { kind: "rows", outputAt: tail.formatAt ?? tail.end, end: tail.end, format };
  return { kind: "command", end: tail.end, format };
}

type Tail = { end: number; formatAt?: number; format?: SqlToken };

/** Reads to the end of the statement: its last byte, its FORMAT clause, and what is not allowed in it. */
function readTail(previous: SqlToken, tokens: Iterable<SqlToken>): Tail {
  let end = previous.end;
  let last = previous;
  // FORMAT counts as the clause when a name follows and after that nothing, `;` or SETTINGS.
  let candidate: { formatAt: number; format: SqlToken } | undefined;
  let found: { formatAt: number; format: SqlToken } | undefined;
  let closed = false;
  for (const token of tokens) {
    if (token.text === ";" && token.depth === 0) {
      closed = true;
      continue;
    }
    if (closed)
      throw new EngineError(
        62,
        "SYNTAX_ERROR",
        "Syntax error (Multi-statements are not allowed): end of query",
      );
    refuseFiles(last, token);
    if (candidate && token.text === "SETTINGS") found = candidate;
    candidate = undefined;
    if (last.text === "FORMAT" && last.depth === 0 && token.kind === "word")
      candidate = { formatAt: last.start, format: token };
    last = token;
    end = token.end;
  }
  return { end, ...(candidate ?? found) };
}

/** A server refuses file clauses in a client's text; here they would read and write this machine's files. */
function refuseFiles(last: SqlToken, token: SqlToken): void {
  if (last.text === "INTO" && token.text === "OUTFILE")
    throw new EngineError(358, "INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE is not allowed over HTTP");
  if (last.text === "FROM" && token.text === "INFILE")
    throw new EngineError(
      36,
      "BAD_ARGUMENTS",
      "FROM INFILE is not allowed over HTTP: send the data as the body",
    );
}

function parseInsert(sql: Buffer, tokens: Generator<SqlToken>, isWhole: boolean): Statement {
  let last = next(tokens);
  while (last && ["INTO", "TABLE", "FUNCTION"].includes(last.text)) last = next(tokens);
  let sourceAt: number | undefined;
  let token = next(tokens);
  for (; last && token; last = token, token = next(tokens)) {
    refuseFiles(last, token);
    if (token.depth > 0) {
      if (token.text === "SELECT" && token.depth === 1) break;
      continue;
    }
    // FROM INFILE must stand before SETTINGS.
    if (token.text === "SETTINGS") sourceAt ??= token.start;
    if (token.text === "VALUES") {
      // Whole, it may hold expressions and parameters, which only the engine's parser of statements reads.
      if (isWhole) return { kind: "command", end: readTail(token, tokens).end };
      const at = sourceAt ?? token.start;
      return { kind: "insert", sourceAt: at, end: token.start, dataAt: token.end, format: "Values" };
    }
    if (token.text === "FORMAT") {
      const name = next(tokens);
      if (name?.kind !== "word") break;
      const format = sql.toString("latin1", name.start, name.end);
      const dataAt = skipToData(sql, name.end);
      const at = sourceAt ?? token.start;
      return { kind: "insert", sourceAt: at, end: token.start, dataAt, format };
    }
    if (["SELECT", "WITH", "FROM", "WATCH"].includes(token.text)) break;
  }
  return last && token ? parseInsertSelect(sql, token, tokens) : { kind: "command", end: sql.length };
}

/** INSERT … SELECT: with input() the data comes behind FORMAT, otherwise it is a command like others. */
function parseInsertSelect(sql: Buffer, token: SqlToken, tokens: Generator<SqlToken>): Statement {
  let last = token;
  let input: { inputAt: number; inputEnd: number } | undefined;
  const seen: SqlToken[] = [];
  for (const current of tokens) {
    refuseFiles(last, current);
    if (current.text === "(" && last.text === "INPUT")
      input ??= { inputAt: last.start, inputEnd: current.end };
    if (input && last.text === "FORMAT" && last.depth === 0 && current.kind === "word") {
      const format = sql.toString("latin1", current.start, current.end);
      const dataAt = skipToData(sql, current.end);
      return { kind: "insert-through-input", ...input, end: last.start, dataAt, format };
    }
    seen.push(current);
    last = current;
  }
  return { kind: "command", end: readTail(token, seen).end };
}

/** As the engine does: blanks behind the format's name, then one line break, then data. */
function skipToData(sql: Buffer, from: number): number {
  let at = from;
  while (sql[at] === 0x20 || sql[at] === 0x09 || sql[at] === 0x0c) at++;
  if (sql[at] === 0x0d) at++;
  if (sql[at] === 0x0a) at++;
  return at;
}

function next(tokens: Generator<SqlToken>): SqlToken | undefined {
  const result = tokens.next();
  return result.done ? undefined : result.value;
}
