import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { Answer, nothingAsked } from "./answer";
import { readBody, readForm } from "./body";
import { type Engine, type QueryResult, toSqlString } from "./engine";
import { EngineError, parseEngineError } from "./engine-error";
import { ByteSource, write } from "./flow";
import { openPipeReader, openPipeWriter, type PipePair } from "./pipes";
import { header, parseQueryRequest, type QueryRequest } from "./request";
import type { Slots } from "./slots";
import { parseStatement, type Statement } from "./statement";

/** An INSERT's statement lies within this much of the body; its data may be of any size. */
const headBytes = 1024 * 1024;
/** Any other statement lies in memory as a whole. The engine's own limit (256 KiB, a setting) comes after. */
const maxStatementBytes = 16 * 1024 * 1024;

type Insert = Extract<Statement, { kind: "insert" | "insert-through-input" }>;
type Rows = Extract<Statement, { kind: "rows" }>;
type Command = Extract<Statement, { kind: "command" }>;

/** One query on its way: what is asked, how to answer, and when to give up (the client left, a stop). */
type Job = { request: QueryRequest; answer: Answer; gone: AbortSignal };

/** Answers queries: reads what is asked, runs it in a slot of its own, sends what comes out. */
export class QueryHandler {
  /** Query ids of what runs, and the markers by which the engine knows them. */
  readonly #markers = new Map<string, string>();

  constructor(
    private readonly engine: Engine,
    private readonly slots: Slots<PipePair>,
    private readonly workFolder: string,
  ) {}

  /** Never throws: an error becomes the answer. */
  async handle(req: IncomingMessage, res: ServerResponse, stopping: AbortSignal): Promise<void> {
    const left = new AbortController();
    res.once("close", () => left.abort(new EngineError(394, "QUERY_WAS_CANCELLED", "The client has gone")));
    let answer = new Answer(res, nothingAsked, this.engine);
    try {
      const isForm = /^multipart\/form-data/i.test(header(req, "content-type") ?? "");
      const request = parseQueryRequest(req, isForm ? await readForm(req) : []);
      answer = new Answer(res, request, this.engine);
      const job = { request, answer, gone: AbortSignal.any([left.signal, stopping]) };
      const body = new ByteSource(isForm ? only() : readBody(req, request.framesIn));
      const { statement, text, data } = await readStatement(request.queryText, body);
      if (statement.kind === "rows") await this.#sendRows(job, statement, text);
      else if (statement.kind === "command") await this.#command(job, statement, text);
      else await this.#insert(job, statement, text, data);
    } catch (error) {
      await answer.fail(parseEngineError(error));
    }
  }

  /** SELECT and its kin: the engine writes into a pipe (or a file, to be sent when all is done). */
  async #sendRows(job: Job, statement: Rows, text: Buffer): Promise<void> {
    const { request, answer } = job;
    const format = statement.format ?? request.defaultFormat;
    const toSql = (path: string) =>
      [
        text.toString("utf8", 0, statement.outputAt),
        `INTO OUTFILE ${toSqlString(path)} TRUNCATE`,
        statement.format ? text.toString("utf8", statement.outputAt, statement.end) : `FORMAT ${format}`,
      ].join("\n");
    await this.#inSlot(job, async (slot, run, cancel) => {
      if (request.waitsForEnd) {
        const path = join(this.workFolder, `result-${randomUUID()}`);
        try {
          answer.begin(format, await run(toSql(path), format));
          for await (const chunk of createReadStream(path)) if (!(await answer.write(chunk))) break;
        } finally {
          await rm(path, { force: true });
        }
        return answer.end();
      }
      const reader = openPipeReader(slot.output);
      const outcome = settle(run(toSql(slot.output), format).finally(reader.finish));
      let failure: unknown;
      // The first chunk is held back until there is a second or an end: a small result leaves with its summary,
      // and its error, if it has one, with its status.
      let held: Uint8Array | undefined;
      for await (const chunk of reader.stream) {
        // Once nobody listens the rest is read and dropped, so that the engine can see that it is cancelled.
        if (failure !== undefined) continue;
        try {
          if (held && !answer.hasBegun) answer.begin(format);
          if (held) await answer.write(held);
        } catch (error) {
          failure = error;
          void cancel();
        }
        held = chunk as Buffer;
      }
      if (failure !== undefined) throw failure;
      const result = await outcome();
      if (!answer.hasBegun) answer.begin(format, result);
      if (held) await answer.write(held);
      await answer.end();
    });
  }

  /** What yields little or nothing: DDL, SHOW, INSERT … SELECT. */
  async #command(job: Job, statement: Command, text: Buffer): Promise<void> {
    const format = statement.format ?? job.request.defaultFormat;
    const sql = this.#withMarkers(text.toString("utf8", 0, statement.end));
    await this.#inSlot(job, async (_slot, run) => {
      const result = await run(sql, format);
      job.answer.begin(format, result);
      await job.answer.write(result.bytes);
      await job.answer.end();
    });
  }

  /** INSERT with data: the engine reads from a pipe that the body flows into. */
  async #insert(job: Job, statement: Insert, text: Buffer, data: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#inSlot(job, async (slot, run, cancel) => {
      const ended = new AbortController();
      const running = run(insertToSql(statement, text, slot.input), "Null").finally(() => ended.abort());
      const outcome = settle(running);
      const pipe = await openPipeWriter(slot.input, ended.signal);
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
      const result = await outcome();
      job.answer.begin("Null", result, true);
      await job.answer.end();
    });
  }

  /** Runs `work` in a slot, with a way to run its statement that ends when the client goes. */
  async #inSlot(
    { request, gone }: Job,
    work: (
      slot: PipePair,
      run: (sql: string, format: string) => Promise<QueryResult>,
      cancel: () => Promise<unknown>,
    ) => Promise<void>,
  ): Promise<void> {
    const marker = randomUUID();
    if (this.#markers.has(request.queryId)) {
      const message = `Query with id = ${request.queryId} is already running.`;
      throw new EngineError(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", message);
    }
    this.#markers.set(request.queryId, marker);
    try {
      const slot = await this.slots.take(gone);
      const settled = new AbortController();
      const cancel = () => this.engine.cancel(marker, settled.signal);
      const onGone = () => void cancel();
      try {
        gone.throwIfAborted();
        gone.addEventListener("abort", onGone, { once: true });
        await work(
          slot,
          (sql, format) =>
            this.engine.run(sql, marker, format, request.around).finally(() => settled.abort()),
          cancel,
        );
      } finally {
        gone.removeEventListener("abort", onGone);
        this.slots.give(slot);
      }
    } finally {
      this.#markers.delete(request.queryId);
    }
  }

  /** KILL QUERY by a client's query id: the engine has ids of its own. SYNC would hang. */
  #withMarkers(sql: string): string {
    if (!/^\s*kill\s+query\b/i.test(sql)) return sql;
    return sql
      .replace(/\bquery_id\s*=\s*'([^'\\]*)'/gi, (_all, queryId: string) => {
        return `startsWith(query, '/*${this.#markers.get(queryId) ?? "none"}*/')`;
      })
      .replace(/\bsync\b\s*$/i, "ASYNC");
  }
}

