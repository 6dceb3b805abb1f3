import { createServer, request as rawRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { paths } from "@/lib/api/paths";

/** Whoever is not the person or a program of theirs: refused, and nothing changed. */

/** A request with headers that `fetch` would not send. */
function raw(url: string, method: string, headers: Record<string, string>, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // Node gives a DELETE no length of its own accord, and its body would be read as the next request.
    const length = { "content-length": String(Buffer.byteLength(body ?? "")) };
    const sent = rawRequest(url, { method, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("a host of another name is not answered, for pages, calls and files", async ({ baseURL }) => {
  const host = "rebound.example";
  for (const path of ["/", "/runs", paths.runs, paths.datasets, paths.health]) {
    expect(await raw(`${baseURL}${path}`, "GET", { host }), path).toBe(421);
  }
});

test("a page of another origin can neither write nor read", async ({ page, request, baseURL }) => {
  const before = await (await request.get(paths.datasets)).text();
  const foreign = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>foreign</title>");
  });
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  try {
    await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const outcomes = await page.evaluate(
      async ({ app, clear, datasets }) => {
        const attempt = async (path: string, init: RequestInit) =>
          fetch(`${app}${path}`, init).then(
            (response) => `${response.type} ${response.status}`,
            () => "refused by the browser",
          );
        const form = new FormData();
        form.append("file", new Blob(["a\n1\n"]), "stolen.csv");
        return [
          await attempt(clear, {
            method: "DELETE",
            body: '{"force":true}',
            headers: { "content-type": "application/json" },
          }),
          await attempt(clear, { method: "POST", mode: "no-cors", body: '{"force":true}' }),
          await attempt(datasets, { method: "POST", mode: "no-cors", body: form }),
          await attempt(datasets, { method: "GET" }),
        ];
      },
      { app: baseURL ?? "", clear: paths.clearTraces, datasets: paths.datasets },
    );
    // Cross-Origin-Resource-Policy keeps even the opaque answers back; that nothing changed is shown below.
    expect(new Set(outcomes)).toEqual(new Set(["refused by the browser"]));
  } finally {
    foreign.close();
  }
  expect(await (await request.get(paths.datasets)).text()).toBe(before);
});

test("a write with a foreign Origin is refused even where the browser lets it out", async ({ baseURL }) => {
  const headers = { origin: "https://evil.example", "content-type": "application/json" };
  expect(await raw(`${baseURL}${paths.clearTraces}`, "DELETE", headers, '{"force":true}')).toBe(403);
  expect(await raw(`${baseURL}${paths.ask}`, "POST", headers, '{"question":"how many bikes?"}')).toBe(403);
});
