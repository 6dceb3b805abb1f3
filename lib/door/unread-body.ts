import type { IncomingMessage, ServerResponse } from "node:http";

interface UnreadLimits {
  readonly maxBytes: number;
  readonly limitMs: number;
}

/**
 * A call that refuses its body leaves up to 20 MiB of it unread; an upload that was cut has gigabytes to come. A client
 * that is still sending needs a moment to see the answer: closing at once would reset the connection under it.
 */
const unreadLimits: UnreadLimits = { maxBytes: 24 * 1024 * 1024, limitMs: 5_000 };
/** A look takes at most 64 KiB out of the socket, so this is 13 MB/s. */
const lookEveryMs = 5;

/**
 * Discards what is left of a body once its answer has been sent, so that the connection can serve the next request.
 * Node does so only for a body that nobody began to read. One that was given up halfway is destroyed without its
 * socket (Node takes the two apart, so that the answer can still be written), and then nothing reads the socket any
 * more. Closes the connection where more is left than the limits allow.
 */
export function discardUnreadBody(
  request: IncomingMessage,
  response: ServerResponse,
  { maxBytes, limitMs } = unreadLimits,
): void {
  const { socket } = request;
  response.once("finish", () => {
    if (request.complete || socket.destroyed) return;
    const startBytes = socket.bytesRead;
    const endMs = Date.now() + limitMs;
    const timer = setInterval(() => {
      if (request.complete || socket.destroyed) return clearInterval(timer);
      if (Date.now() < endMs && socket.bytesRead - startBytes <= maxBytes) return void socket.resume();
      clearInterval(timer);
      socket.destroy();
    }, lookEveryMs);
    if (!request.destroyed) request.resume();
  });
}
