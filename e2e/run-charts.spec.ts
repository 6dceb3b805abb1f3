import type { Locator, Page } from "@playwright/test";
import { paths } from "@/lib/api/paths";
import { barriersOf } from "./axe";
import { expect, freshWord, test } from "./page-test";
import { type SentRun, sendRuns } from "./sent-runs";

const minuteMs = 60_000;

/** Twelve minutes of the past, whole, in which a test has its runs. */
function freshRange() {
  const startMs =
    Math.floor((Date.now() - 5 * 3_600_000 - Math.random() * 10 * 3_600_000) / minuteMs) * minuteMs;
  const iso = (minutes: number) => new Date(startMs + minutes * minuteMs).toISOString();
  return { startMs, iso, from: iso(0), to: iso(12) };
}

/** One run in the middle of every minute. */
function runEachMinute(
  word: string,
  startMs: number,
  over: (minute: number) => Partial<SentRun> = () => ({}),
): SentRun[] {
  return Array.from({ length: 12 }, (_, minute) => ({
    runId: `${word}-${minute}`,
    question: `${word} of minute ${minute}`,
    startMs: startMs + (minute + 0.5) * minuteMs,
    durationMs: 50 + 20 * minute,
    ...over(minute),
  }));
}

const rowsOf = (page: Page, word: string) => page.getByRole("link", { name: word });
const charts = (page: Page) => page.getByRole("region", { name: "Runs over time" });
const edge = (page: Page, name: "Start" | "End") =>
  page.getByRole("slider", { name: `${name} of the range` });

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error("It is not shown.");
  return box;
}

/** Drags over the charts, from one share of the axis to another. */
async function dragOver(page: Page, from: number, to: number): Promise<void> {
  const box = await boxOf(page.getByTestId("brush"));
  await page.mouse.move(box.x + from * box.width, box.y + 70);
  await page.mouse.down();
  await page.mouse.move(box.x + ((from + to) / 2) * box.width, box.y + 75);
  await page.mouse.move(box.x + to * box.width, box.y + 75);
  await page.mouse.up();
}

test("a stretch of the charts is dragged over: the list shows its runs, and both ways back lead out", async ({
  page,
  request,
}) => {
  const word = freshWord();
  const { startMs, from, to, iso } = freshRange();
  await sendRuns(request, runEachMinute(word, startMs));
  const whole = `/runs?${new URLSearchParams({ q: word, from, to })}`;
  await page.goto(whole);
  await expect(rowsOf(page, word)).toHaveCount(12);
  await expect(charts(page)).toContainText("12 runs");

  // From within minute 3 to within minute 5.
  await dragOver(page, 3.1 / 12, 5.9 / 12);
  await expect(rowsOf(page, word)).toHaveText(["5", "4", "3"].map((minute) => `${word} of minute ${minute}`));
  await expect(charts(page)).toContainText("3 runs");
  const taken = new URL(page.url()).searchParams;
  expect(Date.parse(taken.get("from") ?? "")).toBeGreaterThanOrEqual(Date.parse(iso(3)));
  expect(Date.parse(taken.get("to") ?? "")).toBeLessThanOrEqual(Date.parse(iso(6)));

  // The axis is the stretch now, to look closer still.
  await expect(edge(page, "Start")).toHaveAttribute("aria-valuetext", /\d\d:\d\d/);
  await page.goBack();
  await expect(rowsOf(page, word)).toHaveCount(12);
  await page.getByRole("button", { name: /^Remove the range/ }).click();
  await expect(page).not.toHaveURL(/from=|to=/);
  await expect(rowsOf(page, word)).toHaveCount(12);
});

test("a click on the charts chooses nothing, and Escape lets a choice go", async ({ page, request }) => {
  const word = freshWord();
  const { startMs, from, to } = freshRange();
  await sendRuns(request, runEachMinute(word, startMs));
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to })}`);
  await expect(charts(page)).toContainText("12 runs");
  const address = page.url();
  const box = await boxOf(page.getByTestId("brush"));
  await page.mouse.click(box.x + box.width / 2, box.y + 70);
  await edge(page, "End").press("PageDown");
  await expect(page.getByRole("button", { name: "Show these" })).toBeVisible();
  await edge(page, "End").press("Escape");
  await expect(page.getByRole("button", { name: "Show these" })).toHaveCount(0);
  expect(page.url()).toBe(address);
});

test("a stretch is chosen by keys alone", async ({ page, request }) => {
  test.slow();
  const word = freshWord();
  const { startMs, from, to, iso } = freshRange();
  await sendRuns(request, runEachMinute(word, startMs));
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to })}`);
  await expect(charts(page)).toContainText("12 runs");
  const count = Number(await edge(page, "End").getAttribute("aria-valuenow"));
  const bucketsOfMinutes = (minutes: number) => Math.round((minutes / 12) * count);
  await edge(page, "Start").focus();
  for (let i = 0; i < bucketsOfMinutes(2); i++) await page.keyboard.press("ArrowRight");
  await expect(edge(page, "Start")).toHaveAttribute("aria-valuenow", String(bucketsOfMinutes(2)));
  await page.keyboard.press("Tab");
  await expect(edge(page, "End")).toBeFocused();
  for (let i = 0; i < bucketsOfMinutes(8); i++) await page.keyboard.press("ArrowLeft");
  await expect(charts(page)).toContainText("2 runs");
  await page.keyboard.press("Enter");
  await expect(rowsOf(page, word)).toHaveText(["3", "2"].map((minute) => `${word} of minute ${minute}`));
  const taken = new URL(page.url()).searchParams;
  expect([taken.get("from"), taken.get("to")]).toEqual([iso(2), iso(4)]);
});

