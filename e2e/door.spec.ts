import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { type StartedJiva, startJiva } from "@/devtools/launcher/started-jiva.mjs";
import { pages, paths } from "@/lib/api/paths";
import { apiRoutes } from "@/lib/api/routes";

/**
 * A Jiva with tokens, really started, behind a proxy that it trusts (this machine): every page and every call, with
 * no token, with the one for reading, and with the one for everything.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const tokens = { full: "the-full-token-of-this-test", read: "the-read-token-of-this-test" };
type Role = keyof typeof tokens;

// One Jiva for all of them: a second worker would start another.
test.describe.configure({ mode: "serial" });

let jiva: StartedJiva;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  const settings = { API_TOKEN: tokens.full, READ_TOKEN: tokens.read, TRUSTED_PROXIES: "127.0.0.1" };
  jiva = await startJiva(root, settings);
});
test.afterAll(() => jiva?.stop());

/** Every page of the folder `app`, so that none can be forgotten; parameters are some run's. */
const everyPage = readdirSync(`${root}app`, { recursive: true, encoding: "utf8" })
  .map((path) => `/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith("/page.tsx") && path !== "/sign-in/page.tsx")
  .map((path) => path.replace(/\/page\.tsx$/, "").replace(/\[\w+\]/g, "some-run") || "/");

/** Every call with each of its methods: lib/server/routes.test.ts holds the table against the folder. */
const everyCall = Object.entries(apiRoutes).flatMap(([path, methods]) =>
  methods.map((method) => ({ method, path: path.replace(/\[\w+\]/g, "some-id") })),
);
/** For everybody. */
const open: readonly string[] = [paths.health, paths.signIn, paths.signOut];
/** Read by POST. */
const reads = /\/metrics\/gantt-otel$/;

function call(method: string, path: string, headers: Record<string, string>, body = '{"unknown":1}') {
  return fetch(`${jiva.url}${path}`, {
    method,
    redirect: "manual",
    headers: { "content-type": "application/json", "x-jiva-request": "1", ...headers },
    ...(method !== "GET" && { body }),
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const signIn = (token: string, headers = {}) =>
  call("POST", paths.signIn, headers, JSON.stringify({ token }));

/** The session's cookie as a browser sends it back. */
async function cookieOf(role: Role): Promise<string> {
  const answer = await signIn(tokens[role]);
  expect(await answer.json()).toEqual({ signed_in: true, role });
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

async function pageOf(browser: Browser, role: Role): Promise<Page> {
  const context = await browser.newContext({ baseURL: jiva.url });
  const [name = "", value = ""] = (await cookieOf(role)).split("=");
  await context.addCookies([{ name, value, url: jiva.url, httpOnly: true, sameSite: "Strict" }]);
  return context.newPage();
}

test("without a token every page leads to the sign-in page, and back", async ({ browser }) => {
  expect(everyPage.length).toBeGreaterThan(5);
  for (const [path, location] of [
    ["/", "/sign-in?next=%2F"],
    ["/runs?q=a%20b", "/sign-in?next=%2Fruns%3Fq%3Da%2520b"],
    ...everyPage.map((page) => [page, `/sign-in?next=${encodeURIComponent(page)}`]),
  ] as [string, string][]) {
    const answer = await call("GET", path, {});
    expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 307, location]);
  }
  const page = await browser.newPage({ baseURL: jiva.url });
  await page.goto("/runs?q=a%20b");
  await page.getByLabel("Token").fill("not the token at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Wrong token" })).toBeVisible();
  await page.getByLabel("Token").fill(tokens.full);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/runs\?q=a/);
  await expect(page.getByRole("heading", { name: "Runs", level: 1 })).toBeVisible();

  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", secure: false });
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto("/data");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdata/);
  // The session is over, not only the browser's cookie gone.
  expect((await call("GET", paths.runs, { cookie: `${cookie?.name}=${cookie?.value}` })).status).toBe(401);
  await page.context().close();
});

test("a link of another site leads to the page, not to the sign-in", async ({ browser }) => {
  const page = await pageOf(browser, "read");
  const foreign = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>foreign</title><a href="${jiva.url}/data">Jiva</a>`);
  });
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  try {
    // By another name than the app's, which makes it another site.
    await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
    await page.getByRole("link", { name: "Jiva" }).click();
    await expect(page.getByRole("heading", { name: "Data", level: 1 })).toBeVisible();
    await page.context().clearCookies();
    await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
    await page.getByRole("link", { name: "Jiva" }).click();
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fdata$/);
  } finally {
    foreign.close();
    await page.context().close();
  }
});

