import { pathToFileURL } from "node:url";
import { type APIRequestContext, expect, type Page, test } from "@playwright/test";
import { askAnswerSchema } from "@/lib/api/ask";
import { pages, paths } from "@/lib/api/paths";
import { runSummarySchema } from "@/lib/api/runs";

/** Markup in every field that a question reaches: it must come out as text, in the page and in the file. */
const hostile = `How many trips </script><script>window.pwned=1</script><img src=x onerror="window.pwned=2">?`;

async function ask(request: APIRequestContext, question: string): Promise<string> {
  const response = await request.post(paths.ask, { data: { question } });
  expect(response.status()).toBe(200);
  return askAnswerSchema.parse(await response.json()).run_id;
}

/**
 * Until all of a run is stored: spans arrive up to 2 s after their end, and the root, `ask`, ends last. A page
 * that is opened earlier shows `plan` in the first row.
 */
async function arrived(request: APIRequestContext, runId: string): Promise<void> {
  await expect(async () => {
    const response = await request.get(paths.run(runId));
    expect(response.status()).toBe(200);
    expect(runSummarySchema.parse(await response.json()).name).toBe("ask");
  }).toPass({ timeout: 15_000 });
}

/** A run of its own, whole, opened, with its timeline painted. */
async function openRun(page: Page, request: APIRequestContext, question: string): Promise<string> {
  const runId = await ask(request, question);
  await arrived(request, runId);
  await page.goto(pages.run(runId));
  await painted(page);
  return runId;
}

async function painted(page: Page): Promise<void> {
  await page.locator(".gantt[data-view-start]").waitFor();
}

/** What the chart shows, in nanoseconds, and where it lies on the page. */
async function chartOf(page: Page) {
  return page.locator(".gantt").evaluate((root) => {
    const box = root.querySelector(".gantt-canvas")?.getBoundingClientRect() ?? new DOMRect();
    const treePx = Number.parseFloat(getComputedStyle(root).getPropertyValue("--gantt-tree"));
    const { viewStart, viewEnd } = (root as HTMLElement).dataset;
    return {
      startNs: Number(viewStart),
      endNs: Number(viewEnd),
      leftPx: box.left + treePx,
      topPx: box.top,
      widthPx: box.width - treePx,
    };
  });
}

type Chart = Awaited<ReturnType<typeof chartOf>>;
const momentAt = (chart: Chart, xPx: number) =>
  chart.startNs + ((xPx - chart.leftPx) / chart.widthPx) * (chart.endNs - chart.startNs);
const pixelOf = (chart: Chart, ns: number) =>
  chart.leftPx + ((ns - chart.startNs) / (chart.endNs - chart.startNs)) * chart.widthPx;
/** The middle of a row's bar is in the middle of the chart for the root, which lasts the whole run. */
const rootBar = (chart: Chart) => ({ x: chart.leftPx + chart.widthPx / 2, y: chart.topPx + 37 });

async function changed(page: Page, before: Chart): Promise<Chart> {
  await expect(async () => {
    const now = await chartOf(page);
    expect([now.startNs, now.endNs]).not.toEqual([before.startNs, before.endNs]);
  }).toPass();
  return chartOf(page);
}

/** Without the row of column headers. */
const rows = (page: Page) => page.locator('[role="treegrid"] [role="row"][aria-level]');
const selectedRow = (page: Page) => page.locator('[role="row"][aria-selected="true"]');
const details = (page: Page) => page.getByRole("complementary", { name: "Details of the selected span" });

test("the wheel zooms at the pointer and keeps its moment within a pixel", async ({ page, request }) => {
  await openRun(page, request, "How many trips were there?");
  let chart = await chartOf(page);
  const x = chart.leftPx + chart.widthPx * 0.37;
  const moment = momentAt(chart, x);
  await page.mouse.move(x, chart.topPx + 60);
  for (const step of [-120, -120, -360, 120, -120]) {
    await page.mouse.wheel(0, step);
    chart = await changed(page, chart);
    expect(Math.abs(pixelOf(chart, moment) - x)).toBeLessThan(1);
  }
});

test("zooms to less than a microsecond and back to the whole run", async ({ page, request }) => {
  await openRun(page, request, "How many trips were there?");
  const whole = await chartOf(page);
  await page.mouse.move(whole.leftPx + 300, whole.topPx + 60);
  await expect(async () => {
    await page.mouse.wheel(0, -2_400);
    const { startNs, endNs } = await chartOf(page);
    expect(endNs - startNs).toBeLessThan(1_000);
  }).toPass();
  await page.getByRole("button", { name: "Fit" }).click();
  await expect(async () => expect((await chartOf(page)).endNs).toBeCloseTo(whole.endNs, 0)).toPass();
});

