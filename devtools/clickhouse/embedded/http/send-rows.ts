import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { toSqlString } from "../process/engine";
import type { Statement } from "../sql/statement";
import { type Execution, holdOutcome } from "./execution";
import { openPipeReader } from "./pipes";

/** How much of a result waits for its end before it is sent; a server's default. */
const holdBytes = 1024 * 1024;

export type RowsStatement = Extract<Statement, { kind: "rows" }>;

/** SELECT and its kin: the engine writes into a pipe, and the answer flows as fast as the client takes it. */
export async function sendRows(execution: Execution, statement: RowsStatement, text: Buffer): Promise<void> {
  const { request, answer, pipes, run, cancel } = execution;
  const format = statement.format ?? request.defaultFormat;
  const reader = openPipeReader(pipes.output);
  const sql = rowsToSql(statement, text, format, pipes.output);
  const outcome = holdOutcome(run(sql, format).finally(reader.finish));
  let failure: unknown;
  // The beginning is held back, as a server does: a result that fits leaves with its summary, and its error,
  // if it has one, with its status.
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const sendHeld = async () => {
    for (const chunk of held) await answer.write(chunk);
    held = [];
  };
  for await (const chunk of reader.stream) {
    // Once nobody listens the rest is read and dropped, so that the engine can see that it is cancelled.
    if (failure !== undefined || answer.isGone) continue;
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < holdBytes) continue;
    try {
      if (!answer.hasBegun) answer.begin(format);
      await sendHeld();
    } catch (error) {
      failure = error;
      void cancel();
    }
  }
  if (failure !== undefined) throw failure;
  const result = await outcome();
  if (!answer.hasBegun) answer.begin(format, result);
  await sendHeld();
  await answer.end();
}

/** The same through a file, for clients that want to know the end before the beginning. */
export async function sendRowsAtEnd(
  { request, answer, run }: Execution,
  statement: RowsStatement,
  text: Buffer,
  folder: string,
): Promise<void> {
  const format = statement.format ?? request.defaultFormat;
  const path = join(folder, `result-${randomUUID()}`);
  try {
    const result = await run(rowsToSql(statement, text, format, path), format);
    answer.begin(format, result);
    // The flag also makes the file where the format (Null) has made none.
    for await (const chunk of createReadStream(path, { flags: "a+", start: 0 }))
      if (!(await answer.write(chunk))) break;
  } finally {
    await rm(path, { force: true });
  }
  await answer.end();
}

function rowsToSql(statement: RowsStatement, text: Buffer, format: string, path: string): string {
  return [
    text.toString("utf8", 0, statement.outputAt),
    `INTO OUTFILE ${toSqlString(path)} TRUNCATE`,
    statement.format ? text.toString("utf8", statement.outputAt, statement.end) : `FORMAT ${format}`,
  ].join("\n");
}
