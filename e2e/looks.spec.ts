import type { Page } from "@playwright/test";
import { barriersOf } from "./axe";
import { expect, test } from "./page-test";
import { answerable } from "./sample-expectations";

/** The charts have a table too, which may come first. */
const runRows = (page: Page) => page.getByRole("table", { name: "Runs, newest first" }).getByRole("row");

/** Every page, in the state in which it holds most. */
const states: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "an answer": async (page) => {
    const combined = answerable.find(({ mode }) => mode === "combined")?.question ?? "";
    await page.goto(`/?q=${encodeURIComponent(combined)}`);
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await expect(page.getByRole("region", { name: "Sources" })).toBeVisible();
    await page.getByText("SQL", { exact: true }).first().click();
  },
  "sample questions": async (page) => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: answerable[0]?.question })).toBeVisible();
  },
  runs: async (page) => {
    await page.goto("/runs");
    await expect(runRows(page).nth(1)).toBeVisible();
  },
  "the clear dialog": async (page) => {
    await page.goto("/runs");
    await page.getByRole("button", { name: "Clear old runs" }).click();
    await page.getByRole("textbox", { name: "Days" }).fill("x");
  },
  data: async (page) => {
    await page.goto("/data");
    await expect(page.getByRole("article").first()).toBeVisible();
  },
  "opened files": async (page) => {
    const slice = { ph: "X", name: "paint", ts: 1, dur: 5, pid: 1, tid: 1 };
    const files = [JSON.stringify([slice, { ph: "C", ts: 1 }]), "no trace"];
    await page.goto("/open");
    await page.getByLabel("Trace files").setInputFiles(
      files.map((text, i) => ({
        name: `${i}.json`,
        mimeType: "application/json",
        buffer: Buffer.from(text),
      })),
    );
    await expect(page.getByRole("alert").filter({ hasText: "Not opened" })).toBeVisible();
    await page.locator(".gantt[data-view-start]").waitFor();
  },
  "the download dialog": async (page) => {
    await page.goto("/runs");
    await runRows(page).nth(1).getByRole("link").first().click();
    await page.getByRole("button", { name: "Other formats" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  "signing in": async (page) => {
    await page.goto("/sign-in");
  },
  "no page": async (page) => {
    await page.goto("/nothing-here");
  },
};

for (const [name, open] of Object.entries(states)) {
  test(`${name}: fits a phone; light and dark, nothing that keeps people out`, async ({ page }) => {
    // A page is looked through twice.
    test.slow();
    await page.emulateMedia({ colorScheme: "light" });
    const wide = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page);
    const excessPx = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(excessPx).toBeLessThanOrEqual(0);
    if (wide) await page.setViewportSize(wide);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriersOf(page, { isSerious: true }), colorScheme).toEqual([]);
    }
  });
}

test("sources lie beside the answer on a wide window and below it on a phone", async ({ page }) => {
  await states["an answer"]?.(page);
  const boxes = async () => {
    const answer = await page.getByRole("region", { name: "Answer", exact: true }).boundingBox();
    const sources = await page.getByRole("region", { name: "Sources" }).boundingBox();
    if (!answer || !sources) throw new Error("The answer or its sources are not shown.");
    return { answer, sources };
  };
  await page.setViewportSize({ width: 1440, height: 900 });
  const wide = await boxes();
  expect(wide.sources.x).toBeGreaterThan(wide.answer.x + wide.answer.width);
  await page.setViewportSize({ width: 390, height: 844 });
  const narrow = await boxes();
  expect(narrow.sources.y).toBeGreaterThan(narrow.answer.y + narrow.answer.height);
});

test("a chosen theme overrules the system's and lasts", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: /Change to Light/ }).click();
  await page.getByRole("button", { name: /Change to Dark/ }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: /Change to System/ }).click();
  expect(await ground()).toBe(light);
});
