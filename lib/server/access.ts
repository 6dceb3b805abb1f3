import { createHash, timingSafeEqual } from "node:crypto";
import type { Config } from "./config";
import { HttpProblem } from "./problem";

/**
 * What keeps strangers out: a foreign page that a person's browser has open (Origin), a name that was made to
 * point at this machine (Host), and anybody without the token.
 */

type AccessConfig = Pick<Config, "allowedHosts" | "API_TOKEN">;

export const sessionCookie = "jiva_session";

/** What the cookie holds: not the token itself, so that a leaked cookie jar does not give the token away. */
export function sessionValue(token: string): string {
  return createHash("sha256").update(`jiva session\n${token}`).digest("hex");
}

/** Compares in a time that does not depend on where two texts differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function hostname(hostHeader: string): string {
  return hostHeader.toLowerCase().replace(/:\d*$/, "");
}

/** Throws where the Host header names a host that we do not answer for. */
export function checkHost(headers: Headers, config: AccessConfig): void {
  const host = headers.get("host") ?? "";
  if (config.allowedHosts.includes(hostname(host))) return;
  throw new HttpProblem(
    421,
    "Unknown host",
    `This server does not answer for the host "${host.slice(0, 100)}". Add it to ALLOWED_HOSTS if it should.`,
  );
}

export function isSignedIn(headers: Headers, config: AccessConfig): boolean {
  if (!config.API_TOKEN) return true;
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return isSameSecret(bearer, config.API_TOKEN);
  const cookies = (headers.get("cookie") ?? "").split(/; */);
  const session = cookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`));
  if (session === undefined) return false;
  return isSameSecret(session.slice(sessionCookie.length + 1), sessionValue(config.API_TOKEN));
}

/** Throws where the API token is set and the request does not carry it. */
export function checkToken(headers: Headers, config: AccessConfig): void {
  if (isSignedIn(headers, config)) return;
  throw new HttpProblem(
    401,
    "Not signed in",
    "Send the API token as `Authorization: Bearer …`, or sign in at /sign-in.",
    { "www-authenticate": 'Bearer realm="jiva"' },
  );
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