test("a drag pans as far as the pointer goes", async ({ page, request }) => {
  await openRun(page, request, "How many trips were there?");
  const whole = await chartOf(page);
  const y = whole.topPx + 60;
  await page.mouse.move(whole.leftPx + whole.widthPx / 2, y);
  await page.mouse.wheel(0, -720);
  const before = await changed(page, whole);
  const from = before.leftPx + 300;
  const moment = momentAt(before, from);
  await page.mouse.move(from, y);
  await page.mouse.down();
  await page.mouse.move(from - 60, y, { steps: 5 });
  await page.mouse.up();
  const after = await changed(page, before);
  expect(Math.abs(pixelOf(after, moment) - (from - 60))).toBeLessThan(1);
});

test("hovering tells what a bar is", async ({ page, request }) => {
  await openRun(page, request, "How many trips were there?");
  const { x, y } = rootBar(await chartOf(page));
  await page.mouse.move(x, y);
  const tooltip = page.getByRole("tooltip");
  await expect(tooltip).toContainText("ask");
  await expect(tooltip).toContainText(/Duration[\d.]+ (ms|s|µs)/);
});

test("a click opens everything of a span beside the chart, escape closes it", async ({ page, request }) => {
  await openRun(page, request, hostile);
  const { x, y } = rootBar(await chartOf(page));
  await page.mouse.click(x, y);
  await expect(details(page).getByRole("heading", { level: 2 })).toHaveText("ask");
  await expect(details(page)).toContainText(hostile);
  const panel = await details(page).boundingBox();
  const canvas = await page.locator(".gantt-canvas").boundingBox();
  if (!panel || !canvas) throw new Error("The details or the chart are not shown.");
  const beside = canvas.x + canvas.width <= panel.x + 1 || canvas.y + canvas.height <= panel.y + 1;
  expect(beside).toBe(true);
  await page.keyboard.press("Escape");
  await expect(details(page)).toHaveCount(0);
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
});

test("everything can be done with keys", async ({ page, request }) => {
  await openRun(page, request, "How many trips were there?");
  await page.getByRole("treegrid", { name: "Spans" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(selectedRow(page)).toHaveAttribute("aria-level", "1");
  await page.keyboard.press("j");
  await expect(selectedRow(page)).toHaveAttribute("aria-level", "2");
  const many = await rows(page).count();
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowLeft");
  await expect(selectedRow(page)).toHaveAttribute("aria-expanded", "false");
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("ArrowRight");
  await expect(rows(page)).toHaveCount(many);

  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(details(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(details(page)).toHaveCount(0);

  let chart = await chartOf(page);
  for (const key of ["w", "d", "a", "s", "+", "f", "0"]) {
    await page.keyboard.press(key);
    chart = await changed(page, chart);
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keys" })).toHaveCount(0);

  await page.keyboard.press("/");
  await page.keyboard.type("plan");
  await page.keyboard.press("Enter");
  await expect(selectedRow(page)).toContainText("plan");
});

test("the address holds the view", async ({ page, request }) => {
  await openRun(page, request, "How many trips were there?");
  const whole = await chartOf(page);
  await page.mouse.click(rootBar(whole).x, rootBar(whole).y);
  await page.mouse.wheel(0, -720);
  await expect(page).toHaveURL(/from=-?\d+&to=\d+&span=[0-9a-f]{16}/);
  const before = await chartOf(page);
  await page.reload();
  await painted(page);
  const after = await chartOf(page);
  expect(Math.abs(after.startNs - before.startNs)).toBeLessThanOrEqual(1);
  expect(Math.abs(after.endNs - before.endNs)).toBeLessThanOrEqual(1);
  await expect(details(page)).toBeVisible();
});

test("the file opens from disk without a request, and what it holds stays text", async ({
  page,
  request,
}, testInfo) => {
  const runId = await openRun(page, request, hostile);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download HTML" }).click();
  const path = testInfo.outputPath("run.html");
  await (await download).saveAs(path);

  const requests: string[] = [];
  const complaints: string[] = [];
  const file = await page.context().newPage();
  await file.context().setOffline(true);
  file.on("request", (sent) => requests.push(sent.url()));
  file.on("console", (message) => complaints.push(message.text()));
  file.on("pageerror", (error) => complaints.push(String(error)));
  const address = pathToFileURL(path).href;
  await file.goto(address);
  await painted(file);
  await expect(file.getByRole("heading", { level: 1 })).toHaveText(hostile);
  await expect(file.getByText(runId)).toBeVisible();
  const { x, y } = rootBar(await chartOf(file));
  await file.mouse.click(x, y);
  await expect(details(file)).toContainText(hostile);
  expect(await file.evaluate(() => "pwned" in window)).toBe(false);
  expect(requests).toEqual([address]);
  expect(complaints).toEqual([]);
  await file.context().setOffline(false);
});
