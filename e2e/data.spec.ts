import { uploadAnswerSchema } from "@/lib/api/datasets";
import { paths } from "@/lib/api/paths";
import { expect, freshWord, test } from "./page-test";

test("a table and a document are uploaded, asked about and deleted", async ({ page }) => {
  test.slow();
  const word = freshWord();
  const table = `kites ${word}`;
  const collection = `notes ${word}`;
  await page.goto("/data");
  await page.getByRole("textbox", { name: "Collection for documents" }).fill(collection);
  await page.getByLabel("Files", { exact: true }).setInputFiles([
    {
      name: `${table}.csv`,
      mimeType: "text/csv",
      buffer: Buffer.from(
        `kite,colour,wingspan_cm\nSwift,${word},120\nGannet,${word},85\nTern,ochre,64\nPetrel,ochre,71\n`,
      ),
    },
    {
      name: `${word}.md`,
      mimeType: "text/markdown",
      buffer: Buffer.from(
        `# Keeping a ${word}\n\nA ${word} is stored at 14 °C in the dark. Its cord is waxed once a year.\n`,
      ),
    },
    {
      name: `ragged-${word}.csv`,
      mimeType: "text/csv",
      buffer: Buffer.from("a,b\n1,2\n3,4,5\n"),
    },
  ]);
  const upload = page.getByRole("region", { name: "Upload" });
  await expect(upload).toContainText("2 files stored, 1 refused");
  await expect(upload).toContainText(new RegExp(`ragged-${word}\\.csv was refused\\. \\S+`));
  const tableRow = page.getByRole("article", { name: table });
  await expect(tableRow).toContainText("4 rows");
  await expect(tableRow.getByRole("list", { name: "3 columns" })).toContainText("wingspan_cm");
  await expect(page.getByRole("article", { name: collection })).toContainText("1 passage");

  await page.goto("/");
  const box = page.getByRole("textbox", { name: "Your question" });
  const answer = page.getByRole("region", { name: "Answer", exact: true });
  await box.fill(`What is the total wingspan of kites with colour ${word}?`);
  await box.press("Enter");
  await expect(answer).toContainText("205");
  await box.fill(`At what temperature is a ${word} stored?`);
  await box.press("Enter");
  await expect(answer).toContainText("14 °C");

  await page.goto("/data");
  for (const name of [table, collection]) {
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    const dialog = page.getByRole("dialog", { name: `Delete ${name}` });
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await expect(page.getByRole("article", { name })).toBeVisible();
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page.getByRole("article", { name })).toHaveCount(0);
  }
});

test("files can be dropped", async ({ page }) => {
  const name = `dropped ${freshWord()}`;
  await page.goto("/data");
  const files = await page.evaluateHandle((fileName) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["a,b\n1,2\n"], fileName, { type: "text/csv" }));
    return transfer;
  }, `${name}.csv`);
  await page
    .getByText("or drop them here")
    .dispatchEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  const row = page.getByRole("article", { name });
  await expect(row).toContainText("1 row");
  await page.getByRole("button", { name: `Delete ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(row).toHaveCount(0);
});

test("a collection's name is checked before anything is sent", async ({ page }) => {
  await page.goto("/data");
  await page.getByRole("textbox", { name: "Collection for documents" }).fill("../etc");
  await expect(page.getByText("Use letters, digits, spaces")).toBeVisible();
  await expect(page.getByRole("button", { name: "Upload files" })).toBeDisabled();
});

test("a form of too many files is answered with the limit and the number of the rest", async ({
  baseURL,
}) => {
  const form = new FormData();
  // Refused by their names: what is stored of such a form is shown without a browser (lib/ingest/upload/upload.test.ts).
  for (let n = 0; n < 1_007; n++) form.append("file", new File(["x"], `${n}.bin`));
  const headers = { "x-jiva-request": "1" };
  const response = await fetch(`${baseURL}${paths.datasets}`, { method: "POST", headers, body: form });
  const { files } = uploadAnswerSchema.parse(await response.json());
  expect([response.status, response.headers.get("connection"), files.length]).toEqual([400, "close", 1_001]);
  expect(files.at(-1)?.reason).toContain("at most 1,000 files. 7 more files were not looked at");
});
