import type { Role } from "@/lib/api/sign-in";
import { currentConfig } from "../config";
import { services } from "../running";
import { digestOfToken, roleOfToken, sessionCookieOf, sessionIdOf, type Visitor, visitorOf } from "./access";
import { sessionLimits } from "./sessions";

/** A session for this token; no cookie where no token is asked for. Throws a problem: 401, 429, 503. */
export async function signIn(token: string, headers: Headers): Promise<{ role: Role; cookie?: string }> {
  const config = currentConfig();
  if (!config.API_TOKEN) return { role: "full" };
  const role = roleOfToken(token, config, headers);
  const id = await services().sessions.create(role, await digestOfToken(token));
  return { role, cookie: sessionCookieOf(id, sessionLimits.lifeMs, headers) };
}

/** Ends the session of the request's cookie; the cookie goes in any case. Throws a problem 503. */
export async function signOut(headers: Headers): Promise<{ cookie: string }> {
  const id = sessionIdOf(headers);
  if (id !== undefined) await services().sessions.end(id);
  return { cookie: sessionCookieOf("", 0, headers) };
}

/** Ends every session. Throws a problem 503. */
export async function signOutAll(): Promise<void> {
  await services().sessions.endAll();
}

/** The visitor of a page; undefined before the sign-in. Never throws: the door has refused whatever is wrong. */
export async function visitorOfPage(headers: Headers): Promise<Visitor | undefined> {
  return visitorOf(headers, currentConfig()).catch(() => undefined);
}
