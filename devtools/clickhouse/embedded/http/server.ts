import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Engine } from "../process/engine";
import { parseEngineError } from "../process/engine-error";
import { type Credentials, checkCredentials, isLoopbackHost } from "./access";
import { Answer, nothingAsked } from "./answer";
import type { QueryHandler } from "./query-handler";
import type { Status } from "./status";

/** Longer than clients keep an idle connection (2.5 s for @clickhouse/client), so that none is cut in use. */
const keepAliveMs = 30_000;

/** What the life of the process needs to know of the server. */
export type EngineServer = {
  http: Server;
  /** Queries under way, waiting ones included. */
  running(): number;
  /** When a request last began or ended, as Date.now() tells it. */
  lastActivityMs(): number;
};

/** What whoever watches the engine may ask for. */
export type Watched = {
  status(): Promise<Status>;
  /** Kills a statement by the id that the status gives; resolves false where it is not there. */
  kill(id: string): Promise<boolean>;
};

const statusPath = "/status";

/**
 * ClickHouse's HTTP interface over `handler`: queries at /, and /ping. Beside it, for whoever watches the engine,
 * `GET /status` and `DELETE /status/STATEMENT`: with the engine's password, outside the slots of the queries.
 */
export function createEngineServer(
  engine: Engine,
  handler: QueryHandler,
  watched: Watched,
  credentials: Credentials,
  stopping: AbortSignal,
): EngineServer {
  let running = 0;
  let lastActivityMs = Date.now();

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    if (!isLoopbackHost(req.headers.host)) {
      req.resume();
      return sendText(res, 403, "This engine answers to 127.0.0.1 and localhost only.\n");
    }
    const [path = "/"] = (req.url ?? "/").split("?", 1);
    if (path === "/ping" || path === "/replicas_status") return sendText(res, 200, "Ok.\n");
    const isStatus = path === statusPath || path.startsWith(`${statusPath}/`);
    if (path !== "/" && !isStatus) return sendText(res, 404, `There is no handle ${path}\n`);
    const asksNothing = !isStatus && req.method !== "POST" && !/[?&]query=/.test(req.url ?? "");
    if (asksNothing) return sendText(res, 200, "Ok.\n");
    try {
      checkCredentials(req, credentials);
    } catch (error) {
      // The body is let through unread, so that a client that is still sending hears the refusal.
      req.resume();
      return new Answer(res, nothingAsked, engine).fail(parseEngineError(error));
    }
    if (isStatus) {
      req.resume();
      return answerWatcher(req.method ?? "GET", path.slice(statusPath.length + 1), res);
    }
    return handler.handle(req, res, stopping);
  };

  const answerWatcher = async (method: string, id: string, res: ServerResponse) => {
    if (method === "DELETE" && id !== "") {
      return (await watched.kill(id))
        ? sendText(res, 200, "Ok.\n")
        : sendText(res, 404, "There is no such statement, or the engine does not answer.\n");
    }
    if (method !== "GET" || id !== "")
      return sendText(res, 405, "Ask GET /status or DELETE /status/STATEMENT.\n");
    sendText(res, 200, JSON.stringify(await watched.status()), "application/json");
  };

  const http = createServer((req, res) => {
    running++;
    lastActivityMs = Date.now();
    res.once("close", () => {
      running--;
      lastActivityMs = Date.now();
    });
    void answer(req, res);
  });
  http.keepAliveTimeout = keepAliveMs;
  // A long insert is one request; that its bytes keep coming is watched where they are read.
  http.requestTimeout = 0;
  return { http, running: () => running, lastActivityMs: () => lastActivityMs };
}

function sendText(res: ServerResponse, status: number, text: string, type = "text/plain"): void {
  res.writeHead(status, {
    "Content-Type": `${type}; charset=UTF-8`,
    "Content-Length": Buffer.byteLength(text),
  });
  res.end(text);
}
