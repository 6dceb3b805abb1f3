import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseTrustedProxies } from "./client";
import { createDoor, type DoorOptions } from "./door";

/** The door on a real socket, with something simple behind it. */
let server: Server;
let port: number;
/** What came through. */
let passed: IncomingMessage[];

beforeEach(() => {
  passed = [];
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  vi.restoreAllMocks();
});

async function open(options: Partial<DoorOptions> = {}): Promise<void> {
  server = createDoor({
    allowedHosts: ["jiva.example"],
    trustedProxies: parseTrustedProxies(""),
    isDev: false,
    isSignedIn: async () => true,
    handle: async (request, response) => {
      passed.push(request);
      response.end("behind the door");
    },
    ...options,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes the text as it is and reads until the door hangs up. */
async function speak(text: string): Promise<Answer> {
  const socket = connect(port, "127.0.0.1");
  let said = "";
  socket.setEncoding("utf8").on("data", (data) => {
    said += data;
  });
  socket.on("error", () => undefined);
  socket.write(text);
  await once(socket, "close");
  const [head = "", ...body] = said.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.replace(/^[^:]*: ?/, ""),
  ]);
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers),
    body: body.join("\r\n\r\n"),
  };
}

const ask = (line: string, ...headers: string[]) =>
  speak([`${line} HTTP/1.1`, "host: jiva.example", "connection: close", ...headers, "", ""].join("\r\n"));

function expectSafe({ headers }: Answer): void {
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  });
  expect(headers["permissions-policy"]).toContain("camera=()");
}

