import { gzipSync } from "node:zlib";
import { call, json, type Probe, type ProbeTarget, post, statusProbe, verdictOf } from "./probe";
import { open, requestText, speak } from "./raw";

/** Headers that no answer may lack, whoever wrote it. */
const safeHeaders = [
  "content-security-policy",
  "x-content-type-options",
  "referrer-policy",
  "x-frame-options",
  "cross-origin-opener-policy",
  "permissions-policy",
];

export function httpProbes({ url }: ProbeTarget): Probe[] {
  const area = "http";
  const line = (
    name: string,
    statuses: readonly number[],
    text: string,
    headers: readonly string[] = [],
    body = "",
  ): Probe => ({
    area,
    name,
    right: statuses.join(" or "),
    async run() {
      const { status } = await speak(url, requestText(url, text, headers, body));
      return { came: String(status), ok: statuses.includes(status) };
    },
  });
  return [
    line("TRACE", [405], "TRACE /"),
    line("CONNECT", [405], "CONNECT evil.example:443"),
    line("a method that nobody knows", [405], "NONSENSE /"),
    line("PUT on a list", [405], "PUT /api/runs"),
    line("OPTIONS", [204], "OPTIONS /api/runs"),
    line("HEAD", [200], "HEAD /api/runs"),
    line("a whole address for a path", [400], "GET http://evil.example/"),
    line("a path that begins with two slashes", [400], "GET //evil.example/"),
    line("a backslash in the path", [400], "GET /\\evil.example"),
    line("a broken percent-encoding of a page", [400, 404], "GET /runs/%E0%A4%A"),
    line("a broken percent-encoding of a call", [400], "GET /api/runs/%E0%A4%A"),
    line("a NUL in the path", [400, 404], "GET /api/runs/%00"),
    line("an address of 40 kB", [414], `GET /${"a".repeat(40_000)}`),
    line("headers of 80 kB", [431], "GET /", [`x-long: ${"a".repeat(80_000)}`]),
    line(
      "three thousand headers",
      [200, 400, 431],
      "GET /",
      Array.from({ length: 3_000 }, (_, at) => `x-${at}: 1`),
    ),
    line("a header without a colon", [400], "GET /", ["nonsense"]),
    line("two lengths of a body", [400], "POST /api/ask", ["content-length: 1", "content-length: 2"], "xx"),
    line(
      "a length and chunks at once",
      [400],
      "POST /api/ask",
      ["content-length: 5", "transfer-encoding: chunked"],
      "0\r\n\r\n",
    ),
    line("a coding that nobody knows", [400, 501], "POST /api/ask", ["transfer-encoding: xchunked"], "x"),
    line("an expectation that nobody knows", [417], "GET /", ["expect: miracles"]),
    {
      area,
      name: "paths that climb out",
      right: "nothing of the repository comes",
      async run() {
        const paths = [
          "/../package.json",
          "/%2e%2e/package.json",
          "/..%2fpackage.json",
          "/_next/static/..%2f..%2f..%2fpackage.json",
          "/_next/static/../../../../etc/passwd",
        ];
        const answers = await Promise.all(paths.map((path) => speak(url, requestText(url, `GET ${path}`))));
        return verdictOf(
          answers.flatMap(({ status, body }, at) =>
            /"dependencies"|root:/.test(body) ? [`${paths[at]} gave ${status}`] : [],
          ),
        );
      },
    },
    ...[
      "limit=-1",
      "limit=1e99",
      "limit=x",
      "cursor=nonsense",
      "nope=1",
      "__proto__=x",
      "constructor=x",
      "limit=1&limit=2",
      "status=nope",
      "from=never",
    ].map((query) =>
      statusProbe("parameters", `/api/runs?${query}`, [400], () => call(`${url}/api/runs?${query}`)),
    ),
    ...(
      [
        ["nothing", ""],
        ["a list", "[]"],
        ["null", "null"],
        ["no question", "{}"],
        ["an unknown field", '{"question":"x","nope":1}'],
        ["__proto__", '{"question":"x","__proto__":{"a":1}}'],
        ["100,000 brackets", "[".repeat(100_000)],
        ["a question of 1 MB", JSON.stringify({ question: "x".repeat(1_000_000) })],
        ["a time that is none", '{"question":"x","timeout_ms":-1}'],
      ] as const
    ).map(([name, body]) =>
      statusProbe("bodies", `ask with ${name}`, [400, 413], () => post(`${url}/api/ask`, body)),
    ),
    statusProbe("bodies", "ask with bytes that are no UTF-8", [400], () =>
      call(`${url}/api/ask`, {
        method: "POST",
        headers: json,
        body: Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]),
      }),
    ),
    statusProbe("bodies", "ask as a form of another site would", [415], () =>
      post(`${url}/api/ask`, '{"question":"x"}', { "content-type": "text/plain" }),
    ),
    statusProbe("spans", "a gigabyte of zeros, zipped to a megabyte", [413], async () =>
      call(`${url}/v1/traces`, {
        method: "POST",
        headers: { ...json, "content-encoding": "gzip" },
        body: new Uint8Array(zippedZeros()),
      }),
    ),
    statusProbe("spans", "what is no gzip", [400], () =>
      call(`${url}/v1/traces`, {
        method: "POST",
        headers: { ...json, "content-encoding": "gzip" },
        body: "no gzip",
      }),
    ),
    statusProbe("spans", "an encoding that nobody knows", [415], () =>
      call(`${url}/v1/traces`, {
        method: "POST",
        headers: { ...json, "content-encoding": "br" },
        body: "{}",
      }),
    ),
    statusProbe("spans", "a content type that is none of OTLP", [415], () =>
      post(`${url}/v1/traces`, "{}", { "content-type": "text/xml" }),
    ),
    statusProbe("spans", "21 MiB", [413], () =>
      post(`${url}/v1/traces`, `{"a":"${"x".repeat(21 * 1024 * 1024)}"}`),
    ),
    statusProbe("spans", "null", [400], () => post(`${url}/v1/traces`, "null")),
    {
      area,
      name: "every kind of answer has the headers that keep it safe",
      right: safeHeaders.join(", "),
      async run() {
        const lines = [
          "GET /",
          "GET /runs",
          "GET /nope",
          "GET /api/health",
          "GET /api/nope",
          "PUT /api/runs",
          "GET /api/runs?nope=1",
          "GET /_next/static/nope.js",
          "GET /favicon.ico",
          "POST /v1/traces",
          "TRACE /",
          "GET //x",
          "GET /runs/%zz",
          "HEAD /data",
          "OPTIONS /api/ask",
        ];
        const problems: string[] = [];
        for (const text of lines) {
          const { headers, status } = await speak(url, requestText(url, text));
          const missing = safeHeaders.filter((name) => headers[name] === undefined);
          if (missing.length > 0) problems.push(`${text} (${status}) lacks ${missing.join(", ")}`);
          if (headers["access-control-allow-origin"] !== undefined)
            problems.push(`${text} is open to other origins`);
        }
        return verdictOf(problems);
      },
    },
    {
      area,
      name: "a thousand connections that say nothing",
      right: "health answers within a second",
      async run() {
        const sockets = Array.from({ length: 1_000 }, () => open(url).on("error", () => undefined));
        await new Promise((resolve) => setTimeout(resolve, 500));
        const { status, ms } = await call(`${url}/api/health`);
        for (const socket of sockets) socket.destroy();
        return { came: `${status} after ${Math.round(ms)} ms`, ok: status === 200 && ms < 1_000 };
      },
    },
    {
      area,
      name: "200 calls at once",
      right: "each has an answer of 200 or 429",
      async run() {
        const answers = await Promise.all(Array.from({ length: 200 }, () => call(`${url}/api/runs?limit=5`)));
        return verdictOf(
          answers.flatMap(({ status }) => (status === 200 || status === 429 ? [] : [String(status)])),
        );
      },
    },
    {
      area: "slow",
      name: "headers that never end",
      right: "408 within 25 s",
      limitMs: 40_000,
      async run() {
        const { status, ms } = await speak(url, "GET / HTTP/1.1\r\nhost: x\r\nx-a: ", { limitMs: 35_000 });
        return { came: `${status} after ${Math.round(ms / 1_000)} s`, ok: status === 408 && ms < 25_000 };
      },
    },
    {
      area: "slow",
      name: "an upload that stands still after its first bytes",
      right: "cut within 45 s with 408 or 400, its place free",
      limitMs: 100_000,
      async run() {
        const headers = [
          "x-jiva-request: 1",
          "content-type: multipart/form-data; boundary=b",
          "content-length: 100000",
        ];
        const begun =
          '--b\r\ncontent-disposition: form-data; name="file"; filename="slow.csv"\r\n\r\na,b\r\n';
        const { status, ms } = await speak(url, requestText(url, "POST /api/datasets", headers, begun), {
          limitMs: 90_000,
        });
        return {
          came: `${status} after ${Math.round(ms / 1_000)} s`,
          ok: [400, 408].includes(status) && ms < 45_000,
        };
      },
    },
    {
      area: "slow",
      name: "a body of spans that stands still",
      right: "408 within 70 s",
      limitMs: 100_000,
      async run() {
        const headers = ["content-type: application/json", "content-length: 100000"];
        const { status, ms } = await speak(url, requestText(url, "POST /v1/traces", headers, "{"), {
          limitMs: 90_000,
        });
        return { came: `${status} after ${Math.round(ms / 1_000)} s`, ok: status === 408 && ms < 70_000 };
      },
    },
  ];
}

