import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { askAnswerSchema } from "@/lib/api/ask";
import { pages, paths } from "@/lib/api/paths";
import { runSummarySchema } from "@/lib/api/runs";
import { barriersOf } from "./axe";
import { expect, test } from "./page-test";
import { answerable } from "./sample-expectations";
import { freshId, otlpSpan, storeRun, text } from "./stored-run";

type Json = Readonly<Record<string, unknown>>;

interface Work {
  readonly name: string;
  readonly below?: string;
  readonly fromMs: number;
  readonly lengthMs: number;
  readonly fields?: Json;
  readonly attributes?: readonly Json[];
}

/** Stores a run whose times are exact, and answers its id. Spans are named by what they do, each name once. */
async function storeWork(
  request: APIRequestContext,
  work: readonly Work[],
  traceId = freshId(32),
): Promise<string> {
  const runId = `e2e-${freshId(12)}`;
  const baseNs = BigInt(Date.now() - 60_000) * 1_000_000n;
  const at = (ms: number) => String(baseNs + BigInt(Math.round(ms * 1e6)));
  const ids = new Map(work.map(({ name }, index) => [`${name} ${index}`, freshId(16)]));
  const idOf = (name: string) => [...ids].find(([key]) => key.startsWith(`${name} `))?.[1];
  await storeRun(
    request,
    runId,
    work.map(({ name, below, fromMs, lengthMs, fields, attributes = [] }, index) =>
      otlpSpan({
        traceId,
        spanId: ids.get(`${name} ${index}`),
        ...(below && { parentSpanId: idOf(below) }),
        name,
        startTimeUnixNano: at(fromMs),
        endTimeUnixNano: at(fromMs + lengthMs),
        attributes: [text("run_id", runId), ...attributes],
        ...fields,
      }),
    ),
  );
  return runId;
}

/** 100 ms: two searches side by side, the second decides; then reading, half of it a query that fails. */
const work: readonly Work[] = [
  { name: "handle", fromMs: 0, lengthMs: 100 },
  { name: "search", below: "handle", fromMs: 10, lengthMs: 20 },
  { name: "search", below: "handle", fromMs: 12, lengthMs: 38 },
  { name: "reading", below: "handle", fromMs: 50, lengthMs: 40 },
  {
    name: "query",
    below: "reading",
    fromMs: 60,
    lengthMs: 20,
    fields: { status: { code: 2, message: "no such table" } },
    attributes: [text("db.system.name", "clickhouse"), text("db.query.text", "SELECT a FROM b WHERE c = 1")],
  },
];

async function open(page: Page, runId: string, search = ""): Promise<void> {
  await page.goto(pages.run(runId) + search);
  await page.locator(".gantt[data-view-start]").waitFor();
}

const grid = (page: Page) => page.getByRole("treegrid", { name: "Spans" });
const selectedRow = (page: Page) => page.locator('[role="row"][aria-selected="true"]');
const findBox = (page: Page) => page.getByRole("textbox", { name: /^Find spans/ });
const details = (page: Page) => page.getByRole("complementary", { name: "Details of the selected span" });
const stages = (page: Page) => page.getByRole("region", { name: "Stages" });
const flame = (page: Page) => page.getByRole("tree", { name: "Flame graph" });
const stageRows = (page: Page) => stages(page).locator("tbody tr");
const cells = async (row: Locator) =>
  (await row.locator("th, td").allTextContents()).map((cell) => cell.trim());

/** Selects a span by the find box, and opens its details. */
async function openDetails(page: Page, name: string): Promise<void> {
  await findBox(page).fill(`name="${name}"`);
  await findBox(page).press("Enter");
  await expect(selectedRow(page)).toContainText(name);
  await findBox(page).press("Escape");
  await grid(page).focus();
  await page.keyboard.press("Enter");
  await expect(details(page).getByRole("heading", { level: 2 })).toHaveText(name);
}

/** The middle of the active frame is where a person would click; frames are drawn, so they are found by arithmetic. */
async function pointInFlame(page: Page, share: number, row: number) {
  const box = await flame(page).boundingBox();
  if (!box) throw new Error("The flame graph is not shown.");
  return { x: box.x + box.width * share, y: box.y + row * 20 + 10 };
}