describe("the door refuses", () => {
  it.each([
    ["GET /api/nope", 404],
    ["PUT /api/runs", 405],
    ["GET /v1/traces", 405],
    ["POST /runs", 405],
    ["TRACE /", 405],
    ["PURGE /api/runs", 405],
    ["CONNECT jiva.example:80", 405],
    ["NONSENSE /", 405],
    ["GET /runs/%E0%A4%A", 400],
    ["GET /api/runs/%", 400],
    ["GET //evil.example/", 400],
    ["GET http://jiva.example/", 400],
    ["OPTIONS *", 400],
    ["GET /runs\\x", 400],
    [`GET /${"a".repeat(40_000)}`, 414],
    [`GET /${"a".repeat(70_000)}`, 431],
  ])("%s", async (line, status) => {
    await open();
    const answer = await ask(line);
    expect(answer.status).toBe(status);
    expectSafe(answer);
    if (answer.headers["content-type"] === "application/problem+json") {
      expect(JSON.parse(answer.body)).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
    }
    if (status === 405) expect(answer.headers.allow).toMatch(/\w/);
    expect(passed).toEqual([]);
  });

  it.each(["/", "/api/runs", "/api/nope", "/_next/static/a.js"])("an unknown host for %s", async (path) => {
    await open();
    for (const host of ["evil.example", "jiva.example.evil.example", ""]) {
      const answer = await speak(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      expect(answer.status).toBe(421);
      expectSafe(answer);
    }
    expect((await speak(`GET ${path} HTTP/1.1\r\nconnection: close\r\n\r\n`)).status).toBe(421);
    expect(passed).toEqual([]);
  });

  it("two hosts", async () => {
    await open();
    const answer = await ask("GET /", "Host: evil.example");
    expect(answer.status).toBe(400);
    expectSafe(answer);
    expect(passed).toEqual([]);
  });

  it("what is no HTTP", async () => {
    await open();
    const answer = await speak("GET / HTTP/1.1\r\nbad header\r\n\r\n");
    expect(answer.status).toBe(400);
    expectSafe(answer);
  });

  it("an expectation that nobody knows, and a body whose request is refused before it is sent", async () => {
    await open();
    expect((await ask("GET /", "expect: miracles")).status).toBe(417);
    const refused = await ask("POST /api/nope", "expect: 100-continue", "content-length: 5");
    expect(refused.status).toBe(404);
  });
});

describe("the door lets in", () => {
  it("known calls, with a bare answer's headers made safe", async () => {
    await open();
    const answer = await ask("POST /v1/traces", "content-length: 0");
    expect(answer).toMatchObject({ status: 200, body: "behind the door" });
    expectSafe(answer);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it("what a route says itself", async () => {
    const policy = "default-src 'none'; script-src 'sha256-x'";
    await open({
      handle: async (_request, response) => {
        response.setHeader("content-security-policy", policy);
        response.writeHead(200, { "content-type": "text/html" }).end();
      },
    });
    const { headers } = await ask("GET /api/runs/a/export");
    expect(headers["content-security-policy"]).toBe(policy);
  });

  it("pages with a nonce that Next and the layout read, and that is never the same", async () => {
    await open();
    const nonces = new Set<string>();
    for (const attempt of [1, 2]) {
      const { headers } = await ask("GET /runs", "x-nonce: guessed");
      const [, nonce = ""] = /'nonce-([\w+/=]{20,})'/.exec(headers["content-security-policy"] ?? "") ?? [];
      nonces.add(nonce);
      const request = passed[attempt - 1];
      expect(request?.headers["x-nonce"]).toBe(nonce);
      expect(request?.headers["content-security-policy"]).toBe(headers["content-security-policy"]);
    }
    expect(nonces.size).toBe(2);
  });

  it("a body that waits for its leave", async () => {
    await open();
    const { status } = await ask("POST /api/ask", "expect: 100-continue", "content-length: 0");
    expect(status).toBe(100);
    expect(passed).toHaveLength(1);
  });

  it("the client's address, whatever the request says of it", async () => {
    await open();
    await ask("GET /", "x-forwarded-for: 1.2.3.4", "x-jiva-client-address: 1.2.3.4");
    expect(passed[0]?.headers).toMatchObject({ "x-jiva-client-address": "127.0.0.1" });
    expect(passed[0]?.headers["x-forwarded-for"]).toBeUndefined();
  });
});

describe("somebody who is not signed in", () => {
  it.each([
    ["/", "/sign-in?next=%2F"],
    ["/runs?q=a%20b", "/sign-in?next=%2Fruns%3Fq%3Da%2520b"],
    ["/nope", "/sign-in?next=%2Fnope"],
  ])("is led from %s to the sign-in page", async (path, location) => {
    await open({ isSignedIn: async () => false });
    const answer = await ask(`GET ${path}`);
    expect(answer).toMatchObject({ status: 307, headers: { location } });
    expectSafe(answer);
    expect(passed).toEqual([]);
  });

  it("loads the page again where another site's link led here: the cookie comes with that", async () => {
    await open({ isSignedIn: async () => false });
    const answer = await ask("GET /runs", "sec-fetch-site: cross-site");
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('http-equiv="refresh" content="0"');
    expectSafe(answer);
    expect((await ask("GET /runs", "sec-fetch-site: same-origin")).status).toBe(307);
  });

  it.each(["/sign-in?next=%2F", "/_next/static/a.js", "/api/health"])("may open %s", async (path) => {
    await open({ isSignedIn: async () => false });
    expect((await ask(`GET ${path}`)).status).toBe(200);
  });
});

describe("the page of a run whose id is no plain word", () => {
  it("is led to the address that nobody on the way reads otherwise", async () => {
    await open();
    const answer = await ask("GET /runs/d%2531?panel=stages");
    expect(answer).toMatchObject({
      status: 307,
      headers: { location: "/runs/-?run_id=d%2531&panel=stages" },
    });
    expectSafe(answer);
    expect(passed).toEqual([]);
    await ask("GET /runs/-?run_id=d%2531");
    expect(passed[0]?.url).toBe("/runs/-?run_id=d%2531");
  });
});

describe("a connection that stands still", () => {
  const stillness = { bodyMs: 100, answerMs: 300 };
  const half =
    "POST /v1/traces HTTP/1.1\r\nhost: jiva.example\r\nconnection: close\r\ncontent-length: 100\r\n\r\nhalf";

  it("is ended while its body is awaited", async () => {
    await open({ stillness, handle: async (request) => void request.resume() });
    const answer = await speak(half);
    expect(answer.status).toBe(408);
    expectSafe(answer);
  });

  it("is ended while its head is awaited", async () => {
    await open({ limits: { headersTimeout: 100, connectionsCheckingInterval: 50 } });
    const answer = await speak("GET / HTTP/1.1\r\nhost: jiva.example\r\nx-slow: ");
    expect(answer.status).toBe(408);
    expect(answer.body).toContain("headers within");
    expectSafe(answer);
  });

  it("is left alone where a second request came before the first was answered", async () => {
    let waitMs = 0;
    await open({
      stillness,
      handle: async (_request, response) => {
        waitMs += 150;
        setTimeout(() => response.end("done"), waitMs);
      },
    });
    const one = "GET /api/runs HTTP/1.1\r\nhost: jiva.example\r\n";
    const { body } = await speak(`${one}\r\n${one}connection: close\r\n\r\n`);
    expect(body.match(/done/g)).toHaveLength(2);
  });

  it("is left alone while the app holds the body back, or is at work", async () => {
    const answers: Promise<Answer>[] = [];
    await open({
      stillness,
      handle: async (_request, response) => void setTimeout(() => response.end("at last"), 500),
    });
    answers.push(speak(half), ask("GET /api/runs"));
    const bodies = (await Promise.all(answers)).map(({ body }) => body);
    expect(bodies).toEqual(["at last", "at last"]);
  });

  it("is ended once nobody has taken the answer for long", async () => {
    let isClosed: Promise<unknown> | undefined;
    await open({
      stillness,
      handle: async (_request, response) => {
        isClosed = once(response, "close");
        response.end(Buffer.alloc(50 * 1024 * 1024));
      },
    });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nhost: jiva.example\r\n\r\n");
    await vi.waitFor(() => expect(isClosed).toBeDefined());
    await isClosed;
    socket.destroy();
  });
});

describe("a failure behind the door", () => {
  it("is answered without its text", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await open({ handle: () => Promise.reject(new Error("secret")) });
    const answer = await ask("GET /");
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("secret");
    expectSafe(answer);
  });
});

describe("a body that was given up", () => {
  /** Sends the start of a body and all of it, then a second request, on one connection. */
  async function twoRequests(bodyBytes: number): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let said = "";
    socket.setEncoding("utf8").on("data", (data) => {
      said += data;
    });
    socket.on("error", () => undefined);
    const head = ["POST /api/ask HTTP/1.1", "host: jiva.example", `content-length: ${bodyBytes}`, "", ""];
    socket.write(head.join("\r\n"));
    socket.write(Buffer.alloc(bodyBytes, 0x20));
    socket.write("GET /api/health HTTP/1.1\r\nhost: jiva.example\r\nconnection: close\r\n\r\n");
    // A reset is an end as well; `once` would reject with it.
    await new Promise((resolve) => socket.once("close", resolve));
    return said;
  }

  /** Reads one piece of the body, as Next hands it to a route that refuses halfway, and leaves the rest. */
  const givesUp: DoorOptions["handle"] = async (request, response) => {
    if (request.method === "GET") return void response.end("the second");
    const asked = new Request("http://jiva.example/", {
      method: "POST",
      body: request as unknown as BodyInit,
      duplex: "half",
    } as RequestInit);
    for await (const _ of asked.body as unknown as AsyncIterable<Uint8Array>) break;
    response.writeHead(413).end("the first");
  };

  it("leaves its connection to the next request", async () => {
    await open({ handle: givesUp });
    const said = await twoRequests(1024 * 1024);
    expect(said).toContain("the first");
    expect(said).toContain("the second");
  });

  it("closes the connection where too much is left", async () => {
    await open({ handle: givesUp });
    const said = await twoRequests(40 * 1024 * 1024);
    expect(said).not.toContain("the second");
  });
});
