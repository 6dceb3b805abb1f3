import type { Role } from "@/lib/api/sign-in";
import type { Services } from "../running";
import { type AccessServices, digestOfToken, roleOfToken, sessionCookieOf, sessionIdOf } from "./access";
import { sessionLimits } from "./sessions";

/** A session for this token; no cookie where no token is asked for. Throws a problem: 401, 429, 503. */
export async function signIn(
  services: AccessServices,
  token: string,
  headers: Headers,
): Promise<{ role: Role; cookie?: string }> {
  if (!services.config.API_TOKEN) return { role: "full" };
  const role = roleOfToken(services, token, headers);
  const id = await services.sessions.create(role, await digestOfToken(token));
  return { role, cookie: sessionCookieOf(id, sessionLimits.lifeMs, headers) };
}

/** Ends the session of the request's cookie; the cookie goes in any case. Throws a problem 503. */
export async function signOut(
  { sessions }: Pick<Services, "sessions">,
  headers: Headers,
): Promise<{ cookie: string }> {
  const id = sessionIdOf(headers);
  if (id !== undefined) await sessions.end(id);
  return { cookie: sessionCookieOf("", 0, headers) };
}

/** Ends every session. Throws a problem 503. */
export async function signOutAll({ sessions }: Pick<Services, "sessions">): Promise<void> {
  await sessions.endAll();
}
