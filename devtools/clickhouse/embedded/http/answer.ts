import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Transform, Writable } from "node:stream";
import { constants, createBrotliCompress, createDeflate, createGzip } from "node:zlib";
import type { QueryResult } from "../process/engine";
import { codeToHttpStatus, type EngineError } from "../process/engine-error";
import { createFramer } from "../wire/frames";
import { NativeConverter } from "../wire/native-blocks";
import { write } from "./flow";
import { header, type QueryRequest } from "./request";

/** Levels at which compressing costs less than the loopback saves; the engine's default is 3. */
const encoders: readonly [name: string, create: () => Transform][] = [
  ["br", () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ["gzip", () => createGzip({ level: 3 })],
  ["deflate", () => createDeflate({ level: 3 })],
];

const contentTypes: readonly [RegExp, string][] = [
  [/^JSON(?!.*EachRow)/i, "application/json; charset=UTF-8"],
  [/^JSON.*EachRow/i, "application/x-ndjson; charset=UTF-8"],
  [/^CSV/i, "text/csv; charset=UTF-8; header=absent"],
  [/^(?:TabSeparated|TSV)/i, "text/tab-separated-values; charset=UTF-8"],
  [/^(?:Pretty|Vertical|Values|TSKV|Markdown)/i, "text/plain; charset=UTF-8"],
  [/^XML/i, "application/xml; charset=UTF-8"],
];

/** The media type of a format; the header's wording for CSV follows whether names are sent. */
export function formatToContentType(format: string): string {
  const type = contentTypes.find(([pattern]) => pattern.test(format))?.[1] ?? "application/octet-stream";
  return /^CSV.*WithNames/i.test(format) ? type.replace("absent", "present") : type;
}

/** What an answer rests on while the request has not been read. */
export const nothingAsked = { queryId: "", mayEncode: false, framesOut: false, nativeRevision: 0 } as const;

/**
 * The answer to one query. Headers leave with the first bytes, so until then an error can still have its status.
 * Afterwards it goes into the body in the way that clients know by X-ClickHouse-Exception-Tag, and the
 * connection is cut, so that no client takes half a result for a whole one.
 */
export class Answer {
  readonly #tag = randomBytes(8).toString("hex");
  readonly #chain: Transform[] = [];
  #converter: NativeConverter | undefined;
  #hasBegun = false;

  constructor(
    readonly res: ServerResponse,
    readonly request: Pick<QueryRequest, "queryId" | "mayEncode" | "framesOut" | "nativeRevision">,
    readonly engine: { version: string; timezone: string },
  ) {}

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** True once the client has closed its connection. */
  get isGone(): boolean {
    return this.res.destroyed;
  }

  /** Sends the headers. `result` is known when the query has ended before its first bytes left. */
  begin(format: string, result?: QueryResult, written?: boolean): void {
    this.#hasBegun = true;
    const { res } = this;
    this.#setHeaders();
    res.setHeader("Content-Type", formatToContentType(format));
    res.setHeader("X-ClickHouse-Format", format);
    res.setHeader("X-ClickHouse-Exception-Tag", this.#tag);
    if (result) res.setHeader("X-ClickHouse-Summary", JSON.stringify(resultToSummary(result, written)));
    const { framesOut, nativeRevision } = this.request;
    if (nativeRevision > 0 && /^native$/i.test(format)) this.#converter = new NativeConverter(nativeRevision);
    if (framesOut) this.#chain.push(createFramer());
    const encoder = this.request.mayEncode ? acceptedEncoder(res.req) : undefined;
    if (encoder) {
      res.setHeader("Content-Encoding", encoder[0]);
      this.#chain.push(encoder[1]());
    }
    this.#chain.forEach((stage, i) => {
      stage.pipe(this.#chain[i + 1] ?? res, { end: i + 1 < this.#chain.length });
      res.once("close", () => stage.destroy());
      stage.once("error", () => res.destroy());
    });
    res.statusCode = 200;
  }

  /** False when the client has gone. Throws EngineError for what the client cannot read. */
  async write(chunk: Uint8Array): Promise<boolean> {
    return this.#writeAll(this.#converter ? this.#converter.push(chunk) : [chunk]);
  }

  async end(): Promise<void> {
    if (this.#converter) await this.#writeAll(this.#converter.end());
    await this.#flush();
    this.res.end();
  }

  /** The error as the whole answer, or as the end of what has been sent. */
  async fail(error: EngineError): Promise<void> {
    if (this.res.destroyed) return;
    const text = `${error.toText(this.engine.version)}\n`;
    if (!this.res.headersSent) {
      for (const stage of this.#chain) stage.unpipe().destroy();
      for (const name of this.res.getHeaderNames()) this.res.removeHeader(name);
      this.#setHeaders();
      if (error.code === 516 && !this.res.req.headers["x-clickhouse-user"])
        this.res.setHeader("WWW-Authenticate", 'Basic realm="ClickHouse HTTP API"');
      this.res.setHeader("X-ClickHouse-Exception-Code", String(error.code));
      this.res.setHeader("Content-Type", "text/plain; charset=UTF-8");
      this.res.statusCode = codeToHttpStatus(error.code);
      this.res.end(text);
      return;
    }
    const length = Buffer.byteLength(text);
    await write(
      this.#entrance,
      Buffer.from(`\r\n__exception__\r\n${this.#tag}\r\n${text}${length} ${this.#tag}\r\n__exception__\r\n`),
    );
    await this.#flush();
    // Without the last chunk of the chunked encoding: the answer is visibly cut.
    this.res.socket?.destroySoon();
  }

  async #writeAll(chunks: readonly Uint8Array[]): Promise<boolean> {
    for (const chunk of chunks) {
      if (await write(this.#entrance, chunk)) continue;
      // The client has gone, or has stalled long enough to count as gone: no end may follow what is missing.
      this.res.destroy();
      return false;
    }
    return true;
  }

  get #entrance(): Writable {
    return this.#chain[0] ?? this.res;
  }

  #flush(): Promise<void> {
    const last = this.#chain.at(-1);
    if (!last || last.destroyed || this.res.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      last.once("end", resolve);
      last.once("close", resolve);
      this.#entrance.end();
    });
  }

  #setHeaders(): void {
    this.res.setHeader("X-ClickHouse-Server-Display-Name", "embedded");
    if (this.request.queryId)
      this.res.setHeader("X-ClickHouse-Query-Id", this.request.queryId.replace(/[^\x20-\x7e]/g, "?"));
    this.res.setHeader("X-ClickHouse-Timezone", this.engine.timezone);
  }
}

function acceptedEncoder(req: IncomingMessage): readonly [string, () => Transform] | undefined {
  const accepted = (header(req, "accept-encoding") ?? "").split(",").map((part) => part.trim().split(";")[0]);
  return encoders.find(([name]) => accepted.includes(name));
}

/** The numbers of X-ClickHouse-Summary. The binding counts one way only: rows written, or rows of the result. */
function resultToSummary(result: QueryResult, written = false): Record<string, string> {
  const rows = String(result.rows);
  const bytes = String(result.readBytes);
  return {
    read_rows: rows,
    read_bytes: bytes,
    written_rows: written ? rows : "0",
    written_bytes: written ? bytes : "0",
    total_rows_to_read: "0",
    result_rows: rows,
    result_bytes: bytes,
    elapsed_ns: String(result.elapsedNs),
  };
}