/** Holds a promise's outcome until it is asked for, so that a failure meanwhile is nobody's unhandled one. */
function settle<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => {});
  return () => promise;
}

/** Moves `data` into the engine's pipe; stops quietly when the engine has ended (its outcome says why). */
async function pour(data: AsyncIterable<Uint8Array>, pipe: Writable, ended: AbortSignal): Promise<void> {
  // The engine closes its end when it refuses the data: that is told by its error, not by this one.
  pipe.on("error", () => {});
  const chunks = data[Symbol.asyncIterator]();
  const over = new Promise<"over">((resolve) => {
    if (ended.aborted) resolve("over");
    ended.addEventListener("abort", () => resolve("over"), { once: true });
  });
  for (;;) {
    const next = await Promise.race([chunks.next(), over]);
    if (next === "over" || next.done) break;
    if (!(await write(pipe, next.value))) break;
  }
  if (ended.aborted) pipe.destroy();
  else pipe.end();
}

function insertToSql(statement: Insert, text: Buffer, path: string): string {
  const part = (from: number, to: number) => text.toString("utf8", from, to);
  const { format, end } = statement;
  if (statement.kind === "insert") {
    const { sourceAt } = statement;
    return `${part(0, sourceAt)}\nFROM INFILE ${toSqlString(path)} ${part(sourceAt, end)}\nFORMAT ${format}`;
  }
  const file = `file(${toSqlString(path)}, '${format}', `;
  return `${part(0, statement.inputAt)}${file}${part(statement.inputEnd, end)}`;
}

/** Splits what was sent into the statement and, for an INSERT, its data, which is not read here. */
async function readStatement(
  queryText: string,
  body: ByteSource,
): Promise<{ statement: Statement; text: Buffer; data: AsyncIterable<Uint8Array> }> {
  const address = Buffer.from(queryText);
  if (queryText) {
    const statement = parseStatement(address, false);
    if (isInsert(statement)) {
      const data = only(address.subarray(statement.dataAt), body.from(0));
      return { statement, text: address, data };
    }
  } else {
    const { head, isAll } = await body.peek(headBytes);
    if (!isAll && /^\s*insert\b/i.test(head.toString("latin1", 0, 256))) {
      const statement = parseStatement(head, false);
      if (isInsert(statement)) return { statement, text: head, data: body.from(statement.dataAt) };
    }
  }
  const rest = await body.all(maxStatementBytes);
  const text =
    queryText && rest.length > 0
      ? Buffer.concat([address, Buffer.from("\n"), rest])
      : queryText
        ? address
        : rest;
  const statement = parseStatement(text, true);
  return { statement, text, data: only(isInsert(statement) ? text.subarray(statement.dataAt) : undefined) };
}

const isInsert = (statement: Statement): statement is Insert =>
  statement.kind === "insert" || statement.kind === "insert-through-input";

async function* only(first?: Uint8Array, rest?: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first && first.length > 0) yield first;
  if (rest) yield* rest;
}
