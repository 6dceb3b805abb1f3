import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { EngineError } from "../process/engine-error";
import { header } from "./request";

export type Credentials = { user: string; password: string };

/**
 * Only names of this machine: a page of another origin that points its own name at 127.0.0.1
 * (DNS rebinding) sends that name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host);
}

/** Throws AUTHENTICATION_FAILED unless the request carries the engine's user and password. */
export function checkCredentials(req: IncomingMessage, expected: Credentials): void {
  const given = givenCredentials(req);
  // Both are compared in full, so that the time taken tells nothing.
  const isUser = isSame(given.user, expected.user);
  const isPassword = isSame(given.password, expected.password);
  if (isUser && isPassword) return;
  const why = "Authentication failed: password is incorrect, or there is no user with such name.";
  throw new EngineError(516, "AUTHENTICATION_FAILED", `${given.user || "default"}: ${why}`);
}

/** Headers of ClickHouse's own, then basic authentication, then parameters, as a server reads them. */
function givenCredentials(req: IncomingMessage): Credentials {
  const user = header(req, "x-clickhouse-user");
  const key = header(req, "x-clickhouse-key");
  if (user !== undefined || key !== undefined) return { user: user ?? "default", password: key ?? "" };
  const basic = /^Basic\s+(\S+)$/i.exec(header(req, "authorization") ?? "")?.[1];
  if (basic !== undefined) {
    const [name = "", ...rest] = Buffer.from(basic, "base64").toString("utf8").split(":");
    return { user: name, password: rest.join(":") };
  }
  const params = new URL(req.url ?? "/", "http://localhost").searchParams;
  return { user: params.get("user") ?? "default", password: params.get("password") ?? "" };
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