for (const role of ["full", "read"] as const) {
  test(`with the ${role} token every page opens, and shows what it can do`, async ({ browser }) => {
    const page = await pageOf(browser, role);
    for (const path of everyPage) {
      const answer = await page.goto(path);
      expect([path, answer?.status()]).toEqual([path, 200]);
      await expect(page).toHaveURL(new RegExp(`${path.replace("/", "\\/")}$`));
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    }
    // Nothing but what it may do: else a click would end in a refusal.
    const shown = role === "full" ? 1 : 0;
    const places = [
      [pages.ask, page.getByRole("button", { name: "Ask" })],
      [pages.data, page.getByRole("button", { name: "Upload files" })],
      [pages.data, page.getByRole("button", { name: "Delete stations" })],
      [pages.runs, page.getByRole("button", { name: "Clear old runs" })],
    ] as const;
    for (const [path, control] of places) {
      await page.goto(path);
      if (path === pages.data) await expect(page.getByRole("article", { name: "stations" })).toBeVisible();
      await expect(control).toHaveCount(shown);
    }
    await page.goto(pages.runs);
    await page
      .getByRole("link", { name: /ingest/ })
      .first()
      .click();
    await expect(page.getByRole("link", { name: "Download HTML" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(shown);
    // The way out has room on a phone too.
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(pages.ask);
    await expect(page.getByRole("button", { name: "Sign out" })).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.context().close();
  });
}

test("every call asks for a token, and the one for reading changes nothing", async () => {
  const cookies = { full: await cookieOf("full"), read: await cookieOf("read") };
  // Last: it ends the sessions that the others are asked with.
  const calls = everyCall.toSorted(
    (a, b) => Number(a.path === paths.sessions) - Number(b.path === paths.sessions),
  );
  expect(calls.length).toBeGreaterThan(20);
  for (const { method, path } of calls) {
    const label = `${method} ${path}`;
    const statusOf = async (headers: Record<string, string>) => (await call(method, path, headers)).status;
    if (open.includes(path)) {
      expect([label, await statusOf({})]).not.toEqual([label, 401]);
      continue;
    }
    expect([label, await statusOf({})]).toEqual([label, 401]);
    expect([label, await statusOf({ cookie: "jiva_session=made-up" })]).toEqual([label, 401]);
    const isRead = method === "GET" || reads.test(path);
    for (const headers of [bearer(tokens.read), { cookie: cookies.read }]) {
      const answer = await call(method, path, headers);
      if (isRead) expect([label, [401, 403].includes(answer.status)]).toEqual([label, false]);
      else
        expect([label, answer.status, await answer.text()]).toEqual([
          label,
          403,
          expect.stringContaining("API_TOKEN"),
        ]);
    }
    for (const headers of [bearer(tokens.full), { cookie: cookies.full }]) {
      expect([label, [401, 403].includes(await statusOf(headers))]).toEqual([label, false]);
      if (path === paths.sessions) break;
    }
  }
  // Everybody has been signed out.
  for (const cookie of Object.values(cookies)) {
    expect((await call("GET", paths.runs, { cookie })).status).toBe(401);
  }
  expect(await (await call("GET", paths.health, {})).json()).toEqual({ status: "ok" });
});

test("a proxy's word on address and protocol counts, and wrong tokens lock nobody out", async () => {
  const from = (address: string) => ({
    "x-forwarded-for": `1.2.3.4, ${address}`,
    "x-forwarded-proto": "https",
  });
  const statuses: number[] = [];
  for (let n = 0; n < 12; n++) statuses.push((await signIn("wrong", from("203.0.113.7"))).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  expect((await call("GET", paths.runs, { ...bearer("wrong"), ...from("203.0.113.7") })).status).toBe(429);
  expect((await call("GET", paths.runs, { ...bearer("wrong"), ...from("203.0.113.8") })).status).toBe(401);
  // From the same address.
  expect((await call("GET", paths.runs, { ...bearer(tokens.read), ...from("203.0.113.7") })).status).toBe(
    200,
  );
  const answer = await signIn(tokens.full, from("203.0.113.7"));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("set-cookie")).toMatch(
    /^jiva_session=[\w-]{43}; .*HttpOnly; SameSite=Strict; .*Secure$/,
  );
  expect(jiva.output().match(/A wrong token came from 203\.0\.113\.7/g)).toHaveLength(1);
  expect(jiva.output()).not.toContain(tokens.full);
});