/** Zipped in pieces: a gigabyte is never held. */
function zippedZeros(): Uint8Array {
  const piece = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  // gzip allows members one behind the other.
  return Buffer.concat(Array.from({ length: 16 }, () => piece));
}

/** The client's address. */
export function strangerProbes({ url }: ProbeTarget): Probe[] {
  const area = "strangers";
  const ask = (headers: Readonly<Record<string, string>>) =>
    post(`${url}/api/ask`, { question: "How many stations are there?" }, headers);
  return [
    ...["/", "/api/runs", "/api/nope", "/_next/static/x.js", "/v1/traces", "/nope"].map(
      (path): Probe => ({
        area,
        name: `a host of another name asks for ${path}`,
        right: "421",
        async run() {
          const { status, body } = await speak(url, requestText(url, `GET ${path}`, ["host: evil.example"]));
          return { came: String(status), ok: status === 421 && !body.includes("<html") };
        },
      }),
    ),
    {
      area,
      name: "no host at all, two hosts, a host with a user",
      right: "400 or 421",
      async run() {
        const answers = await Promise.all([
          speak(url, "GET / HTTP/1.1\r\nconnection: close\r\n\r\n"),
          speak(url, requestText(url, "GET /", ["host: 127.0.0.1", "host: evil.example"])),
          speak(url, requestText(url, "GET /", ["host: 127.0.0.1@evil.example"])),
        ]);
        const statuses = answers.map(({ status }) => status);
        return {
          came: statuses.join(", "),
          ok: statuses.every((status) => status === 400 || status === 421),
        };
      },
    },
    statusProbe(area, "a question from another site's page", [403], () =>
      ask({ origin: "https://evil.example" }),
    ),
    statusProbe(area, "a question from a page without an origin", [403], () => ask({ origin: "null" })),
    statusProbe(area, "a question that the browser calls cross-site", [403], () =>
      ask({ "sec-fetch-site": "cross-site" }),
    ),
    statusProbe(area, "spans from another site's page", [403], () =>
      post(`${url}/v1/traces`, "{}", { origin: "https://evil.example" }),
    ),
    statusProbe(area, "an upload without its header", [403], () => {
      const form = new FormData();
      form.append("file", new File(["a\n1\n"], "a.csv"));
      return call(`${url}/api/datasets`, { method: "POST", body: form });
    }),
    statusProbe(area, "a delete as a link would do it", [405, 415], () =>
      call(`${url}/api/datasets/stations`, { method: "DELETE" }),
    ),
    {
      area,
      name: "a stranger's word on its own address and protocol",
      right: "it changes nothing: 200, no redirect",
      async run() {
        const { status, headers } = await call(`${url}/`, {
          headers: {
            "x-forwarded-host": "evil.example",
            "x-forwarded-proto": "https",
            forwarded: "for=1.2.3.4;host=evil.example",
          },
        });
        return { came: `${status} ${headers.get("location") ?? ""}`, ok: status === 200 };
      },
    },
  ];
}
