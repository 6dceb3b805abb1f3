import { createHash, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Role } from "@/lib/api/sign-in";
import { clientHeaders } from "@/lib/door/client";
import type { Config } from "../config";
import type { Services } from "../running";
import { HttpProblem } from "./problem";

/**
 * What keeps strangers out: a foreign page that a person's browser has open (Origin), a name that was made to
 * point at this machine (Host), and anybody without a token.
 */

/** What tells visitors apart: the tokens that are set, the sessions, and the wrong tokens of late. */
export interface AccessServices extends Pick<Services, "sessions" | "wrongTokens"> {
  readonly config: Pick<Config, "API_TOKEN" | "READ_TOKEN">;
}

export interface Visitor {
  readonly role: Role;
  /** Of the session that the cookie names; undefined for programs, and where no token is set. */
  readonly sessionId?: string;
}

const sessionCookie = "jiva_session";

/** Compares in a time that does not depend on where two texts differ. */
function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Throws where the Host header names a host that we do not answer for. */
export function checkHost(headers: Headers, config: Pick<Config, "allowedHosts">): void {
  const host = headers.get("host") ?? "";
  if (config.allowedHosts.includes(host.toLowerCase().replace(/:\d*$/, ""))) return;
  throw new HttpProblem(
    421,
    "Unknown host",
    `This server does not answer for the host "${host.slice(0, 100)}". Add it to ALLOWED_HOSTS if it should.`,
  );
}

/**
 * Whoever sent these headers: by its bearer token, else by the session of its cookie; undefined where it has
 * neither. Throws a problem for a wrong token (401, or 429 after many), and 503 where a session cannot be looked up.
 */
export async function visitorOf(services: AccessServices, headers: Headers): Promise<Visitor | undefined> {
  const { API_TOKEN, READ_TOKEN } = services.config;
  if (!API_TOKEN) return { role: "full" };
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return { role: roleOfToken(services, bearer, headers) };
  const id = sessionIdOf(headers);
  const session = id === undefined ? undefined : await services.sessions.find(id);
  if (id === undefined || session === undefined) return undefined;
  const token = session.role === "full" ? API_TOKEN : READ_TOKEN;
  if (!token || session.tokenDigest !== (await digestOfToken(token))) return undefined;
  return { role: session.role, sessionId: id };
}

/** What this token lets its bearer do. Throws a problem where it is wrong: 401, or 429 after many. */
export function roleOfToken(
  { config: { API_TOKEN, READ_TOKEN }, wrongTokens }: Omit<AccessServices, "sessions">,
  given: string,
  headers: Headers,
): Role {
  // Both are compared, so that the time says nothing either.
  const isFull = isSameSecret(given, API_TOKEN ?? "");
  const isRead = isSameSecret(given, READ_TOKEN ?? "");
  if (isFull && API_TOKEN) return "full";
  if (isRead && READ_TOKEN) return "read";
  const waitS = wrongTokens.note(headers.get(clientHeaders.address) ?? "an unknown address");
  if (waitS > 0) {
    const detail = "Many wrong tokens came from your address. Wait a minute, then try the right one.";
    throw new HttpProblem(429, "Too many wrong tokens", detail, { "retry-after": String(waitS) });
  }
  throw new HttpProblem(
    401,
    "Wrong token",
    "That is not the token. It is what API_TOKEN was set to.",
    challenge,
  );
}

const challenge = { "www-authenticate": 'Bearer realm="jiva"' };

/** Throws where a token is set and the request does not carry one that suffices. */
export async function checkVisitor(services: AccessServices, headers: Headers, needed: Role): Promise<void> {
  const visitor = await visitorOf(services, headers);
  if (visitor === undefined) {
    throw new HttpProblem(
      401,
      "Not signed in",
      "Send the API token as `Authorization: Bearer …`, or sign in at /sign-in.",
      challenge,
    );
  }
  if (needed === "read" || visitor.role === "full") return;
  throw new HttpProblem(
    403,
    "Only reading",
    "READ_TOKEN lets its bearer read runs, charts and exports. This call changes something: it needs API_TOKEN.",
  );
}

/** The id in the session's cookie. */
export function sessionIdOf(headers: Headers): string | undefined {
  const cookies = (headers.get("cookie") ?? "").split(/; */);
  return cookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`))?.slice(sessionCookie.length + 1);
}

/** The Set-Cookie header that gives a browser this session, or takes it away. */
export function sessionCookieOf(id: string, maxAgeMs: number, headers: Headers): string {
  const secure = headers.get(clientHeaders.proto) === "https" ? "; Secure" : "";
  const maxAgeS = Math.floor(maxAgeMs / 1_000);
  return `${sessionCookie}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${secure}`;
}

const digests = new Map<string, Promise<string>>();

/**
 * What a session keeps of the token that it was made with, so that another token ends it. Slow to make (some 50 ms,
 * once a process): who can read the table shall not guess a short token from it.
 */
export function digestOfToken(token: string): Promise<string> {
  let digest = digests.get(token);
  if (digest === undefined) {
    digest = promisify<string, string, number, Buffer>(scrypt)(token, "jiva session", 32).then((bytes) =>
      bytes.toString("hex"),
    );
    digests.set(token, digest);
  }
  return digest;
}

/** Throws where a browser sends this request from a page that is not ours. Programs send neither header. */
export function checkOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const isOwnOrigin = origin === null || originHost(origin) === (headers.get("host") ?? "").toLowerCase();
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  if (isOwnOrigin && isOwnSite) return;
  throw new HttpProblem(
    403,
    "Foreign origin",
    "Another site's page may not make this request. Nothing changed.",
  );
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
