import { expect, test } from "./page-test";
import { answerable } from "./sample-expectations";

test("asking and opening the timeline need no pointer", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("textbox", { name: "Your question" })).toBeFocused();
  await page.keyboard.type(answerable[0]?.question ?? "");
  await page.keyboard.press("Enter");
  const run = page.getByRole("link", { name: /Where the time went/ });
  await expect(run).toBeVisible();
  // The mode, Ask, then the answer's first link.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(run).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/[^/?]+/);
});

test("the first stop of a page skips the frame", async ({ page }) => {
  await page.goto("/runs");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the page" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("a dialog takes the focus, closes on Escape and gives it back", async ({ page }) => {
  await page.goto("/runs");
  const opener = page.getByRole("button", { name: "Clear old runs" });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});
