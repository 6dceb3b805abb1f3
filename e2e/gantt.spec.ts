import { pathToFileURL } from "node:url";
import { pages, paths } from "@/lib/api/paths";
import {
  changed,
  chartOf,
  details,
  freshRun,
  grid,
  momentAt,
  openMade,
  openRun,
  painted,
  pixelOf,
  rootBar,
  rows,
  rowY,
  selectedRow,
  sendSpans,
} from "./gantt-page";
import { expect, test } from "./page-test";

/** Markup in every field that a question reaches: it must come out as text, in the page and in the file. */
const hostile = `How many trips </script><script>window.pwned=1</script><img src=x onerror="window.pwned=2">?`;

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

test("a run's page asks for the run once, from its document, and for no other page", async ({
  page,
  request,
}) => {
  const asked: string[] = [];
  page.on("request", (sent) => asked.push(sent.url().replace(/^\w+:\/\/[^/]+/, "")));
  const runId = await openMade(page, request);
  // What is in sight may be read ahead already.
  const askedForRun = asked.filter((path) => path.startsWith(paths.run(runId)) && !path.includes("/whole?"));
  expect(askedForRun).toEqual([paths.runSpanColumns(runId)]);
  expect(asked.filter((path) => path.includes("_rsc"))).toEqual([]);
  const timing = await page.evaluate(
    (path) =>
      performance
        .getEntriesByType("resource")
        .find(({ name }) => name.endsWith(path))
        ?.toJSON(),
    paths.runSpanColumns(runId),
  );
  expect(timing?.initiatorType).toBe("link");
  // A page of the frame is read ahead when somebody comes near its link.
  await page.getByRole("link", { name: "Data" }).hover();
  await expect.poll(() => asked.some((path) => path.startsWith("/data?_rsc"))).toBe(true);
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

for (const [how, y] of [
  ["on the axis", 12],
  ["with shift over the rows", 200],
] as const) {
  test(`a drag ${how} chooses what is shown`, async ({ page, request }) => {
    await openMade(page, request);
    const whole = await chartOf(page);
    const [from, to] = [whole.leftPx + whole.widthPx * 0.25, whole.leftPx + whole.widthPx * 0.5];
    const [startNs, endNs] = [momentAt(whole, from), momentAt(whole, to)];
    if (y > 100) await page.keyboard.down("Shift");
    // From right to left works as well.
    await page.mouse.move(to, whole.topPx + y);
    await page.mouse.down();
    await page.mouse.move(from, whole.topPx + y + 3, { steps: 4 });
    expect((await chartOf(page)).endNs).toBe(whole.endNs);
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const after = await changed(page, whole);
    const pxNs = (whole.endNs - whole.startNs) / whole.widthPx;
    expect(Math.abs(after.startNs - startNs)).toBeLessThan(2 * pxNs);
    expect(Math.abs(after.endNs - endNs)).toBeLessThan(2 * pxNs);
  });
}

test("a double click fits a span, and everything when done again", async ({ page, request }) => {
  await openMade(page, request);
  const whole = await chartOf(page);
  // The third row: needle, 20 ms to 120 ms.
  await page.mouse.dblclick(pixelOf(whole, 70e6), rowY(whole, 2));
  const fitted = await changed(page, whole);
  expect(fitted.startNs).toBeCloseTo(10e6, -3);
  expect(fitted.endNs).toBeCloseTo(130e6, -3);
  const middle = await chartOf(page);
  await page.mouse.dblclick(middle.leftPx + middle.widthPx / 2, rowY(middle, 2));
  await expect(async () => expect((await chartOf(page)).endNs).toBe(whole.endNs)).toPass();
});

test("a sideways wheel pans, the strip above chooses", async ({ page, request }) => {
  await openMade(page, request);
  const whole = await chartOf(page);
  await page.mouse.move(whole.leftPx + 200, whole.topPx + 100);
  await page.mouse.wheel(0, -960);
  const close = await changed(page, whole);
  await page.mouse.wheel(50, 0);
  const later = await changed(page, close);
  expect(later.startNs).toBeGreaterThan(close.startNs);
  expect(later.endNs - later.startNs).toBeCloseTo(close.endNs - close.startNs, 3);
  const strip = await page.locator(".gantt-minimap").boundingBox();
  if (!strip) throw new Error("There is no strip.");
  await page.keyboard.press("0");
  await changed(page, later);
  await page.mouse.move(strip.x + strip.width * 0.5, strip.y + 10);
  await page.mouse.down();
  await page.mouse.move(strip.x + strip.width * 0.75, strip.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect(async () => {
    const { startNs, endNs } = await chartOf(page);
    const at = (share: number) => whole.startNs + share * (whole.endNs - whole.startNs);
    expect(Math.abs(startNs - at(0.5))).toBeLessThan(10e6);
    expect(Math.abs(endNs - at(0.75))).toBeLessThan(10e6);
  }).toPass();
});

test("the column of names gets another width, by pointer and by keys, and keeps it", async ({
  page,
  request,
}) => {
  const runId = await openMade(page, request);
  const border = page.getByRole("separator", { name: "Width of the names" });
  const width = async () => Number(await border.getAttribute("aria-valuenow"));
  const before = await width();
  const box = await border.boundingBox();
  if (!box) throw new Error("There is no border.");
  await page.mouse.move(box.x + box.width / 2, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 80, box.y + 200, { steps: 4 });
  await page.mouse.up();
  expect(Math.abs((await width()) - before - 80)).toBeLessThanOrEqual(3);
  await border.focus();
  await page.keyboard.press("ArrowLeft");
  const after = await width();
  expect(after).toBeLessThan(before + 80);
  await page.goto(pages.run(runId));
  await painted(page);
  await expect(border).toHaveAttribute("aria-valuenow", String(after));
});

test("two fingers zoom at their middle, one pans", async ({ page, request }) => {
  await openMade(page, request);
  const whole = await chartOf(page);
  const cdp = await page.context().newCDPSession(page);
  const y = whole.topPx + 150;
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...xs: number[]) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
  const middle = whole.leftPx + whole.widthPx / 2;
  const moment = momentAt(whole, middle);
  await touch("touchStart", middle - 60);
  await touch("touchStart", middle - 60, middle + 60);
  for (const px of [90, 130, 180, 240]) await touch("touchMove", middle - px, middle + px);
  await touch("touchEnd");
  const close = await changed(page, whole);
  expect((close.endNs - close.startNs) / (whole.endNs - whole.startNs)).toBeLessThan(0.4);
  expect(Math.abs(pixelOf(close, moment) - middle)).toBeLessThan(12);

  await touch("touchStart", middle);
  for (const px of [20, 60, 100]) await touch("touchMove", middle - px);
  await touch("touchEnd");
  const panned = await changed(page, close);
  expect(panned.startNs).toBeGreaterThan(close.startNs);
  expect(panned.endNs - panned.startNs).toBeCloseTo(close.endNs - close.startNs, 3);
});

test("rows open and close by levels, below a row and all at once", async ({ page, request }) => {
  await openMade(page, request, [
    { id: 1, name: "a", start: 0, length: 100 },
    { id: 2, parent: 1, name: "b", start: 0, length: 50 },
    { id: 3, parent: 2, name: "c", start: 0, length: 20 },
    { id: 4, parent: 3, name: "d", start: 0, length: 10 },
  ]);
  await grid(page).focus();
  for (const [key, count] of [
    ["[", 3],
    ["[", 2],
    ["]", 3],
    ["{", 1],
    ["}", 4],
    ["{", 1],
  ] as const) {
    await page.keyboard.press(key);
    await expect(rows(page)).toHaveCount(count);
  }
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await expect(rows(page)).toHaveCount(4);
});

test("every key in the sheet does something, and N and P walk the critical path", async ({
  page,
  request,
}) => {
  await openMade(page, request);
  await grid(page).focus();
  await page.keyboard.press("n");
  await expect(selectedRow(page)).toContainText("root");
  await page.keyboard.press("n");
  await expect(selectedRow(page)).toContainText("first");
  await page.keyboard.press("p");
  await expect(selectedRow(page)).toContainText("root");
  await page.keyboard.press("End");
  await expect(selectedRow(page)).toContainText("leaf");
  await page.keyboard.press("Home");
  await page.keyboard.press("PageDown");
  await expect(selectedRow(page)).toContainText("leaf");
  let chart = await chartOf(page);
  for (const key of ["Shift+ArrowUp", "Shift+ArrowRight", "Shift+ArrowLeft", "Shift+ArrowDown"]) {
    if (key !== "Shift+ArrowDown") await page.keyboard.press("w");
    await page.keyboard.press(key);
    chart = await changed(page, chart);
  }
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await expect(sheet).toContainText("Open one level more");
  await expect(sheet).toContainText("duration>50ms");
});

test("spans that arrive late move nothing that is looked at", async ({ page, request }) => {
  const run = { ...freshRun(), startMs: Date.now() };
  // The run ends in a while: until then the page looks for more.
  await sendSpans(request, run, [
    { id: 1, name: "root", start: 0, length: 15_000 },
    { id: 2, parent: 1, name: "first", start: 1_000, length: 500 },
    { id: 3, parent: 2, name: "hidden", start: 1_000, length: 400 },
    { id: 4, parent: 1, name: "second", start: 2_000, length: 500 },
  ]);
  await page.goto(pages.run(run.runId));
  await painted(page);
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("f");
  await expect(selectedRow(page)).toContainText("first");
  await expect(rows(page)).toHaveCount(3);
  const before = await changed(page, { ...(await chartOf(page)), startNs: Number.NaN });
  // One of them starts earlier than all, so that every moment of the run counts from another start.
  await sendSpans(request, run, [
    { id: 5, name: "earlier", start: -1_000, length: 100 },
    { id: 6, parent: 1, name: "between", start: 500, length: 100 },
  ]);
  await expect(page.locator(".gantt")).toHaveAttribute("data-spans", "6");
  await expect(selectedRow(page)).toContainText("first");
  await expect(selectedRow(page)).toHaveAttribute("aria-expanded", "false");
  await expect(rows(page)).toHaveCount(5);
  const after = await chartOf(page);
  expect(after.startNs).toBeCloseTo(before.startNs + 1e9, -1);
  expect(after.endNs).toBeCloseTo(before.endNs + 1e9, -1);
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
