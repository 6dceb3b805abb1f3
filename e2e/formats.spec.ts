import { gzipSync } from "node:zlib";
import type { APIRequestContext, Page } from "@playwright/test";
import { pages, paths } from "@/lib/api/paths";
import { expect, freshWord, test } from "./page-test";
import { freshId, otlpSpan, storeRun, text } from "./stored-run";

interface Given {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const file = (name: string, content: string | Buffer): Given => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(content),
});

const painted = (page: Page) => page.locator(".gantt[data-view-start]").waitFor();
/** Rows of spans and runs; the first row of the treegrid names its columns. */
const rows = (page: Page) => page.locator('[role="treegrid"] [role="row"][aria-level]');
const list = (page: Page) => page.getByRole("list", { name: "Opened files" });
const details = (page: Page) => page.getByRole("complementary");

async function open(page: Page, ...files: readonly Given[]): Promise<void> {
  await page.getByLabel("Trace files").setInputFiles([...files]);
}

/** A small run with a value to look for; answers its id. */
async function makeRun(request: APIRequestContext): Promise<string> {
  const runId = freshWord();
  const root = freshId(16);
  const ids = {
    traceId: freshId(32),
    attributes: [text("run_id", runId), text("looked.for", `value of ${runId}`)],
  };
  await storeRun(request, runId, [
    otlpSpan({ ...ids, spanId: root, name: "outer", lengthMs: 40 }),
    otlpSpan({ ...ids, parentSpanId: root, name: "inner", startMs: 10 }),
  ]);
  return runId;
}

const formats = [
  ["OTLP JSON", "otlp", "OTLP JSON, 2 spans"],
  ["Jaeger JSON", "jaeger", "Jaeger JSON, 2 spans"],
  ["Chrome trace", "chrome", "Chrome trace JSON, 2 spans"],
  ["Timeline as HTML", "html", "exported timeline, 2 spans"],
] as const;

for (const [choice, format, words] of formats) {
  test(`a run leaves as ${choice} and opens again, without a request`, async ({
    page,
    request,
  }, testInfo) => {
    const runId = await makeRun(request);
    await page.goto(pages.run(runId));
    await painted(page);
    await page.getByRole("button", { name: "Other formats" }).click();
    await page.getByRole("radio", { name: choice }).check();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download", exact: true }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe(
      format === "html" ? `gantt-${runId}.html` : `${format}-${runId}.json`,
    );
    const path = testInfo.outputPath(saved.suggestedFilename());
    await saved.saveAs(path);

    await page.goto(pages.open);
    await expect(page.getByText("Drop a trace file anywhere")).toBeVisible();
    const requests: string[] = [];
    page.on("request", (sent) => requests.push(`${sent.method()} ${sent.url()} ${sent.postData() ?? ""}`));
    await page.getByLabel("Trace files").setInputFiles(path);
    await painted(page);
    await expect(list(page)).toContainText(words);
    await expect(rows(page)).toHaveCount(2);
    await expect(rows(page).nth(1)).toContainText("inner");
    await page.getByRole("treegrid").press("ArrowDown");
    await page.getByRole("treegrid").press("Enter");
    await expect(details(page)).toContainText(`value of ${runId}`);
    await page.locator(".gantt-find input").fill(`looked.for="value of ${runId}"`);
    await expect(page.locator(".gantt-bar")).toContainText(/1 of 2|2 matches/);
    // The worker's program is fetched, and Next reads ahead where links lead; nothing carries any of the file.
    expect(requests.filter((line) => !line.startsWith("GET ") || /\/(api|v1)\//.test(line))).toEqual([]);
    expect(requests.filter((line) => line.includes(runId))).toEqual([]);
  });
}

test("files are dropped on the list of runs, several side by side, zipped too", async ({ page, request }) => {
  const runIds = [await makeRun(request), await makeRun(request)];
  const [first = "", second = ""] = await Promise.all(
    runIds.map(async (runId) => (await request.get(paths.runExport(runId, "jaeger"))).text()),
  );
  await page.goto(pages.runs);
  await expect(page.getByRole("button", { name: "Open a trace file" })).toBeVisible();
  const dropped = await page.evaluateHandle(
    ([plain, zipped]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([plain ?? ""], "first.json"));
      transfer.items.add(
        new File([Uint8Array.from(atob(zipped ?? ""), (c) => c.charCodeAt(0))], "second.json.gz"),
      );
      return transfer;
    },
    [first, gzipSync(second).toString("base64")],
  );
  await page.dispatchEvent("body", "dragenter", { dataTransfer: dropped });
  await expect(page.getByText("Drop to open")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
  await page.waitForURL(`**${pages.open}`);
  await expect(list(page).getByRole("listitem")).toHaveCount(2);
  await expect(rows(page)).toHaveCount(6);
  await expect(rows(page).first()).toContainText("first.json: outer");
  await page.getByRole("button", { name: "Close first.json" }).click();
  await expect(rows(page)).toHaveCount(2);
});

test("of many traces in a file some are chosen", async ({ page }) => {
  const spans = Array.from({ length: 25 }, (_, i) =>
    otlpSpan({ traceId: freshId(32), name: `trace ${i}`, startMs: i }),
  );
  await page.goto(pages.open);
  await open(page, file("many.json", JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })));
  await painted(page);
  await expect(page.getByText("20 of 25 runs shown.")).toBeVisible();
  const boxes = list(page).getByRole("checkbox");
  await expect(boxes).toHaveCount(25);
  await expect(boxes.last()).toBeDisabled();
  await list(page).getByRole("checkbox", { name: "trace 0", exact: false }).first().uncheck();
  await expect(rows(page).first()).not.toContainText("trace 0");
});

test("what cannot be opened says why, and what was left out is told", async ({ page }) => {
  const counter = { ph: "C", name: "heap", ts: 1, pid: 1 };
  const slice = { ph: "X", name: "paint", ts: 1, dur: 5, pid: 1, tid: 1 };
  await page.goto(pages.open);
  await open(
    page,
    file("picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe])),
    file("broken.json", '{"resourceSpans": ['),
    file("other.json", '{"rows": [1, 2]}'),
    file("empty.json", '{"resourceSpans": []}'),
    file("page.html", "<!doctype html><p>hello"),
    file("cut.json.gz", gzipSync("{}").subarray(0, 12)),
    file("counters.json", JSON.stringify([counter, counter, slice])),
  );
  for (const [name, reason] of [
    ["picture.png", "The file is no text"],
    ["broken.json", "not valid JSON"],
    ["other.json", "JSON, but no trace"],
    ["empty.json", "holds no spans"],
    ["page.html", "not one of a timeline"],
    ["cut.json.gz", "damaged or cut short"],
    ["counters.json", "Chrome trace JSON, 1 span; 2 counter samples were left out"],
  ] as const) {
    await expect(list(page).getByRole("listitem").filter({ hasText: name })).toContainText(reason);
  }
  await painted(page);
});
