import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DiskGuard } from "../disk/disk-guard";
import type { KeptDefinitions } from "../disk/kept-definitions";
import type { Engine } from "../process/engine";
import { EngineError, parseEngineError } from "../process/engine-error";
import type { RunningStatements } from "../process/running-statements";
import { type Asked, bytesOf, readStatement } from "../sql/read-statement";
import { statementEffect } from "../sql/statement-effect";
import { Answer, nothingAsked } from "./answer";
import { readBody, readForm } from "./body";
import type { Execution } from "./execution";
import { ByteSource } from "./flow";
import { insertRows } from "./insert-rows";
import type { PipePair } from "./pipes";
import { header, parseQueryRequest } from "./request";
import { sendRows, sendRowsAtEnd } from "./send-rows";
import type { Slots } from "./slots";

/** Answers queries: reads what is asked, runs it in a slot of its own, sends what comes out. */
export class QueryHandler {
  /** Query ids of what runs, and the markers by which the engine knows them. */
  readonly #markers = new Map<string, string>();

  constructor(
    private readonly engine: Engine,
    private readonly slots: Slots<PipePair>,
    /** For results that are sent only when they are whole. */
    private readonly folder: string,
    private readonly guard: DiskGuard,
    private readonly definitions: Pick<KeptDefinitions, "keepSoon">,
    private readonly statements: RunningStatements,
  ) {}

  /** Never throws: an error becomes the answer. Ends early when the client leaves or `stopping` aborts. */
  async handle(req: IncomingMessage, res: ServerResponse, stopping: AbortSignal): Promise<void> {
    const left = new AbortController();
    res.once("close", () => left.abort(new EngineError(394, "QUERY_WAS_CANCELLED", "The client has gone")));
    let answer = new Answer(res, nothingAsked, this.engine);
    try {
      const isForm = /^multipart\/form-data/i.test(header(req, "content-type") ?? "");
      const request = parseQueryRequest(req, isForm ? await readForm(req) : []);
      answer = new Answer(res, request, this.engine);
      const body = new ByteSource(isForm ? bytesOf() : readBody(req, request.framesIn));
      const asked = await readStatement(request.queryText, body);
      const effect = statementEffect(asked.statement, asked.text, request.around);
      const gone = AbortSignal.any([left.signal, stopping]);
      await this.#inSlot(request.queryId, asked.text, gone, (pipes, run, cancel) =>
        this.#execute(
          {
            request,
            answer,
            pipes,
            cancel,
            run: (sql, format) => this.guard.run(effect, () => run(sql, format, request.around)),
          },
          asked,
        ),
      );
    } catch (error) {
      await answer.fail(parseEngineError(error));
    }
  }

  async #execute(execution: Execution, { statement, text, data }: Asked): Promise<void> {
    const { request, answer, run } = execution;
    if (statement.kind === "rows") {
      if (request.waitsForEnd) return sendRowsAtEnd(execution, statement, text, this.folder);
      return sendRows(execution, statement, text);
    }
    if (statement.kind !== "command") return insertRows(execution, statement, text, data);
    // What yields little or nothing: DDL, SHOW, INSERT … SELECT.
    const format = statement.format ?? request.defaultFormat;
    const result = await run(this.#withMarkers(text.toString("utf8", 0, statement.end)), format);
    this.definitions.keepSoon();
    answer.begin(format, result, /^\s*insert\b/i.test(text.toString("latin1", 0, 256)));
    await answer.write(result.bytes);
    await answer.end();
  }

  /** Runs `work` with pipes of its own; whatever it runs is cancelled when `gone` aborts. */
  async #inSlot(
    queryId: string,
    text: Buffer,
    gone: AbortSignal,
    work: (pipes: PipePair, run: Run, cancel: () => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    if (this.#markers.has(queryId)) {
      const message = `Query with id = ${queryId} is already running.`;
      throw new EngineError(216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", message);
    }
    const marker = randomUUID();
    this.#markers.set(queryId, marker);
    try {
      const pipes = await this.slots.take(gone);
      const settled = new AbortController();
      const ended = this.statements.begin(marker, text.toString("utf8", 0, shownBytes));
      const cancelFor = (cause: string) => {
        this.statements.cancel(marker, cause);
        return this.engine.cancel(marker, settled.signal);
      };
      const cancel = () => cancelFor("its data broke off");
      const onGone = () => void cancelFor(causeOf(gone.reason));
      try {
        gone.throwIfAborted();
        gone.addEventListener("abort", onGone, { once: true });
        await work(
          pipes,
          (sql, format, around) =>
            this.engine.run(sql, marker, format, around).finally(() => settled.abort()),
          cancel,
        );
      } finally {
        gone.removeEventListener("abort", onGone);
        ended();
        this.slots.give(pipes);
      }
    } finally {
      this.#markers.delete(queryId);
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

/** Of a statement this much is read for the status, which shows its beginning. */
const shownBytes = 1_024;

function causeOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : "it was cancelled";
}

type Run = (sql: string, format: string, around: Execution["request"]["around"]) => ReturnType<Engine["run"]>;
