import type { Page } from "@playwright/test";
import { expect, test } from "./page-test";
import { answerable, unanswerable } from "./sample-expectations";

const tags = { structured: "Tables", unstructured: "Documents", combined: "Both", refused: "" } as const;

const firstOfKind = (["structured", "unstructured", "combined"] as const).map(
  (kind) => answerable.find(({ mode }) => mode === kind)?.question,
);

async function typeQuestion(page: Page, question: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your question" }).fill(question);
  await page.keyboard.press("Enter");
}

for (const { question, mode, expect: expected } of answerable) {
  const isClicked = firstOfKind.includes(question);
  test(`${tags[mode]}, ${isClicked ? "clicked" : "typed"}: ${question}`, async ({ page }) => {
    await page.goto("/");
    if (isClicked) await page.getByRole("button", { name: question }).click();
    else await typeQuestion(page, question);
    const answer = page.getByRole("region", { name: "Answer", exact: true });
    const sources = page.getByRole("region", { name: "Sources" });
    await expect(answer).toContainText(tags[mode]);
    await expect(answer).toContainText(/(High|Medium|Low) confidence/);
    for (const value of expected.values ?? []) {
      const words = ((await answer.textContent()) ?? "").replaceAll(/(?<=\d),(?=\d{3})/g, "");
      expect(words).toContain(value);
    }
    if (expected.contains) await expect(answer).toContainText(expected.contains);
    if (expected.document) await expect(sources).toContainText(expected.document);
    if (mode !== "structured") await expect(sources.locator("mark").first()).toBeVisible();
    if (mode !== "unstructured") {
      await expect(sources.getByRole("table").first()).toBeVisible();
      await sources.getByText("SQL", { exact: true }).first().click();
      await expect(sources.locator("pre").first()).toContainText("SELECT");
    }
  });
}

for (const { question } of unanswerable) {
  test(`refused: ${question}`, async ({ page }) => {
    await page.goto("/");
    await typeQuestion(page, question);
    const refusal = page.getByRole("region", { name: "No answer" });
    await expect(refusal).toContainText("Not answered");
    await expect(refusal).not.toContainText("confidence");
    await expect(page.getByRole("region", { name: "Nearest sources" })).toBeVisible();
  });
}

test("the answer shows where the time went and opens its timeline", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: answerable[0]?.question }).click();
  const run = page.getByRole("link", { name: /Where the time went/ });
  await expect(run).toContainText(/plan \d/);
  await expect(run).toContainText(/total [\d.]+ m?s/);
  await run.click();
  await expect(page).toHaveURL(/\/runs\/[^/?]+/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("the address brings a question back without asking it, and Back the answer before", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/ask")) asked.push(request.postData() ?? "");
  });
  await page.goto("/?q=How+many+stations%3F&mode=structured");
  const box = page.getByRole("textbox", { name: "Your question" });
  await expect(box).toHaveValue("How many stations?");
  await expect(page.getByRole("radio", { name: "Tables" })).toBeChecked();
  expect(asked).toHaveLength(0);

  await box.press("Enter");
  await expect(page).toHaveURL(/run=/);
  const answer = page.getByRole("region", { name: /answer/i });
  const first = (await answer.textContent()) ?? "";
  await box.fill("How many bikes?");
  await box.press("Enter");
  await expect(page).toHaveURL(/q=How\+many\+bikes.*run=/);
  await page.goBack();
  await expect(box).toHaveValue("How many stations?");
  await page.goBack();
  await expect(box).toHaveValue("How many stations?");
  await page.goForward();
  await expect(answer).toHaveText(first);
  expect(asked).toHaveLength(2);

  await page.reload();
  await expect(answer).toHaveText(first);
  expect(asked).toHaveLength(2);
});

test("a cut-off app is told and the question kept", async ({ page, context }) => {
  await page.goto("/");
  const box = page.getByRole("textbox", { name: "Your question" });
  await box.fill("How many stations?");
  await context.setOffline(true);
  await box.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "The app cannot be reached" })).toBeVisible();
  await expect(box).toHaveValue("How many stations?");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect(page).toHaveURL(/run=/);
});
