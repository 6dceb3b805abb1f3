import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { BlockList } from "node:net";
import type { Duplex } from "node:stream";
import { pages } from "@/lib/api/paths";
import { methodsAt } from "@/lib/api/routes";
import { betterRunAddress } from "@/lib/api/run-address";
import { readClient, setClient } from "./client";
import { addSecurityHeaders, createNonce, pagePolicy } from "./headers";
import { endRaw, parserRefusal, type StillnessLimits, serverLimits, watchStillness } from "./limits";
import { type DoorRefusal, isRefusal, sendRefusal } from "./refusal";
import { parseTarget, type Target } from "./target";
import { discardUnreadBody } from "./unread-body";

export interface DoorOptions {
  /** Host headers that are answered, lower-case and without a port. */
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: BlockList;
  readonly isDev: boolean;
  /** Whether a page may be shown; may reject with a problem (status, title, detail, headers). */
  isSignedIn(headers: Headers): Promise<boolean>;
  /** What is behind the door. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Other limits than the usual ones, for tests. */
  readonly limits?: ServerOptions;
  readonly stillness?: StillnessLimits;
  /** Only while developing. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * The server that everything comes in by: pages, calls, files, and what is none of them. It bounds what a
 * connection may take, turns away unknown hosts, malformed addresses and methods that nothing here has, leads
 * people who are not signed in to the sign-in page, and puts its headers on every answer. Calls check for
 * themselves who may make them (lib/server/http/http.ts).
 */
export function createDoor(options: DoorOptions): Server {
  const server = createServer({ ...serverLimits, ...options.limits });
  const watch = watchStillness(server, options.stillness);
  const serve = async (request: IncomingMessage, response: ServerResponse, isAwaited = false) => {
    watch(request, response);
    discardUnreadBody(request, response);
    try {
      await enter(request, response, options, isAwaited);
    } catch (error) {
      if (isRefusal(error)) return sendRefusal(response, error, readerOf(request));
      console.error(`${request.method} ${(request.url ?? "").slice(0, 200)}:`, error);
      if (response.headersSent) return void response.destroy();
      const detail = "Something went wrong here. The server's log says what.";
      sendRefusal(response, { status: 500, title: "Unexpected error", detail }, "program");
    }
  };
  server.on("request", (request, response) => void serve(request, response));
  // The body waits until the door says that it is wanted.
  server.on("checkContinue", (request, response) => void serve(request, response, true));
  server.on("checkExpectation", (_request, response) => {
    addSecurityHeaders(response, "call");
    const detail = "The only expectation that is known here is 100-continue.";
    sendRefusal(response, { status: 417, title: "Unknown expectation", detail }, "program");
  });
  server.on("connect", (_request, socket) => endRaw(socket, wrongMethod("CONNECT", ["GET", "HEAD"])));
  server.on("clientError", (error, socket) => endRaw(socket, parserRefusal(error)));
  if (options.upgrade) {
    const { upgrade } = options;
    server.on("upgrade", (request, socket, head) => {
      const { host } = readClient(request.headers, request.socket.remoteAddress, options.trustedProxies);
      if (isKnownHost(host, options)) upgrade(request, socket, head);
      else endRaw(socket, unknownHost(host));
    });
  }
  return server;
}

async function enter(
  request: IncomingMessage,
  response: ServerResponse,
  options: DoorOptions,
  isAwaited: boolean,
): Promise<void> {
  const { headers, method = "" } = request;
  const parsed = parseTarget(request.url ?? "");
  addSecurityHeaders(response, parsed.ok ? parsed.value.kind : "call");
  const client = readClient(headers, request.socket.remoteAddress, options.trustedProxies);
  setClient(headers, client);
  const reader = readerOf(request);
  if (hostCount(request) > 1) return sendRefusal(response, severalHosts, reader);
  if (!isKnownHost(client.host, options)) return sendRefusal(response, unknownHost(client.host), reader);
  if (!parsed.ok) return sendRefusal(response, parsed.error, "program");

  const target = parsed.value;
  const allowed = target.kind === "call" ? methodsAt(target.pathname) : ["GET", "HEAD"];
  if (allowed === undefined) {
    const detail = "There is no such call. README's table of calls names every one.";
    return sendRefusal(response, { status: 404, title: "Unknown call", detail }, "program");
  }
  if (method === "OPTIONS") {
    response.writeHead(204, { allow: [...allowed, "OPTIONS"].join(", ") });
    return void response.end();
  }
  // While developing, Next's own tools post to addresses of theirs.
  if (!allowed.includes(method) && !isOfDevelopment(target, options)) {
    return sendRefusal(response, wrongMethod(method, allowed), reader);
  }
  if (target.kind === "page" && !(await enterPage(request, response, target, options))) return;
  if (isAwaited) response.writeContinue();
  await options.handle(request, response);
}

/** False where the person has been sent elsewhere instead. */
async function enterPage(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  options: DoorOptions,
): Promise<boolean> {
  const isOpen = target.pathname === pages.signIn || isOfDevelopment(target, options);
  if (!isOpen && !(await options.isSignedIn(toHeaders(request)))) {
    // A browser that follows another site's link leaves a SameSite=Strict cookie out. It sends it when the page loads
    // itself again, which is then no longer the other site's doing.
    if (request.headers["sec-fetch-site"] === "cross-site") {
      sendReload(response);
      return false;
    }
    // Relative: what this server is called from outside is not for it to know.
    const next = encodeURIComponent(target.pathname + target.search);
    redirect(response, `${pages.signIn}?next=${next}`);
    return false;
  }
  const better = betterRunAddress(target.pathname, target.search);
  if (better !== undefined) {
    redirect(response, better);
    return false;
  }
  const nonce = createNonce();
  const policy = pagePolicy(nonce, options.isDev);
  // Next reads the nonce for its scripts from the request's policy; the layout takes ours from x-nonce.
  request.headers["content-security-policy"] = policy;
  request.headers["x-nonce"] = nonce;
  response.setHeader("content-security-policy", policy);
  return true;
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(307, { location, "cache-control": "no-store" });
  response.end();
}

function sendReload(response: ServerResponse): void {
  const body =
    '<!doctype html><html lang="en"><meta http-equiv="refresh" content="0"><title>Jiva</title></html>';
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(body);
}

/** People read refusals of pages, programs all others. */
function readerOf({ url = "" }: IncomingMessage): "program" | "person" {
  const parsed = parseTarget(url);
  return parsed.ok && parsed.value.kind === "page" ? "person" : "program";
}

function isOfDevelopment({ pathname }: Target, { isDev }: DoorOptions): boolean {
  return isDev && /^\/(?:_next\/|__next)/.test(pathname);
}

function isKnownHost(host: string, { allowedHosts }: DoorOptions): boolean {
  return allowedHosts.includes(host.toLowerCase().replace(/:\d*$/, ""));
}

/** Of several Host headers Node keeps the first, while a proxy in front may have gone by the last. */
function hostCount({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length;
}

const severalHosts: DoorRefusal = {
  status: 400,
  title: "Malformed request",
  detail: "The request has more than one Host header. Send one.",
};

function unknownHost(host: string): DoorRefusal {
  return {
    status: 421,
    title: "Unknown host",
    detail: `This server does not answer for the host "${host.slice(0, 100)}". Add it to ALLOWED_HOSTS if it should.`,
  };
}

function wrongMethod(method: string, allowed: readonly string[]): DoorRefusal {
  const allow = allowed.join(", ");
  return {
    status: 405,
    title: "Wrong method",
    detail: `${method} is not possible here; this address takes ${allow}.`,
    headers: { allow },
  };
}

function toHeaders({ headers }: IncomingMessage): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return result;
}