test("a bucket tells its numbers, to the pointer and in a table", async ({ page, request }) => {
  const word = freshWord();
  const { startMs, from, to } = freshRange();
  const runs = runEachMinute(word, startMs, (minute) => ({
    mode: minute < 6 ? "structured" : "combined",
    isError: minute === 9,
  }));
  await sendRuns(request, runs);
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to })}`);
  await expect(charts(page)).toContainText("12 runs, 1 with an error (8.3 %)");
  const box = await boxOf(page.getByTestId("brush"));
  // Clear of the bucket's edge: the run is at 9.5 minutes.
  await page.mouse.move(box.x + (9.51 / 12) * box.width, box.y + 70);
  const tip = page.getByTestId("bucket-tip");
  await expect(tip).toContainText("1 run, 1 error (100 %)");
  await expect(tip).toContainText("Both1 · p50 230 ms · p95 230 ms");
  await expect(tip).toContainText("Plan 25 %");
  const table = page.getByRole("table", { name: "Runs over time: durations, stages and errors" });
  await expect(table.getByRole("row")).toHaveCount(13);
  await expect(table.getByRole("row").nth(10)).toContainText("Both: p50 230 ms, p95 230 ms");
});

test("chips of kind, status and service join, count, and come off one by one or all at once", async ({
  page,
  request,
}) => {
  test.slow();
  const word = freshWord();
  const { startMs, from, to } = freshRange();
  const service = `${word}-shop`;
  const runs = runEachMinute(word, startMs, (minute) => ({
    mode: minute < 6 ? "structured" : "combined",
    isError: minute % 3 === 0,
    service: minute % 2 === 0 ? service : `${word}-web`,
  }));
  await sendRuns(request, runs);
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to })}`);
  const chip = (name: string | RegExp) => page.getByRole("search").getByRole("button", { name });
  await expect(chip(/^Tables 6$/)).toBeVisible();
  await expect(chip(/^Errors 4$/)).toBeVisible();
  await chip(/^Tables/).click();
  await expect(page).toHaveURL(/mode=structured/);
  await expect(rowsOf(page, word)).toHaveCount(6);
  await expect(chip(/^Errors 2$/)).toBeVisible();
  await chip(/^Errors/).click();
  await expect(rowsOf(page, word)).toHaveCount(2);
  await chip(new RegExp(`^${service}`)).click();
  await expect(rowsOf(page, word)).toHaveText([`${word} of minute 0`]);
  // A chip's own count is of what choosing another of its kind would leave.
  await expect(chip(/^Both 1$/)).toBeVisible();

  await page.reload();
  for (const name of [/^Tables/, /^Errors/, new RegExp(`^${service}`)]) {
    await expect(chip(name)).toHaveAttribute("aria-pressed", "true");
  }
  await chip(/^Errors/).click();
  await expect(page).not.toHaveURL(/status=/);
  await expect(rowsOf(page, word)).toHaveCount(3);
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await expect(chip(/^Tables/)).toHaveAttribute("aria-pressed", "false");
});

test("ticked runs are compared on one axis, and leave as one file", async ({ page, request }) => {
  test.slow();
  const word = freshWord();
  const { startMs } = freshRange();
  await sendRuns(request, runEachMinute(word, startMs));
  await page.goto(`/runs?q=${word}`);
  await page.getByRole("checkbox", { name: `Compare ${word} of minute 11` }).check();
  const bar = page.getByRole("region", { name: "Runs to compare" });
  await expect(bar).toContainText("1 run ticked, one more to compare");
  await page.getByRole("checkbox", { name: `Compare ${word} of minute 2` }).check();
  await page.getByRole("checkbox", { name: `Compare ${word} of minute 5` }).check();
  await bar.getByRole("link", { name: "Compare" }).click();
  await expect(page).toHaveURL(new RegExp(`/compare\\?run=${word}-11&run=${word}-2&run=${word}-5`));
  await expect(page.getByRole("heading", { name: "Compare 3 runs" })).toBeVisible();
  const grid = page.getByRole("treegrid", { name: "Spans" });
  // A row for each run and its two spans.
  await expect(grid).toHaveAttribute("aria-rowcount", /^(?:9|10)$/);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download HTML" }).click();
  expect((await download).suggestedFilename()).toBe("gantt-3-runs.html");

  await page.getByRole("button", { name: `Leave out ${word} of minute 2` }).click();
  await expect(page.getByRole("heading", { name: "Compare 2 runs" })).toBeVisible();
  await page.goto(`/compare?run=${word}-5&run=${word}-nobody`);
  await expect(page.getByText(`Not stored, or not any more: ${word}-nobody`)).toBeVisible({
    timeout: 15_000,
  });
  await expect(grid).toBeVisible();
});

