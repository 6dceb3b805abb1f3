import type { ByteSource } from "../http/flow";
import { parseStatement, type Statement } from "./statement";

/** An INSERT's statement lies within this much of the body; its data may be of any size. */
const headBytes = 1024 * 1024;
/** Any other statement lies in memory as a whole. The engine's own limit (256 KiB, a setting) comes after. */
const maxStatementBytes = 16 * 1024 * 1024;

export type InsertStatement = Extract<Statement, { kind: "insert" | "insert-through-input" }>;

/** A statement, the text that its offsets count in, and an INSERT's data, which has not been read. */
export type Asked = { statement: Statement; text: Buffer; data: AsyncIterable<Uint8Array> };

/**
 * Splits what was sent. The text is the `query` parameter continued by the body, as a server takes it; where it
 * ends in an INSERT's head, the rest is data.
 */
export async function readStatement(queryText: string, body: ByteSource): Promise<Asked> {
  const address = Buffer.from(queryText);
  if (queryText) {
    const statement = parseStatement(address, false);
    if (isInsert(statement))
      return { statement, text: address, data: bytesOf(address.subarray(statement.dataAt), body.from(0)) };
  } else {
    const { head, isAll } = await body.peek(headBytes);
    if (!isAll && /^\s*insert\b/i.test(head.toString("latin1", 0, 256))) {
      const statement = parseStatement(head, false);
      if (isInsert(statement)) return { statement, text: head, data: body.from(statement.dataAt) };
    }
  }
  const rest = await body.all(maxStatementBytes);
  const text = queryText && rest.length > 0 ? Buffer.concat([address, Buffer.from("\n"), rest]) : rest;
  const whole = text.length > 0 ? text : address;
  const statement = parseStatement(whole, true);
  const data = isInsert(statement) ? bytesOf(whole.subarray(statement.dataAt)) : bytesOf();
  return { statement, text: whole, data };
}

export const isInsert = (statement: Statement): statement is InsertStatement =>
  statement.kind === "insert" || statement.kind === "insert-through-input";

/** `first`, where it is not empty, then `rest`. */
export async function* bytesOf(
  first?: Uint8Array,
  rest?: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first && first.length > 0) yield first;
  if (rest) yield* rest;
}
