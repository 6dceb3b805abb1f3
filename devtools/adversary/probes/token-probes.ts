import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { call, json, type Probe, type ProbeTarget, post, statusProbe, verdictOf } from "./probe";

export const tokens = {
  full: "full-token-of-the-probes-8f2a",
  read: "read-token-of-the-probes-91bc",
} as const;

/** Calls that answer anybody: the bare health check, and signing in and out. */
const openCalls = new Set([
  "GET /api/health",
  "POST /api/sign-in",
  "POST /api/sign-out",
  "DELETE /api/sign-in",
]);
/** What a token that only reads may send: a body that asks for a file. */
const readingPosts = new Set(["POST /api/metrics/gantt-otel", "POST /fastapi/metrics/gantt-otel"]);

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every call, read from the folder that Next makes them of: none can be forgotten here. */
export function routesOf(root: string): Route[] {
  const found: Route[] = [];
  const walk = (folder: string, path: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.isDirectory())
        walk(`${folder}/${entry.name}`, `${path}/${entry.name.replace(/^\[.*\]$/, "x")}`);
      if (entry.name !== "route.ts") continue;
      const text = readFileSync(join(root, folder, entry.name), "utf8");
      for (const [, method] of text.matchAll(
        /export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b|\bexport \{[^}]*\b(GET|POST|DELETE)\b/g,
      )) {
        if (method !== undefined) found.push({ method, path });
      }
    }
  };
  walk("app", "");
  return found;
}

export function tokenProbes({ root, url }: ProbeTarget): Probe[] {
  const area = "tokens";
  const routes = routesOf(root);
  const ask = ({ method, path }: Route, token?: string) =>
    call(url + path, {
      method,
      headers: {
        ...json,
        "x-jiva-request": "1",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(method !== "GET" && { body: "{" }),
    });
  const every = async (
    token: string | undefined,
    faultOf: (route: Route, status: number, text: string) => string | undefined,
  ) => {
    const problems: string[] = [];
    for (const route of routes) {
      const { status, text } = await ask(route, token);
      const fault = faultOf(route, status, text);
      if (fault !== undefined) problems.push(`${route.method} ${route.path}: ${fault}`);
    }
    return verdictOf(
      routes.length < 15 ? ["too few calls were found"] : problems,
      `all ${routes.length} calls`,
    );
  };
  const nameOf = ({ method, path }: Route) => `${method} ${path}`;
  return [
    {
      area,
      name: "every call without a token",
      right: "401",
      run: () =>
        every(undefined, (route, status) =>
          openCalls.has(nameOf(route)) || status === 401 ? undefined : String(status),
        ),
    },
    {
      area,
      name: "every call with a wrong token",
      // Wrong tokens are counted by address and answered 429 after many; the right one is never locked out (below).
      right: "401 or 429",
      run: () =>
        every("wrong", (route, status) =>
          openCalls.has(nameOf(route)) || status === 401 || status === 429 ? undefined : String(status),
        ),
    },
    {
      area,
      name: "every call with READ_TOKEN",
      right: "reads pass, writes are 403 with the reason",
      run: () =>
        every(tokens.read, (route, status, text) => {
          if (openCalls.has(nameOf(route))) return undefined;
          const reads = route.method === "GET" || readingPosts.has(nameOf(route));
          if (reads) return status === 401 || status === 403 ? String(status) : undefined;
          return status === 403 && /READ_TOKEN|only reads/i.test(text)
            ? undefined
            : `${status} ${text.slice(0, 100)}`;
        }),
    },
    {
      area,
      name: "every call with API_TOKEN",
      right: "neither 401 nor 403 nor 500",
      run: () =>
        every(tokens.full, (_, status) => ([401, 403, 500].includes(status) ? String(status) : undefined)),
    },
    ...["/", "/runs?q=a%20b", "/runs/x", "/data", "/open", "/compare?run=a&run=b", "/nope"].map(
      (path): Probe => ({
        area,
        name: `the page ${path} without a token`,
        right: "307 to /sign-in, with the way back",
        async run() {
          const { status, headers } = await call(url + path);
          const location = headers.get("location") ?? "";
          return {
            came: `${status} ${location}`,
            ok: status === 307 && location.endsWith(`/sign-in?next=${encodeURIComponent(path)}`),
          };
        },
      }),
    ),
    {
      area,
      name: "sign in, use the cookie, sign in with a wrong token many times",
      right: "a cookie that scripts cannot read; the right token is never locked out",
      async run() {
        const problems: string[] = [];
        for (let tries = 0; tries < 25; tries++)
          await post(`${url}/api/sign-in`, { token: `wrong ${tries}` });
        const { status, headers } = await post(`${url}/api/sign-in`, { token: tokens.full });
        if (status !== 200) problems.push(`the right token after 25 wrong ones: ${status}`);
        const cookie = headers.get("set-cookie") ?? "";
        if (!/HttpOnly/i.test(cookie) || !/SameSite=Strict/i.test(cookie))
          problems.push(`the cookie is ${cookie.replace(/=[^;]*/, "=…")}`);
        if (cookie.includes(tokens.full)) problems.push("the cookie holds the token");
        const session = cookie.split(";")[0] ?? "";
        const signedIn = await call(`${url}/api/runs`, { headers: { cookie: session } });
        if (status === 200 && signedIn.status !== 200) problems.push(`with the cookie: ${signedIn.status}`);
        const forged = await call(`${url}/api/runs`, {
          headers: { cookie: session.replace(/.$/, (last) => (last === "0" ? "1" : "0")) },
        });
        if (forged.status !== 401) problems.push(`with a cookie that differs in one sign: ${forged.status}`);
        const bearer = await call(`${url}/api/runs`, { headers: { authorization: `Bearer ${tokens.full}` } });
        if (bearer.status !== 200) problems.push(`the right bearer: ${bearer.status}`);
        return verdictOf(problems);
      },
    },
    statusProbe(area, "a token in the address", [400, 401], () =>
      call(`${url}/api/runs?token=${tokens.full}`),
    ),
    statusProbe(area, "a token as Basic", [401, 429], () =>
      call(`${url}/api/runs`, { headers: { authorization: `Basic ${btoa(`x:${tokens.full}`)}` } }),
    ),
    statusProbe(area, "the token and more", [401, 429], () =>
      call(`${url}/api/runs`, { headers: { authorization: `Bearer ${tokens.full}x` } }),
    ),
    {
      area,
      name: "health without a token",
      right: "200, and nothing that a stranger need not know",
      async run() {
        const { status, text } = await call(`${url}/api/health`);
        return {
          came: `${status} ${text.slice(0, 150)}`,
          ok: status === 200 && !text.includes("/tmp/") && !text.includes(tokens.full),
        };
      },
    },
    {
      area,
      name: "a sign-in that leads elsewhere",
      right: "no address of another site in the page's own links or redirects",
      async run() {
        const { status, headers, text } = await call(
          `${url}/sign-in?next=${encodeURIComponent("//evil.example/")}`,
        );
        return {
          came: String(status),
          ok:
            status === 200 && !headers.has("location") && !/(?:href|action)="(?:https?:)?\/\/evil/.test(text),
        };
      },
    },
  ];
}
