import { chartOf, findBox, foundText, grid, openMade, painted, rows, selectedRow } from "./gantt-page";
import { expect, test } from "./page-test";

test("the find box takes names, attributes, events, times, ids, errors and expressions", async ({
  page,
  request,
}) => {
  await openMade(page, request);
  for (const [text, count] of [
    ["needle", "1 match"],
    ["leaf", "60 matches"],
    ["kettle", "1 match"],
    ['shop.sku="blue kettle"', "1 match"],
    ["leaf.number>49", "10 matches"],
    ["leaf.number=*", "60 matches"],
    ["event=cache.miss", "1 match"],
    ["cache.miss", "1 match"],
    ["error", "1 match"],
    ["duration>=100ms", "4 matches"],
    ["name=leaf duration<5ms", "4 matches"],
    ["0000000000000003", "1 match"],
    ["/^(needle|second)$/", "2 matches"],
    ["/KETTLE/i", "1 match"],
    ['path="root>first>needle"', "1 match"],
    ["needle or second", "2 matches"],
    ["-name=leaf -error", "3 matches"],
    ["is:root", "1 match"],
    ["nothing like it", "0 matches"],
  ] as const) {
    await findBox(page).fill(text);
    await expect(foundText(page), text).toHaveText(count);
  }
});

test("what is wrong with a text is said in a line below it", async ({ page, request }) => {
  await openMade(page, request);
  for (const [text, reason] of [
    ["/[a/", "The expression opens [ and does not close it."],
    ["duration>50", "has no unit"],
    ["work=cooking", "work is one of"],
    ['"half', "The quotes are not closed."],
  ] as const) {
    await findBox(page).fill(text);
    await expect(page.getByRole("alert").filter({ hasText: reason })).toBeVisible();
    await expect(foundText(page)).toHaveText("");
  }
  // An expression that would take a backtracking engine for ever.
  await findBox(page).fill("/(x+x+)+y/");
  await expect(foundText(page)).toHaveText("0 matches");
});

test("the next and the previous match are reached by keys, off the screen and in closed rows", async ({
  page,
  request,
}) => {
  await openMade(page, request);
  await grid(page).focus();
  await page.keyboard.press("{");
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("/");
  await expect(findBox(page)).toBeFocused();
  await page.keyboard.type("needle or leaf.number=59");
  await expect(foundText(page)).toHaveText("2 matches");
  await page.keyboard.press("Enter");
  await expect(selectedRow(page)).toContainText("needle");
  await page.keyboard.press("Enter");
  await expect(selectedRow(page)).toContainText("leaf");
  await page.keyboard.press("Shift+Enter");
  await expect(selectedRow(page)).toContainText("needle");
  // First the text goes, then the focus returns to the rows.
  await page.keyboard.press("Escape");
  await expect(findBox(page)).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(grid(page)).toBeFocused();
});

test("what does not match is dimmed, or hidden but for what lies above a match", async ({
  page,
  request,
}) => {
  await openMade(page, request);
  await findBox(page).fill("kettle");
  await expect(foundText(page)).toHaveText("1 match");
  expect(await rows(page).count()).toBeGreaterThan(10);
  await page.getByRole("button", { name: "Hide others" }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(rows(page)).toContainText(["root", "first", "needle"]);
  await grid(page).focus();
  await page.keyboard.press("h");
  await expect(page.getByRole("button", { name: "Hide others" })).toHaveAttribute("aria-pressed", "false");
  expect(await rows(page).count()).toBeGreaterThan(10);
});

test("a link restores the view: time, selection, search, hidden rows, panel, closed rows", async ({
  page,
  request,
  context,
}) => {
  await openMade(page, request);
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("f");
  await findBox(page).fill("name=first or event=*");
  await expect(foundText(page)).toHaveText("2 matches");
  await page.getByRole("button", { name: "Hide others" }).click();
  await page.getByRole("button", { name: "Stages", exact: true }).click();
  await expect(page).toHaveURL(/from=.*span=0000000000000002.*find=.*hide=1.*panel=stages.*fold=.*turned=/);
  const before = await chartOf(page);

  const other = await context.newPage();
  await other.goto(page.url());
  await painted(other);
  await expect(findBox(other)).toHaveValue("name=first or event=*");
  await expect(foundText(other)).toHaveText("2 matches");
  await expect(other.getByRole("button", { name: "Hide others" })).toHaveAttribute("aria-pressed", "true");
  await expect(other.getByRole("region", { name: "Stages" })).toBeVisible();
  await expect(selectedRow(other)).toContainText("first");
  const after = await chartOf(other);
  expect(Math.abs(after.startNs - before.startNs)).toBeLessThanOrEqual(1);
  expect(Math.abs(after.endNs - before.endNs)).toBeLessThanOrEqual(1);
  await findBox(other).fill("");
  await expect(other.locator('[role="row"][aria-expanded="false"]')).toContainText(["first"]);
});

test("an address that makes no sense is taken calmly", async ({ page, request }) => {
  const search = "?from=9&to=1&span=zzz&panel=__proto__&fold=-1&turned=1_2&hide=maybe&find=%2F%5Ba%2F&x=1";
  await openMade(page, request, undefined, search);
  await expect(rows(page).first()).toContainText("root");
  await expect(page.getByRole("alert").filter({ hasText: "The expression" })).toBeVisible();
  expect((await chartOf(page)).startNs).toBeLessThanOrEqual(0);
  await expect(page).toHaveURL(/\?find=%2F%5Ba%2F$/);
});

test("a search in an exported file finds attributes too, and asks nobody", async ({
  page,
  request,
}, testInfo) => {
  await openMade(page, request);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download HTML" }).click();
  const path = testInfo.outputPath("made.html");
  await (await download).saveAs(path);
  const file = await page.context().newPage();
  await file.context().setOffline(true);
  await file.goto(`file://${path}`);
  await painted(file);
  for (const [text, count] of [
    ["kettle", "1 match"],
    ["leaf.number>49", "10 matches"],
    ["event=cache.miss", "1 match"],
    ["/KETTLE/i or name=root", "2 matches"],
  ] as const) {
    await findBox(file).fill(text);
    await expect(foundText(file), text).toHaveText(count);
  }
  await file.context().setOffline(false);
});
