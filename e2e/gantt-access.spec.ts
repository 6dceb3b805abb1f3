import { barriersOf } from "./axe";
import { findBox, foundText, grid, type MadeSpan, openMade, rows, selectedRow } from "./gantt-page";
import { expect, test } from "./page-test";

/** Every way in which spans are broken, and the notice that says so. */
const broken: readonly MadeSpan[] = [
  { id: 1, name: "root", start: 0, length: 100 },
  { id: 2, parent: 99, name: "orphan", start: 10, length: 10 },
  { id: 3, parent: 4, name: "cycle", start: 20, length: 10 },
  { id: 4, parent: 3, name: "round", start: 21, length: 5 },
  { id: 5, parent: 1, name: "outside", start: 90, length: 30 },
  { id: 6, parent: 1, name: "moment", start: 50, length: 0 },
  { id: 7, parent: 1, name: "backwards", start: 60, length: -5 },
  { id: 8, parent: 1, name: "endless", start: 70, length: 0, open: true },
];

test("what is odd about spans is counted, explained and found by a click", async ({ page, request }) => {
  await openMade(page, request, broken);
  for (const [notice, name] of [
    ["1 whose parent is not in the run", "orphan"],
    ["1 that name themselves as an ancestor", "cycle"],
    ["1 that start before or end after their parent", "outside"],
    ["1 that end before they start", "backwards"],
    ["1 without an end", "endless"],
    ["1 that last no time", "moment"],
  ] as const) {
    await page.getByRole("button", { name: notice }).click();
    await expect(foundText(page)).toHaveText("1 match");
    await findBox(page).press("Enter");
    await expect(selectedRow(page)).toContainText(name);
  }
  await expect(rows(page)).toHaveCount(broken.length);
});

test("the treegrid tells levels, places, columns and states, and keeps its active row", async ({
  page,
  request,
}) => {
  await openMade(page, request);
  await expect(grid(page)).toHaveAttribute("aria-rowcount", "65");
  await expect(page.getByRole("columnheader")).toHaveText([
    "Span",
    "Service",
    "Starts at",
    "Duration",
    "Status",
  ]);
  const needle = rows(page).nth(2);
  await expect(needle).toHaveAttribute("aria-level", "3");
  await expect(needle).toHaveAttribute("aria-rowindex", "4");
  await expect(needle.getByRole("gridcell")).toHaveText(["needle", "made", "20.0 ms", "100 ms", "error"]);
  const second = rows(page).nth(3);
  await expect(second).toHaveAttribute("aria-posinset", "2");
  await expect(second).toHaveAttribute("aria-setsize", "62");
  await expect(second).not.toHaveAttribute("aria-expanded");
  await grid(page).focus();
  await page.keyboard.press("End");
  const active = await grid(page).getAttribute("aria-activedescendant");
  await expect(selectedRow(page)).toHaveAttribute("id", active ?? "none");
  // Scrolled away, the active row is still there to be named.
  await page.mouse.move(200, 400);
  await page.mouse.wheel(0, -5_000);
  await expect(rows(page).first()).toContainText("root");
  await expect(page.locator(`[id="${active}"]`)).toHaveCount(1);
});

const looks = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "more contrast": { contrast: "more" },
  "forced colours": { forcedColors: "active" },
  "less motion": { reducedMotion: "reduce" },
} as const;
const plain = {
  colorScheme: "light",
  contrast: "no-preference",
  forcedColors: "none",
  reducedMotion: "no-preference",
} as const;
test(`nothing keeps people out: ${Object.keys(looks).join(", ")}`, async ({ page, request }) => {
  // A page is looked through five times.
  test.slow();
  await openMade(page, request, broken);
  await findBox(page).fill("duration>50");
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  for (const [name, media] of Object.entries(looks)) {
    await page.emulateMedia({ ...plain, ...media });
    expect(await barriersOf(page, { isSerious: true }), name).toEqual([]);
  }
});

test("the canvas takes the colours that a system forces", async ({ page, request }) => {
  await openMade(page, request);
  // The corner of the axis: panel in a theme of ours, the page's colour where colours are forced.
  const corner = () =>
    page.locator(".gantt-canvas").evaluate((canvas) => {
      const pixel = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(2, 2, 1, 1).data;
      return [...(pixel ?? [])].slice(0, 3).join();
    });
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await corner();
  await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
  await expect.poll(corner).toBe("255,255,255");
  expect(dark).not.toBe("255,255,255");
});

test("a phone has room for everything, and targets for fingers", async ({ browser, request, baseURL }) => {
  const context = await browser.newContext({
    ...(baseURL ? { baseURL } : {}),
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await openMade(page, request, broken);
  await findBox(page).fill("error or is:orphan");
  await expect(foundText(page)).toHaveText("1 match");
  const excessPx = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(excessPx).toBeLessThanOrEqual(0);
  const buttons = await page.locator(".gantt-bar button").all();
  expect(buttons.length).toBeGreaterThan(5);
  for (const button of buttons) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
  }
  const chart = await page.locator(".gantt-stage").boundingBox();
  expect(chart?.height).toBeGreaterThan(250);
  await context.close();
});

test("at 200 % there is one bar to scroll by, and nothing is lost", async ({ page, request }) => {
  await page.setViewportSize({ width: 800, height: 450 });
  await openMade(page, request);
  const excess = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth - innerWidth, scrollHeight - innerHeight];
  });
  expect(excess).toEqual([0, 0]);
  await expect(page.getByRole("button", { name: "Keys" })).toBeInViewport();
  await expect(rows(page).nth(1)).toBeInViewport();
});

test("on paper there is the timeline, what it is of, and what is not printed", async ({ page, request }) => {
  const runId = await openMade(page, request);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  const sheet = page.locator(".gantt-print");
  await expect(sheet).toContainText("root");
  await expect(sheet).toContainText(`run ${runId}`);
  await expect(sheet).toContainText("1 span with errors");
  await expect(sheet).toContainText("Critical path");
  await expect(sheet).toContainText("Not printed: 16 rows below.");
  await expect(findBox(page)).toBeHidden();
  // Light, though the page is dark.
  const corner = await sheet
    .locator("canvas")
    .first()
    .evaluate((canvas) => {
      const pixel = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(4, 4, 1, 1).data;
      return Math.min(...(pixel ?? [0]));
    });
  expect(corner).toBeGreaterThan(200);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect(sheet.locator("canvas")).toHaveCount(0);
  await page.emulateMedia({ media: "screen" });
  const pdf = await page.pdf();
  expect(pdf.length).toBeGreaterThan(20_000);
});
