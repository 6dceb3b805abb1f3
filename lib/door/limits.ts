import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { securityHeaders } from "./headers";
import { type DoorRefusal, refusalBody } from "./refusal";

/** What the server's sockets may take in time and bytes, whoever is at their other end. */

/** A head comes in one packet or a few; who takes longer holds a place for nothing. */
const headersTimeoutMs = 15_000;
export interface StillnessLimits {
  /** A body that brings no byte for this long. */
  readonly bodyMs: number;
  /** An answer of which nobody takes a byte for this long. */
  readonly answerMs: number;
}

/** Uploads have a closer watch of their own (lib/ingest). A person may pause a download, but not for ever. */
const stillnessLimits: StillnessLimits = { bodyMs: 60_000, answerMs: 10 * 60_000 };
/** Longer than proxies keep a connection that they may use again: the one who closes first must be the proxy. */
const keepAliveMs = 75_000;
/** Each is a file descriptor and some 20 kB; browsers use six. */
const maxConnections = 2_000;
/** The address may take half of it; cookies and tokens have the rest. */
const maxHeaderBytes = 64 * 1024;

export const serverLimits: ServerOptions = {
  headersTimeout: headersTimeoutMs,
  // A gigabyte over a slow line takes hours, so the limit is on standstill, not on total time.
  requestTimeout: 0,
  keepAliveTimeout: keepAliveMs,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: maxHeaderBytes,
  // The door checks it, and answers with its headers.
  requireHostHeader: false,
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  stillSinceMs?: number;
}

/**
 * Ends stalled connections: a body that stops arriving, an answer that is not read. Call the result
 * with every request.
 */
export function watchStillness(
  server: Server,
  { bodyMs, answerMs } = stillnessLimits,
): (request: IncomingMessage, response: ServerResponse) => void {
  const exchanges = new WeakMap<Duplex, Exchange>();
  server.maxConnections = maxConnections;
  server.timeout = bodyMs;
  // With a listener, Node leaves it to us to end the socket. Called after this long without a read or a write.
  server.on("timeout", (socket: Socket) => {
    const exchange = exchanges.get(socket);
    if (exchange === undefined) return void socket.destroy();
    const { request, response } = exchange;
    if (!request.complete && !isHeldBack(request)) {
      if (response.headersSent) return void socket.destroy();
      endRaw(socket, {
        status: 408,
        title: "Body too slow",
        detail: `No byte of the body came for ${bodyMs / 1_000} seconds. Send it again.`,
      });
      return;
    }
    // Something waits to be written: the reader does not read. Nothing waits: the app is at work.
    if (socket.writableLength > 0) {
      exchange.stillSinceMs ??= Date.now() - bodyMs;
      if (Date.now() - exchange.stillSinceMs >= answerMs) return void socket.destroy();
    } else delete exchange.stillSinceMs;
    socket.setTimeout(bodyMs);
  });
  return (request, response) => {
    const exchange = { request, response };
    exchanges.set(request.socket, exchange);
    response.once("close", () => {
      // A client may have sent its next request before it had this answer.
      if (exchanges.get(request.socket) === exchange) exchanges.delete(request.socket);
    });
  };
}

/** True if bytes of the body wait here unread: the app is slow, not the sender. */
function isHeldBack(request: IncomingMessage): boolean {
  return request.readableLength > 0;
}

/** Answers what never became a request: Node could not read its head, or it asks for a tunnel. */
export function endRaw(socket: Duplex, refusal: DoorRefusal): void {
  if (!socket.writable) return void socket.destroy();
  const { type, body } = refusalBody(refusal, "program");
  const headers = {
    ...securityHeaders("call"),
    ...refusal.headers,
    "content-type": type,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} ${refusal.title}\r\n${lines.join("")}\r\n${body}`, () =>
    socket.destroy(),
  );
}

/** The refusal of a head that Node's parser gave up on. */
export function parserRefusal(error: NodeJS.ErrnoException): DoorRefusal {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return {
        status: 431,
        title: "Head too large",
        detail: `Address and headers together may have ${maxHeaderBytes / 1024} KiB.`,
      };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        status: 408,
        title: "Head too slow",
        detail: `Send a request's headers within ${headersTimeoutMs / 1_000} seconds.`,
      };
    case "HPE_INVALID_METHOD":
      return {
        status: 405,
        title: "Unknown method",
        detail: "This is no method of HTTP. GET, HEAD, POST and DELETE are what calls take here.",
        headers: { allow: "GET, HEAD, POST, DELETE" },
      };
    default:
      return { status: 400, title: "Malformed request", detail: "This is no HTTP request that can be read." };
  }
}