test("the stage table tells where the time went, sorts by key, and leads to the spans", async ({
  page,
  request,
}) => {
  await open(page, await storeWork(request, work));
  await grid(page).focus();
  await page.keyboard.press("t");
  await expect(stageRows(page)).toHaveCount(4);
  // Self time counts no moment twice; the shares of the critical path add up to the whole.
  expect(await cells(stageRows(page).nth(0))).toEqual([
    "search",
    "2",
    "58.0 ms",
    "58.0 ms",
    "29.0 ms",
    "37.1 ms",
    "38.0 ms",
    "",
    "38 %",
  ]);
  const shares = await stageRows(page).locator("td:last-child").allTextContents();
  expect(shares.map((share) => Number.parseInt(share, 10)).reduce((sum, share) => sum + share, 0)).toBe(100);

  const total = stages(page).getByRole("columnheader", { name: "Total" });
  await total.getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(total).toHaveAttribute("aria-sort", "descending");
  await expect(stageRows(page).nth(0)).toContainText("handle");
  await page.keyboard.press("Space");
  await expect(total).toHaveAttribute("aria-sort", "ascending");
  await expect(stageRows(page).nth(0)).toContainText("query");

  const search = stageRows(page).filter({ hasText: "search" });
  await search.getByText("37.1 ms").click();
  await expect(findBox(page)).toHaveValue('name="search"');
  await expect(page.locator(".gantt-found")).toHaveText("2 matches");
  await expect(search).toHaveAttribute("aria-current", "true");
  await search.getByRole("button", { name: "2, go to the first" }).click();
  await expect(selectedRow(page)).toContainText("search");
  await expect(selectedRow(page)).toContainText("20.0 ms");
  await search.getByRole("button", { name: /search/ }).click();
  await expect(findBox(page)).toHaveValue("");

  await page.getByRole("button", { name: "Close stages" }).click();
  await expect(stages(page)).toHaveCount(0);
});

test("the stage table counts what is in view, and is there again in a pasted link", async ({
  page,
  request,
}) => {
  await open(page, await storeWork(request, work));
  await openDetails(page, "query");
  await grid(page).focus();
  await page.keyboard.press("f");
  await page.keyboard.press("t");
  await stages(page).getByRole("button", { name: "In view" }).click();
  // None of the searches is in that stretch.
  await expect(stageRows(page)).toHaveCount(3);
  await expect(stageRows(page).filter({ hasText: "query" })).toContainText("20.0 ms");
  await page.reload();
  await page.locator(".gantt[data-view-start]").waitFor();
  await expect(stages(page)).toBeVisible();
});

test("the flame graph is walked, zoomed and asked by keys", async ({ page, request }) => {
  await open(page, await storeWork(request, work));
  await grid(page).focus();
  await page.keyboard.press("g");
  await flame(page).focus();
  const active = async () => {
    const id = await flame(page).getAttribute("aria-activedescendant");
    return page.locator(`[id="${id}"]`).textContent();
  };
  await page.keyboard.press("ArrowDown");
  expect(await active()).toContain("handle, 1 span, busy 118 ms, self 20.0 ms");
  await page.keyboard.press("ArrowDown");
  expect(await active()).toContain("search, 2 spans, busy 58.0 ms");
  await page.keyboard.press("ArrowRight");
  expect(await active()).toContain("reading");
  await page.keyboard.press("Enter");
  const crumbs = page.getByRole("navigation", { name: "Zoomed into" });
  await expect(crumbs.getByRole("button")).toHaveText(["Everything", "handle", "reading"]);
  await page.keyboard.press("ArrowDown");
  expect(await active()).toContain("query, 1 span");
  expect(await active()).toContain("1 error");
  await page.keyboard.press("Space");
  await expect(findBox(page)).toHaveValue('path="handle>reading>query"');
  await expect(page.locator(".gantt-found")).toHaveText("1 match");
  await page.keyboard.press("Escape");
  await expect(crumbs.getByRole("button")).toHaveText(["Everything", "handle"]);
});

