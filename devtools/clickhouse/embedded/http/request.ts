import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { NameValue, Surroundings } from "../process/engine";
import { EngineError } from "../process/engine-error";

/** What a request says besides its body. */
export type QueryRequest = {
  queryId: string;
  /** The `query` parameter; the body follows it. */
  queryText: string;
  defaultFormat: string;
  around: Surroundings;
  /** Answer only when the query is done, so that status and summary are final. */
  waitsForEnd: boolean;
  /** ClickHouse's own compressed frames, in the body and in the answer. */
  framesIn: boolean;
  framesOut: boolean;
  /** What Native means to the client; 0 is the format as it is documented. */
  nativeRevision: number;
  /** The answer may be compressed as Accept-Encoding says. */
  mayEncode: boolean;
};

/** Parameters that speak to the HTTP interface, not to the engine. */
const ours = new Set([
  "add_http_cors_header",
  "buffer_size",
  "client_protocol_version",
  "close_session",
  "compress",
  "database",
  "decompress",
  "default_format",
  "password",
  "query",
  "query_id",
  "quota_key",
  "role",
  // A session's state is not kept: each query has a connection of its own.
  "session_check",
  "session_id",
  "session_timeout",
  "stacktrace",
  "user",
  "wait_end_of_query",
  // An acknowledged insert is always stored here, so inserts are never made asynchronous.
  "async_insert",
  "wait_for_async_insert",
  // Applied last, see Surroundings.
  "readonly",
]);

const isTrue = (value: string | null) => value === "1" || value === "true";

/** Reads the address and headers; `parts` are the fields of a multipart body, which count like parameters. */
export function parseQueryRequest(req: IncomingMessage, parts: readonly NameValue[] = []): QueryRequest {
  const given = new URL(req.url ?? "/", "http://localhost").searchParams;
  for (const [name, value] of parts) given.set(name, value);
  const settings: NameValue[] = [];
  const params: NameValue[] = [];
  // `role` is let through unread: there is one user here, who may do everything.
  for (const [name, value] of given) {
    if (name.startsWith("param_")) params.push([name.slice("param_".length), value]);
    else if (!ours.has(name)) settings.push([name, value]);
  }
  const framesOut = isTrue(given.get("compress"));
  return {
    queryId: given.get("query_id") || randomUUID(),
    queryText: given.get("query") ?? "",
    defaultFormat: parseFormat(
      header(req, "x-clickhouse-format") ?? given.get("default_format") ?? "TabSeparated",
    ),
    around: {
      database: given.get("database") ?? header(req, "x-clickhouse-database"),
      settings,
      params,
      // As a server does: a GET must not change anything.
      readonly: given.get("readonly") ?? (req.method === "POST" ? undefined : "2"),
    },
    waitsForEnd: isTrue(given.get("wait_end_of_query")) || isTrue(given.get("http_wait_end_of_query")),
    framesIn: isTrue(given.get("decompress")),
    framesOut,
    nativeRevision: Number(given.get("client_protocol_version")) || 0,
    mayEncode: isTrue(given.get("enable_http_compression")) && !framesOut,
  };
}

/** One header as text. */
export function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The name goes into SQL, so it must be a plain word. */
function parseFormat(name: string): string {
  if (!/^[A-Za-z0-9]+$/.test(name)) throw new EngineError(73, "UNKNOWN_FORMAT", `Unknown format ${name}`);
  return name;
}
