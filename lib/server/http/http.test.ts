import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Role } from "@/lib/api/sign-in";
import { DeadlineExceeded, TooBusy } from "@/lib/base/tasks";
import { readConfig } from "../config";
import { type AccessServices, digestOfToken } from "./access";
import { json, type RouteOptions, readJson, readQuery, route } from "./http";
import { createSessions } from "./sessions";
import { createWrongTokens } from "./wrong-tokens";

const own = { host: "127.0.0.1:3000", "content-type": "application/json" };

/** What tells visitors apart in an app of these settings, with its sessions in memory. */
function accessServices(environment: Record<string, string>) {
  return {
    config: readConfig(environment),
    // All of them were read at this moment: the table is not asked.
    sessions: createSessions(
      {
        write: async () => undefined,
        find: async () => undefined,
        end: async () => undefined,
        endAll: async () => undefined,
      },
      () => 0,
    ),
    wrongTokens: createWrongTokens(() => undefined),
  } satisfies AccessServices;
}

type Caller = (request: Request) => Promise<Response>;

function call(handler: Caller, init: RequestInit & { path?: string } = {}) {
  const { path = "/api/x", ...rest } = init;
  return handler(new Request(`http://127.0.0.1:3000${path}`, rest));
}

/** A route that works with nothing, in an app of these settings. */
function routeOf(
  options: RouteOptions,
  handle: (request: Request) => Promise<Response>,
  environment: Record<string, string> = {},
): Caller {
  return route<never>(options, (_, request) => handle(request)).with(accessServices(environment));
}

function echo(options: RouteOptions, environment?: Record<string, string>): Caller {
  return routeOf(options, async () => json({ done: true }), environment);
}

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