test("the flame graph tells what the pointer is on, finds it and zooms into it", async ({
  page,
  request,
}) => {
  await open(page, await storeWork(request, work));
  await page.getByRole("button", { name: "Flame graph" }).click();
  // Of 118 ms of work 58 are searches, then 40 of reading, 20 of them its own.
  const reading = await pointInFlame(page, 78 / 118, 1);
  await page.mouse.move(reading.x, reading.y);
  const tooltip = page.getByRole("tooltip");
  await expect(tooltip).toContainText("handle › reading");
  await expect(tooltip).toContainText("Total40.0 ms");
  await expect(tooltip).toContainText("34 % of what is shown");
  await page.mouse.click(reading.x, reading.y);
  await expect(findBox(page)).toHaveValue('path="handle>reading"');
  await expect(page.getByRole("treeitem", { selected: true })).toContainText("reading");
  await page.mouse.dblclick(reading.x, reading.y);
  const crumbs = page.getByRole("navigation", { name: "Zoomed into" });
  await expect(crumbs.getByRole("button")).toHaveText(["Everything", "handle", "reading"]);
  const query = await pointInFlame(page, 0.25, 1);
  await page.mouse.move(query.x, query.y);
  await expect(tooltip).toContainText("handle › reading › query");
  await crumbs.getByRole("button", { name: "Everything" }).click();
  await page.getByRole("button", { name: "Critical path", exact: true }).click();
  // Of the 100 ms that it took, 38 waited for the longer search.
  const search = await pointInFlame(page, 0.2, 1);
  await page.mouse.move(search.x, search.y);
  await expect(tooltip).toContainText("38 % of what is shown");
});

test("two runs in one file are compared name by name", async ({ page, request }, testInfo) => {
  const quick: readonly Work[] = [
    { name: "handle", fromMs: 0, lengthMs: 50 },
    { name: "search", below: "handle", fromMs: 0, lengthMs: 30 },
    { name: "cache", below: "handle", fromMs: 30, lengthMs: 5 },
  ];
  const ids = [await storeWork(request, work), await storeWork(request, quick)];
  const response = await request.post(paths.gantt, { data: { run_ids: ids } });
  expect(response.status()).toBe(200);
  const file = testInfo.outputPath("runs.html");
  await writeFile(file, await response.body());
  await page.goto(pathToFileURL(file).href);
  await page.locator(".gantt[data-view-start]").waitFor();
  await page.getByRole("button", { name: "Stages" }).click();
  const row = (name: string) => stageRows(page).filter({ has: page.getByRole("rowheader", { name }) });
  expect(await cells(row("handle"))).toEqual(["handle", "100 ms", "50.0 ms", "−50.0 ms (−50 %)"]);
  expect(await cells(row("query"))).toEqual(["query", "20.0 ms", "–", "not here"]);
  expect(await cells(row("cache"))).toEqual(["cache", "–", "5.00 ms", "only here"]);
  await stages(page).getByRole("combobox", { name: "Compare" }).selectOption("count");
  expect(await cells(row("search"))).toEqual(["search", "2", "1", "−1 (−50 %)"]);
  await page.getByRole("button", { name: "Flame graph" }).click();
  await flame(page).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("treeitem", { name: /^handle, 2 spans/ })).toHaveCount(1);
});

