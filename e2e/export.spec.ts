import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page, TestInfo } from "@playwright/test";
import { pages, paths } from "@/lib/api/paths";
import { expect, freshWord, test } from "./page-test";
import { freshId, otlpSpan, storeRun, text } from "./stored-run";

/** Ends scripts, styles, comments, titles and attributes, with everything that texts may hold. */
const hostile =
  `</script><script>window.pwned=1</script></style></title><!--<!doctype html><img src=x onerror="window.pwned=2">` +
  `"'\`\${window.pwned=3}\u2028\u2029\u0000\ufeff&lt;&#x3c;]]>-->\\u003c/script>`;

/** The file opened from disk, in a browser without a network; every request of it is noted. */
async function openFromDisk(
  browser: Browser,
  path: string,
): Promise<{ page: Page; context: BrowserContext; requests: string[] }> {
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => requests.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") requests.push(`console: ${message.text()}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { page, context, requests };
}

async function saved(testInfo: TestInfo, name: string, html: string): Promise<string> {
  const path = testInfo.outputPath(name);
  await writeFile(path, html);
  return path;
}

const painted = (page: Page) => page.locator(".gantt[data-view-start]").waitFor();
/** Rows of spans and runs; the first row of the treegrid names its columns. */
const rows = (page: Page) => page.locator('[role="treegrid"] [role="row"][aria-level]');
const viewOf = (page: Page) =>
  page.locator(".gantt").evaluate((root) => {
    const { viewStart, viewEnd } = (root as HTMLElement).dataset;
    return { startNs: Math.round(Number(viewStart)), endNs: Math.round(Number(viewEnd)) };
  });

test("a file with markup in every field runs nothing, asks for nothing, and shows it as text", async ({
  browser,
  request,
}, testInfo) => {
  const runId = `${freshWord()} ${hostile}`;
  const attributes = [text("run_id", runId), text("question", hostile), text(hostile, hostile)];
  const traceId = freshId(32);
  const root = freshId(16);
  const details = {
    traceId,
    traceState: hostile,
    attributes,
    events: [
      {
        timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
        name: hostile,
        attributes: [text(hostile, hostile)],
      },
    ],
    links: [
      {
        traceId: freshId(32),
        spanId: freshId(16),
        traceState: hostile,
        attributes: [text(hostile, hostile)],
      },
    ],
    status: { code: 2, message: hostile },
  };
  await storeRun(
    request,
    runId,
    [
      otlpSpan({ ...details, spanId: root, name: hostile, lengthMs: 40 }),
      otlpSpan({ ...details, parentSpanId: root, name: `child ${hostile}` }),
    ],
    [text("service.name", hostile), text(hostile, hostile)],
  );
  const exported = await request.get(paths.runExport(runId, "html"));
  expect(exported.status()).toBe(200);
  const path = await saved(testInfo, "hostile.html", await exported.text());

  const { page, context, requests } = await openFromDisk(browser, path);
  await painted(page);
  await expect(rows(page).first()).toContainText("</script>");
  await page.getByRole("treegrid").press("ArrowDown");
  await page.getByRole("treegrid").press("Enter");
  await expect(page.getByRole("complementary")).toContainText("onerror=");
  await page.getByRole("treegrid").press("ArrowDown");
  await expect(page.getByRole("complementary")).toContainText("child");
  expect(await page.evaluate(() => (window as { pwned?: number }).pwned)).toBeUndefined();
  expect(await page.locator("img, iframe, object, embed, link, base, form").count()).toBe(0);
  expect(requests).toEqual([pathToFileURL(path).href]);
  await context.close();
});