describe("route keeps strangers out", () => {
  it.each(["evil.example", "127.0.0.1.evil.example:3000", "", "[::2]:3000"])("host %j", async (host) => {
    const response = await call(echo({}), { headers: { host } });
    expect(response.status).toBe(421);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it.each(["localhost:3000", "127.0.0.1", "LOCALHOST", "[::1]:3000"])("but answers for %s", async (host) => {
    expect((await call(echo({}), { headers: { host } })).status).toBe(200);
  });

  it.each<Record<string, string>>([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:9999" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:3000" },
  ])("a write from %o", async (foreign) => {
    const handler = echo({ write: "json" });
    const response = await call(handler, { method: "POST", headers: { ...own, ...foreign } });
    expect(response.status).toBe(403);
  });

  it("lets our own page and a program write", async () => {
    const handler = echo({ write: "json" });
    const page = { ...own, origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" };
    expect((await call(handler, { method: "POST", headers: page })).status).toBe(200);
    expect((await call(handler, { method: "POST", headers: own })).status).toBe(200);
  });

  it("refuses what a form of another site could send", async () => {
    const json = echo({ write: "json" });
    const form = { host: own.host, "content-type": "text/plain" };
    expect((await call(json, { method: "POST", headers: form })).status).toBe(415);
    const upload = echo({ write: "upload" });
    expect((await call(upload, { method: "POST", headers: { host: own.host } })).status).toBe(403);
    const header = { host: own.host, "x-jiva-request": "1" };
    expect((await call(upload, { method: "POST", headers: header })).status).toBe(200);
  });

  it("needs the token where one is set", async () => {
    const handler = echo({}, { API_TOKEN: "right" });
    const status = async (headers: Record<string, string>) =>
      (await call(handler, { headers: { host: own.host, ...headers } })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer wrong" })).toBe(401);
    expect(await status({ authorization: "Bearer right" })).toBe(200);
    const open = echo({ open: true }, { API_TOKEN: "right" });
    expect((await call(open, { headers: { host: own.host } })).status).toBe(200);
  });

  it("lets the read token read, whatever the method, and nothing else", async () => {
    const tokens = { API_TOKEN: "right", READ_TOKEN: "reader" };
    const status = async (options: RouteOptions, method: string, token: string) => {
      const headers = { ...own, authorization: `Bearer ${token}` };
      return (await call(echo(options, tokens), { method, headers })).status;
    };
    expect(await status({}, "GET", "reader")).toBe(200);
    expect(await status({}, "HEAD", "reader")).toBe(200);
    expect(await status({ write: "json", reads: true }, "POST", "reader")).toBe(200);
    expect(await status({ write: "json" }, "POST", "reader")).toBe(403);
    expect(await status({}, "POST", "reader")).toBe(403);
    expect(await status({ write: "json" }, "DELETE", "reader")).toBe(403);
    expect(await status({ write: "json" }, "POST", "right")).toBe(200);
  });

  it("lets a session in as long as its token is the one of now", async () => {
    const services = accessServices({ API_TOKEN: "right", READ_TOKEN: "reader" });
    const handler = route<never>({}, async () => json({ done: true })).with(services);
    const sessionOf = async (role: Role, token: string) =>
      `jiva_session=${await services.sessions.create(role, await digestOfToken(token))}`;
    const status = async (cookie: string, method = "GET") =>
      (await call(handler, { method, headers: { ...own, cookie } })).status;
    const full = await sessionOf("full", "right");
    const read = await sessionOf("read", "reader");
    expect(await status(`a=b; ${full}`)).toBe(200);
    expect(await status(full, "POST")).toBe(200);
    expect(await status(read)).toBe(200);
    expect(await status(read, "POST")).toBe(403);
    expect(await status(await sessionOf("full", "before"))).toBe(401);
    expect(await status(await sessionOf("full", "reader"))).toBe(401);
    expect(await status(`jiva_session=${"x".repeat(43)}`)).toBe(401);
    expect(await status("jiva_session=right")).toBe(401);
    expect(await status("jiva_session=")).toBe(401);
  });

  it("refuses many wrong tokens of one address, and never the right one", async () => {
    const handler = echo({}, { API_TOKEN: "right" });
    const answer = (token: string, address: string) =>
      call(handler, {
        headers: { ...own, authorization: `Bearer ${token}`, "x-jiva-client-address": address },
      });
    const statuses: number[] = [];
    for (let n = 0; n < 15; n++) statuses.push((await answer("wrong", "203.0.113.7")).status);
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
    expect(Number((await answer("wrong", "203.0.113.7")).headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await answer("right", "203.0.113.7")).status).toBe(200);
    expect((await answer("wrong", "203.0.113.8")).status).toBe(401);
  });

  it("sends headers that keep an answer from running or staying", async () => {
    const { headers } = await call(echo({}), { headers: own });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("route turns failures into problems", () => {
  it.each([
    [new DeadlineExceeded(30), 504, null],
    [new TooBusy("full", 1_500), 429, "2"],
    [Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }), 503, "2"],
    [Object.assign(new Error("Unknown table"), { code: "60", type: "UNKNOWN_TABLE" }), 503, "2"],
    [Object.assign(new Error("Disk full: secret"), { code: "243", type: "NOT_ENOUGH_SPACE" }), 507, null],
    [Object.assign(new Error("ENOSPC: no space left, write"), { code: "ENOSPC" }), 507, null],
    [new Error("secret detail"), 500, null],
  ])("%s", async (error, status, retryAfter) => {
    const response = await call(
      routeOf({}, () => Promise.reject(error)),
      { headers: own },
    );
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe(retryAfter);
    expect(JSON.stringify(await response.json())).not.toContain("secret");
  });
});

describe("route, when the caller has gone", () => {
  it("calls no stopped work an error", async () => {
    const gone = AbortSignal.abort();
    const handler = routeOf({}, () => Promise.reject(new Error("The user aborted a request.")));
    expect((await call(handler, { headers: own, signal: gone })).status).toBe(499);
    expect(console.error).not.toHaveBeenCalled();
  });
});

describe("readJson", () => {
  const schema = z.strictObject({ a: z.number() });
  const send = async (body: BodyInit, headers: Record<string, string> = {}) => {
    const handler = routeOf({ write: "json" }, async (request) => json(await readJson(request, schema)));
    const response = await call(handler, { method: "POST", headers: { ...own, ...headers }, body });
    return { status: response.status, body: (await response.json()) as { detail?: string } };
  };

  it("gives what the schema gives", async () => {
    expect(await send('{"a":1}')).toEqual({ status: 200, body: { a: 1 } });
  });

  it.each([
    ["", 400, "not valid JSON"],
    ["{", 400, "not valid JSON"],
    ['{"a":"1"}', 400, "a: "],
    ['{"a":1,"b":2}', 400, "b"],
    [`{"a":${"[".repeat(17)}`, 400, "nested deeper"],
    [`{"a":"${"x".repeat(270_000)}"}`, 413, "256 KiB"],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 400, "UTF-8"],
  ])("refuses %j", async (body, status, text) => {
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(text);
  });

  it("refuses a name that schemas do not look at", async () => {
    expect(await send('{"a":1,"__proto__":{}}')).toMatchObject({ status: 400 });
    const handler = routeOf({}, async (request) => json(readQuery(request, z.strictObject({}))));
    const answer = await call(handler, { path: "/api/x?__proto__=x", headers: own });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("__proto__");
  });

  it("does not wait for a body that comes by drops", async () => {
    vi.useFakeTimers();
    try {
      const body = new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(Buffer.from("{")) });
      const handler = routeOf({ write: "json" }, async (request) => json(await readJson(request, schema)));
      const init = { method: "POST", headers: own, body, duplex: "half" } as RequestInit;
      const answer = call(handler, init);
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await answer).status).toBe(408);
    } finally {
      vi.useRealTimers();
    }
  });

  it("counts brackets in text for what they are", async () => {
    expect((await send(`{"a":"${"[".repeat(40)}\\"["}`)).body.detail).toContain("a: ");
  });

  it("refuses a body that would have to be unpacked", async () => {
    expect((await send('{"a":1}', { "content-encoding": "gzip" })).status).toBe(415);
  });
});