test("details tell times, path and statement, lead to what is around, and never cover the span", async ({
  page,
  request,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, await storeWork(request, work));
  await openDetails(page, "query");
  const panel = details(page);
  await expect(panel).toContainText("no such table");
  await expect(panel).toContainText("20.0 ms 50 % of its parent");
  await expect(panel).toContainText("20.0 ms, 20 % of the run's");
  await expect(panel.locator("pre")).toHaveText("SELECT a\nFROM b\nWHERE c = 1");
  const box = await panel.boundingBox();
  const canvas = await page.locator(".gantt-canvas").boundingBox();
  if (!box || !canvas) throw new Error("The details or the chart are not shown.");
  expect(canvas.x + canvas.width <= box.x + 1 || canvas.y + canvas.height <= box.y + 1).toBe(true);

  const attribute = panel.locator(".gantt-attribute").filter({ hasText: "db.system.name" });
  await attribute.hover();
  await attribute.getByRole("button", { name: "Copy db.system.name with its value" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("db.system.name=clickhouse");
  await panel.getByRole("button", { name: "Copy the span as OTLP JSON" }).click();
  await expect(async () => {
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(copied.resourceSpans[0].scopeSpans[0].spans[0].name).toBe("query");
  }).toPass();
  await attribute.hover();
  await attribute.getByRole("button", { name: "Filter by db.system.name" }).click();
  await expect(findBox(page)).toHaveValue('db.system.name="clickhouse"');
  await expect(page.locator(".gantt-found")).toHaveText("1 match");

  await panel.getByRole("button", { name: "reading" }).click();
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText("reading");
  await panel.getByRole("button", { name: "query" }).click();
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText("query");
});

test("details lay a question's plan, SQL, rows and passages out", async ({ page, request }) => {
  const combined = answerable.find(({ mode }) => mode === "combined")?.question ?? "";
  const response = await request.post(paths.ask, { data: { question: combined } });
  const answer = askAnswerSchema.parse(await response.json());
  await expect(async () => {
    const run = await request.get(paths.run(answer.run_id));
    expect(run.status()).toBe(200);
    expect(runSummarySchema.parse(await run.json()).name).toBe("ask");
  }).toPass({ timeout: 15_000 });
  await open(page, answer.run_id);

  await openDetails(page, "ask");
  await expect(details(page)).toContainText(combined);
  await expect(details(page)).toContainText(answer.answer);
  const table = answer.evidence.find((evidence) => evidence.kind === "table");
  await openDetails(page, "retrieve.structured");
  await expect(details(page).getByRole("heading", { name: "Plan" })).toBeVisible();
  if (table?.kind === "table") {
    await expect(details(page)).toContainText(table.query);
    await expect(details(page).locator("pre")).toContainText(table.sql.split("\n")[0] ?? "");
    const first = String(table.rows[0]?.[0] ?? "");
    await expect(details(page).getByRole("region", { name: "Rows of the result" })).toContainText(first);
  }
  const passage = answer.evidence.find((evidence) => evidence.kind === "passage");
  await openDetails(page, "read");
  await expect(details(page).getByRole("heading", { name: "Passages" })).toBeVisible();
  if (passage?.kind === "passage")
    await expect(details(page).getByRole("list")).toContainText(passage.document);
});

test("a link leads to the run that it names", async ({ page, request }) => {
  const traceId = freshId(32);
  await storeWork(request, [{ name: "earlier", fromMs: 0, lengthMs: 5 }], traceId);
  const link = { traceId, spanId: freshId(16) };
  const later = await storeWork(request, [
    { name: "later", fromMs: 0, lengthMs: 5, fields: { links: [link] } },
  ]);
  await open(page, later);
  await openDetails(page, "later");
  await details(page).getByRole("link", { name: traceId }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${traceId}`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("earlier");
});

test("hostile names and values stay text in every panel", async ({ page, request }) => {
  const hostile = `</span></script><script>window.pwned=1</script><img src=x onerror="window.pwned=2">`;
  const runId = await storeWork(request, [
    {
      name: hostile,
      fromMs: 0,
      lengthMs: 20,
      attributes: [
        text(hostile, hostile),
        text("db.query.text", hostile),
        text("question", hostile),
        text("gen_ai.retrieval.documents", JSON.stringify([{ id: hostile, score: 1, text: hostile }])),
        text("endless", "x".repeat(50_000)),
      ],
      fields: {
        status: { code: 2, message: hostile },
        events: [{ name: hostile, attributes: [text("exception.stacktrace", hostile)] }],
      },
    },
  ]);
  await open(page, runId);
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(details(page).getByRole("heading", { name: "Passages" })).toBeVisible();
  await expect(details(page).getByRole("button", { name: "Show all 50,000 characters" })).toBeVisible();
  await page.getByRole("button", { name: "Stages" }).click();
  await expect(stageRows(page)).toContainText(hostile);
  await page.getByRole("button", { name: "Flame graph" }).click();
  const point = await pointInFlame(page, 0.5, 0);
  await page.mouse.move(point.x, point.y);
  await expect(page.getByRole("tooltip")).toContainText("</span>");
  await page.mouse.click(point.x, point.y);
  await expect(page.locator(".gantt-found")).toHaveText("1 match");
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
  expect(await page.locator(".gantt img").count()).toBe(0);
});

for (const panel of ["Stages", "Flame graph"]) {
  test(`${panel} and details, light and dark: nothing that keeps people out`, async ({ page, request }) => {
    // A page is looked through twice.
    test.slow();
    await open(page, await storeWork(request, work));
    await openDetails(page, "query");
    await page.getByRole("button", { name: panel }).click();
    await findBox(page).fill('name="search"');
    await expect(page.locator(".gantt-found")).toHaveText("2 matches");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriersOf(page), colorScheme).toEqual([]);
    }
  });

  test(`${panel} and details: fit a phone`, async ({ page, request }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, await storeWork(request, work));
    await openDetails(page, "query");
    await page.getByRole("button", { name: panel }).click();
    await expect(page.getByRole("region", { name: panel })).toBeVisible();
    const excessPx = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excessPx).toBeLessThanOrEqual(0);
  });
}