test("runs whose ids are words of addresses open as runs", async ({ page, request }) => {
  const { startMs } = freshRange();
  const ids = ["compare", "chart", "run-chart"];
  await sendRuns(
    request,
    ids.map((runId, i) => ({ runId, startMs: startMs + i, question: `named ${runId}` })),
  );
  for (const id of ids) {
    expect((await request.get(paths.run(id))).status()).toBe(200);
    await page.goto(`/runs/${id}`);
    await expect(page.getByRole("heading", { name: `named ${id}` })).toBeVisible();
  }
});

test("runs that come while the list is read wait above it", async ({ page, request }) => {
  const word = freshWord();
  const { startMs } = freshRange();
  const runs = runEachMinute(word, startMs);
  await sendRuns(request, runs.slice(0, 4));
  await page.goto(`/runs?q=${word}`);
  await expect(rowsOf(page, word)).toHaveCount(4);
  // Away from the list, what comes is simply there.
  await page.getByRole("searchbox", { name: "Search runs" }).hover();
  await sendRuns(request, runs.slice(4, 5));
  await expect(rowsOf(page, word)).toHaveCount(5, { timeout: 15_000 });
  await rowsOf(page, word).first().hover();
  await sendRuns(request, runs.slice(5, 8));
  const news = page.getByRole("button", { name: "Show 3 new runs" });
  await expect(news).toBeVisible({ timeout: 15_000 });
  await expect(rowsOf(page, word)).toHaveCount(5);
  await news.click();
  await expect(rowsOf(page, word)).toHaveCount(8);
  await expect(news).toHaveCount(0);
});

test("the charts keep their place while they load, and offer another try where they fail", async ({
  page,
  request,
}) => {
  const word = freshWord();
  const { startMs, from, to } = freshRange();
  await sendRuns(request, runEachMinute(word, startMs));
  let isHeld = true;
  let calls = 0;
  await page.route(`**${paths.runChart}*`, async (route) => {
    calls++;
    if (isHeld)
      await route.fulfill({
        status: 503,
        json: { type: "about:blank", status: 503, title: "Away", detail: "Wait a moment." },
      });
    else await route.continue();
  });
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to })}`);
  await expect(rowsOf(page, word)).toHaveCount(12);
  const before = await boxOf(rowsOf(page, word).first());
  const again = page.getByRole("button", { name: "Try the charts again" });
  await expect(again).toBeVisible({ timeout: 15_000 });
  expect(await boxOf(rowsOf(page, word).first())).toEqual(before);
  expect(calls).toBeGreaterThan(0);
  isHeld = false;
  await again.click();
  await expect(charts(page)).toContainText("12 runs");
  await expect(page.getByTestId("brush")).toBeVisible();
  expect(await boxOf(rowsOf(page, word).first())).toEqual(before);
});

test("charts, chips and ticks keep nobody out, light and dark", async ({ page, request }) => {
  test.slow();
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const expectNoBarriers = async (exclude?: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriersOf(page, exclude === undefined ? {} : { exclude }), colorScheme).toEqual([]);
    }
  };
  const word = freshWord();
  const { startMs, from, to } = freshRange();
  await sendRuns(
    request,
    runEachMinute(word, startMs, (minute) => ({ mode: "combined", isError: minute < 3 })),
  );
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to, mode: "combined" })}`);
  await expect(charts(page)).toContainText("12 runs");
  await page.getByRole("checkbox", { name: /minute 3/ }).check();
  await edge(page, "Start").press("PageUp");
  await expect(page.getByRole("button", { name: "Show these" })).toBeVisible();
  await expectNoBarriers();
  await page.goto(`/compare?run=${word}-1&run=${word}-2`);
  await expect(page.getByRole("treegrid", { name: "Spans" })).toBeVisible({ timeout: 20_000 });
  await expectNoBarriers(".gantt");
});

test("on a phone the charts fit, and a finger chooses a stretch", async ({ browser, request, baseURL }) => {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  const word = freshWord();
  const { startMs, from, to } = freshRange();
  await sendRuns(request, runEachMinute(word, startMs));
  await page.goto(`/runs?${new URLSearchParams({ q: word, from, to })}`);
  await expect(charts(page)).toContainText("12 runs");
  const excessPx = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(excessPx).toBeLessThanOrEqual(0);
  const box = await boxOf(page.getByTestId("brush"));
  const session = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", share?: number) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: share === undefined ? [] : [{ x: box.x + share * box.width, y: box.y + 70 }],
    });
  await touch("touchStart", 3.1 / 12);
  for (const share of [3.5, 4.2, 5, 5.9]) await touch("touchMove", share / 12);
  await touch("touchEnd");
  await expect(rowsOf(page, word)).toHaveCount(3);
  await context.close();
});