test("a file opens as the page was, and keeps its own view when it is loaded again", async ({
  browser,
  page,
  request,
}, testInfo) => {
  const runId = freshWord();
  const traceId = freshId(32);
  const root = freshId(16);
  const ids = { traceId, attributes: [text("run_id", runId)] };
  await storeRun(request, runId, [
    otlpSpan({ ...ids, spanId: root, name: "outer", lengthMs: 400 }),
    otlpSpan({ ...ids, parentSpanId: root, name: "early", startMs: 10, lengthMs: 50 }),
    otlpSpan({ ...ids, parentSpanId: root, name: "late", startMs: 300, lengthMs: 50 }),
  ]);
  await page.goto(`${pages.run(runId)}?from=250000000&to=390000000&find=late&hide=1`);
  await painted(page);
  const shown = await viewOf(page);
  expect(shown).toEqual({ startNs: 250_000_000, endNs: 390_000_000 });
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download HTML" }).click();
  const path = testInfo.outputPath("view.html");
  await (await download).saveAs(path);

  const opened = await openFromDisk(browser, path);
  const file = opened.page;
  await painted(file);
  await expect.poll(() => viewOf(file)).toEqual(shown);
  await expect(file.getByRole("searchbox").or(file.locator(".gantt-find input")).first()).toHaveValue("late");
  await file.getByRole("button", { name: "Fit" }).click();
  await file.locator(".gantt-find input").fill("early");
  await expect.poll(() => file.url()).toContain("find=early");
  const own = await viewOf(file);
  await file.reload();
  await painted(file);
  await expect(file.locator(".gantt-find input")).toHaveValue("early");
  await expect.poll(() => viewOf(file)).toEqual(own);
  expect(opened.requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
  await opened.context.close();
});

test("several runs stand in one file on one axis, and values can be left out", async ({
  browser,
  request,
}, testInfo) => {
  const runIds = [freshWord(), freshWord()];
  for (const runId of runIds) {
    const attributes = [
      text("run_id", runId),
      text("question", "SECRET question"),
      text("db.query.text", "SECRET"),
    ];
    await storeRun(request, runId, [
      otlpSpan({
        traceId: freshId(32),
        name: "answering",
        attributes,
        status: { code: 2, message: "SECRET" },
      }),
    ]);
  }
  const response = await request.post(paths.gantt, {
    data: { run_ids: runIds, values: "none", view: "find=SECRET" },
  });
  expect(response.status()).toBe(200);
  const path = await saved(testInfo, "two.html", await response.text());
  const { page, context, requests } = await openFromDisk(browser, path);
  await painted(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("2 runs");
  await expect(page.getByText("were left out when this file was made")).toBeVisible();
  await expect(rows(page)).toHaveCount(4);
  await page.getByRole("treegrid").press("ArrowDown");
  await page.getByRole("treegrid").press("ArrowDown");
  await page.getByRole("treegrid").press("Enter");
  await expect(page.getByRole("complementary")).toContainText("db.query.text");
  expect(await page.content()).not.toContain("SECRET");
  expect(requests).toEqual([pathToFileURL(path).href]);
  await context.close();
});

test("an old browser and a file that was cut short are told what to do", async ({
  browser,
  request,
}, testInfo) => {
  const runId = freshWord();
  await storeRun(request, runId, [otlpSpan({ traceId: freshId(32), attributes: [text("run_id", runId)] })]);
  const html = await (await request.get(paths.runExport(runId, "html"))).text();
  const path = await saved(testInfo, "whole.html", html);
  const context = await browser.newContext({ offline: true });
  await context.addInitScript(() => Reflect.deleteProperty(window, "DecompressionStream"));
  const old = await context.newPage();
  await old.goto(pathToFileURL(path).href);
  await expect(old.getByRole("alert")).toContainText("This browser is too old");
  await context.close();

  const cut = (await readFile(path, "utf8"))
    .replace(/(id="run-0-block-0">)[^<]*/, "$1")
    .replace(/(id="run-0">)[^<]*/, "$1");
  const broken = await openFromDisk(browser, await saved(testInfo, "cut.html", cut));
  await expect(broken.page.getByText("The file is not complete.")).toBeVisible();
  await broken.context.close();
});
