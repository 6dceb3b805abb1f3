import type { Writable } from "node:stream";
import { toSqlString } from "../process/engine";
import type { InsertStatement } from "../sql/read-statement";
import { type Execution, holdOutcome } from "./execution";
import { write } from "./flow";
import { openPipeWriter } from "./pipes";

/** INSERT with data: the engine reads from a pipe that the body flows into, as fast as the engine takes it. */
export async function insertRows(
  { answer, pipes, run, cancel }: Execution,
  statement: InsertStatement,
  text: Buffer,
  data: AsyncIterable<Uint8Array>,
): Promise<void> {
  const ended = new AbortController();
  const outcome = holdOutcome(
    run(insertToSql(statement, text, pipes.input), "Null").finally(() => ended.abort()),
  );
  const pipe = await openPipeWriter(pipes.input, ended.signal);
  if (pipe) {
    try {
      await pour(data, pipe, ended.signal);
    } catch (error) {
      // The data broke off. The engine must know before the pipe ends, or it would keep what it has.
      await cancel();
      pipe.destroy();
      await outcome().catch(() => {});
      throw error;
    }
  }
  answer.begin("Null", await outcome(), true);
  await answer.end();
}

/** Moves `data` into the engine's pipe; stops quietly when the engine has ended (its outcome says why). */
async function pour(data: AsyncIterable<Uint8Array>, pipe: Writable, ended: AbortSignal): Promise<void> {
  // The engine closes its end when it refuses the data: its own error reports that, not this one.
  pipe.on("error", () => {});
  const chunks = data[Symbol.asyncIterator]();
  let stopWaiting = () => {};
  ended.addEventListener("abort", () => stopWaiting(), { once: true });
  // Promise.race with one promise for the end would keep every chunk until that end.
  const nextChunk = () =>
    new Promise<IteratorResult<Uint8Array> | undefined>((resolve, reject) => {
      stopWaiting = () => resolve(undefined);
      if (ended.aborted) stopWaiting();
      else chunks.next().then(resolve, reject);
    });
  for (;;) {
    const next = await nextChunk();
    if (!next || next.done || !(await write(pipe, next.value))) break;
  }
  if (ended.aborted) pipe.destroy();
  else pipe.end();
}

function insertToSql(statement: InsertStatement, text: Buffer, path: string): string {
  const part = (from: number, to: number) => text.toString("utf8", from, to);
  const { format, end } = statement;
  if (statement.kind === "insert") {
    const { sourceAt } = statement;
    return `${part(0, sourceAt)}\nFROM INFILE ${toSqlString(path)} ${part(sourceAt, end)}\nFORMAT ${format}`;
  }
  const file = `file(${toSqlString(path)}, '${format}', `;
  return `${part(0, statement.inputAt)}${file}${part(statement.inputEnd, end)}`;
}
