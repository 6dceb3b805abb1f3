import type { APIRequestContext } from "@playwright/test";
import { paths } from "@/lib/api/paths";
import { expect, freshWord, test } from "./page-test";

/** Asks questions that carry a word, a few at a time. Refusals are runs too, and quick. */
async function askMany(request: APIRequestContext, word: string, count: number): Promise<void> {
  const questions = Array.from({ length: count }, (_, i) => `What is ${word} number ${i}?`);
  while (questions.length > 0) {
    const batch = questions.splice(0, 6).map(async (question) => {
      const response = await request.post(paths.ask, { data: { question, mode: "structured" } });
      expect(response.status(), await response.text()).toBe(200);
    });
    await Promise.all(batch);
  }
}

test("a question is found by its words and opens by its row", async ({ page, request }) => {
  const word = freshWord();
  await askMany(request, word, 1);
  await page.goto("/runs");
  await page.getByRole("searchbox", { name: "Search runs" }).fill(word);
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  const rows = page.getByRole("row").filter({ hasText: word });
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("OK");
  await expect(rows).toContainText(/\d m?s/);
  // Far from the words: the whole row is the link.
  const row = await rows.boundingBox();
  if (!row) throw new Error("The row is not shown.");
  await page.mouse.click(row.x + row.width - 10, row.y + row.height / 2);
  await expect(page).toHaveURL(/\/runs\/[^/?]+/);
  await page.goBack();
  await expect(page.getByRole("searchbox", { name: "Search runs" })).toHaveValue(word);
});

test("fifty runs are a page, and Older leads on", async ({ page, request }) => {
  test.slow();
  const word = freshWord();
  await askMany(request, word, 52);
  await page.goto(`/runs?q=${word}`);
  const rows = page.getByRole("row").filter({ hasText: word });
  const refresh = page.getByRole("button", { name: "Refresh" });
  await expect(async () => {
    await refresh.click();
    await expect(rows).toHaveCount(50, { timeout: 1_000 });
    await expect(page.getByRole("link", { name: "Older" })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  const newest = await rows.first().getByRole("link").first().textContent();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(rows).toHaveCount(2);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(rows).toHaveCount(50);
  await expect(rows.first().getByRole("link").first()).toHaveText(newest ?? "");
});

test("filters are in the address and can all be taken away", async ({ page }) => {
  await page.goto(`/runs?q=${freshWord()}&status=error&range=1h`);
  await expect(page.getByRole("button", { name: "Errors" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("combobox", { name: "Time" })).toHaveValue("1h");
  await expect(page.getByText("No run matches")).toBeVisible();
  await page.getByRole("link", { name: "Show all runs" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await expect(page.getByRole("searchbox", { name: "Search runs" })).toHaveValue("");
});

test("clearing wants a whole number of days and says what went", async ({ page, request }) => {
  await askMany(request, freshWord(), 1);
  await page.goto("/runs");
  await page.getByRole("button", { name: "Clear old runs" }).click();
  const dialog = page.getByRole("dialog", { name: "Clear old runs" });
  const clear = dialog.getByRole("button", { name: "Clear", exact: true });
  for (const wrong of ["", "-1", "1.5", "36501", "soon"]) {
    await dialog.getByRole("textbox", { name: "Days" }).fill(wrong);
    await expect(dialog).toContainText("Days must be a whole number from 0 to 36,500");
    await expect(clear).toBeDisabled();
  }
  // Nothing is a hundred years old, so that no other test loses its runs.
  await dialog.getByRole("textbox", { name: "Days" }).fill("36500");
  await clear.click();
  await expect(page.getByRole("dialog", { name: "Cleared" })).toContainText(
    /0 traces with 0 spans deleted, [\d,]+ spans? kept/,
  );
});
