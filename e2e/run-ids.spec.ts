import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { APIRequestContext } from "@playwright/test";
import fc from "fast-check";
import { paths } from "@/lib/api/paths";
import { runSpansSchema, runSummarySchema, runsAnswerSchema, spanDetailSchema } from "@/lib/api/runs";
import { expect, freshWord, test } from "./page-test";
import { rawRequest } from "./raw-request";
import { sendRuns } from "./sent-runs";

/** Ids of runs are any text, and each leads to its own run, through a server that is really started. */

const jsonHeaders = { "content-type": "application/json" };

test("ids that hold percent signs: each address leads to the run that it names", async ({
  baseURL,
  request,
}) => {
  const cases = readFileSync(new URL("./cases/run-ids-with-percent.otlp.json", import.meta.url), "utf8");
  const body = cases.replaceAll("@NOW@", `${Date.now()}000000`);
  expect((await request.post("/v1/traces", { data: body, headers: jsonHeaders })).status()).toBe(200);
  const get = (path: string) => rawRequest(baseURL, "GET", path);
  expect((await get("/api/runs/50%25")).status).toBe(200);
  expect((await get("/api/runs/a%252f")).status).toBe(200);
  expect(JSON.parse((await get("/api/runs/d%2531")).body)).toMatchObject({ run_id: "d%31" });
  expect((await rawRequest(baseURL, "DELETE", "/api/runs/d%2531")).status).toBe(200);
  expect((await get("/api/runs/d1")).status).toBe(200);
  expect((await get("/api/runs/d%2531")).status).toBe(404);
});

test("an address that names no run, or two, is refused", async ({ baseURL }) => {
  for (const path of [
    "/api/runs/-",
    "/api/runs/-/spans?run_id=a&run_id=b",
    "/api/runs/a/export?run_id=b",
    `/api/runs/${"x".repeat(1_001)}`,
    "/api/datasets/-",
  ]) {
    const { status, body } = await rawRequest(baseURL, path.includes("datasets") ? "DELETE" : "GET", path);
    expect([path, status, JSON.parse(body).title]).toEqual([path, 400, "Invalid request"]);
  }
  for (const id of [".", ".."]) {
    const { status } = await rawRequest(baseURL, "GET", paths.run(id));
    expect([id, status]).toEqual([id, 404]);
  }
});

const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("%", "%25", "%2F", "%31", "/", "\\", "?", "#", "+", "&", "=", ";", ":"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(" ", "\t", "\n", "\0", "\u007f", "\u202e", "\u200b", "\ufeff", "🧀", "'"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(".", "..", "-", "é", "e\u0301", "\ud800", "<script>", '"', "{q:String}"),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);
const anyAffix = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));

/** Ids that are the same after one more or one less decoding, or another tidying up. */
function neighboursOf(id: string): string[] {
  const changes: ((text: string) => string)[] = [
    encodeURIComponent,
    decodeURIComponent,
    (text) => text.trim(),
    (text) => text.replaceAll("+", " "),
    (text) => text.replaceAll(" ", "+"),
    (text) => text.normalize("NFC"),
    (text) => text.replaceAll("\\", "/"),
    (text) => text.replaceAll("\0", ""),
  ];
  return changes.flatMap((change) => {
    try {
      return [change(id)];
    } catch {
      return [];
    }
  });
}

async function listed(request: APIRequestContext, word: string): Promise<string[]> {
  const answer = await request.get(`${paths.runs}?q=${word}&limit=200`);
  return runsAnswerSchema
    .parse(await answer.json())
    .runs.map((run) => run.run_id)
    .sort();
}

test("a run of any id is listed, opened, exported and deleted, and no neighbour is", async ({
  baseURL,
  request,
}) => {
  test.slow();
  await fc.assert(
    fc.asyncProperty(anyAffix, anyAffix, fc.boolean(), async (before, after, isBySegment) => {
      // Half of a surrogate pair is U+FFFD from the moment when it is sent.
      const word = freshWord();
      const id = `${before}${word}${after}`.replace(/\p{Surrogate}/gu, "\ufffd");
      const ids = [...new Set([id, ...neighboursOf(id)])];
      const startMs = Date.now();
      await sendRuns(
        request,
        ids.map((runId) => ({ runId, startMs, question: word })),
      );
      expect(await listed(request, word)).toEqual([...ids].sort());

      const segment = (below = "") => `/api/runs/${encodeURIComponent(id)}${below}`;
      for (const path of [segment(), paths.run(id), `/api/runs/-?run_id=${encodeURIComponent(id)}`]) {
        const { status, body } = await rawRequest(baseURL, "GET", path);
        expect([path, status]).toEqual([path, 200]);
        expect(runSummarySchema.parse(JSON.parse(body)).run_id).toBe(id);
      }
      const spans = runSpansSchema.parse(
        JSON.parse((await rawRequest(baseURL, "GET", segment("/spans"))).body),
      );
      const [spanId = "", traceId = ""] = [spans.span_id[0], spans.trace_ids[0]];
      const span = await rawRequest(baseURL, "GET", paths.runSpan(id, spanId, traceId));
      const { attributes } = spanDetailSchema.parse(JSON.parse(span.body));
      expect(attributes.find(({ key }) => key === "run_id")?.value ?? id).toBe(id);
      const file = await rawRequest(baseURL, "GET", paths.runExport(id, "otlp"));
      expect(file.body).toContain(JSON.stringify(id));

      const gone = await rawRequest(baseURL, "DELETE", isBySegment ? segment() : paths.run(id));
      expect(gone.status).toBe(200);
      expect(await listed(request, word)).toEqual(ids.filter((each) => each !== id).sort());
      for (const each of ids) {
        const { status, body } = await rawRequest(baseURL, "GET", paths.run(each));
        expect([each, status]).toEqual([each, each === id ? 404 : 200]);
        if (each !== id) expect(runSummarySchema.parse(JSON.parse(body)).run_id).toBe(each);
      }
    }),
    { numRuns: 6 },
  );
});

test("ids that are dots or a dash, and of 1,000 characters, and one longer", async ({ request }) => {
  const start = freshWord();
  const longest = `${start}${"🧀".repeat(1_000 - start.length)}`;
  const fits = [".", "..", "-", longest];
  const tooLong = `${longest}%`;
  const startMs = Date.now();
  const word = freshWord();
  await sendRuns(
    request,
    [...fits, tooLong].map((runId) => ({ runId, startMs, question: word })),
  );
  const ids = await listed(request, word);
  const traceId = ids.find((id) => !fits.includes(id)) ?? "";
  expect(ids).toEqual([...fits, traceId].sort());
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect((await request.get(paths.run(tooLong))).status()).toBe(400);
  for (const id of [...fits, traceId]) {
    expect([id, await (await request.get(paths.run(id))).json()]).toMatchObject([id, { run_id: id }]);
    expect((await request.get(paths.runExport(id, "html"))).status()).toBe(200);
    const gone = await request.delete(paths.run(id), { headers: jsonHeaders });
    expect([id, gone.status(), await gone.json()]).toMatchObject([id, 200, { deleted_traces: 1 }]);
  }
});

test("in a browser: listed, opened, reloaded, compared, downloaded and deleted, exactly that one", async ({
  page,
  request,
}, testInfo) => {
  test.slow();
  const word = freshWord();
  const nasty = [
    `${word}%31`,
    `${word}1`,
    ` ${word}/..\\?a=b&c#d+e%2F `,
    `${word}\u202egnp.exe\u200b\n`,
    `${word}..html`,
  ];
  const startMs = Date.now();
  await sendRuns(
    request,
    nasty.map((runId, n) => ({ runId, startMs: startMs + n, question: `${word} number ${n}` })),
  );
  const shown = (n: number) => page.getByRole("heading", { name: `${word} number ${n}` });
  for (const n of nasty.keys()) {
    await page.goto(`/runs?q=${word}`);
    await page.getByRole("link", { name: `${word} number ${n}` }).click();
    await expect(shown(n)).toBeVisible();
    await page.reload();
    await expect(shown(n)).toBeVisible();
    // What the timeline shows goes into the address, beside the id.
    await page.getByRole("button", { name: "Stages" }).first().click();
    await expect(page).toHaveURL(/panel=/);
    await page.reload();
    await expect(shown(n)).toBeVisible();
  }
  await page.goBack();
  await expect(page.getByRole("searchbox", { name: "Search runs" })).toHaveValue(word);

  // The address that a person would type: led to the one that every proxy reads alike.
  await page.goto(`/runs/${encodeURIComponent(nasty[2] ?? "")}?panel=stages`);
  await expect(shown(2)).toBeVisible();
  await expect(page).toHaveURL(/\/runs\/-\?run_id=%20.*&panel=stages$/);

  // Nothing hides in what is shown of an id.
  await page.goto(`/runs?q=${word}`);
  await page.getByRole("link", { name: `${word} number 3` }).click();
  await expect(page.getByRole("button", { name: "Copy the run's id" })).toContainText(
    `${word}\\u{202e}gnp.exe\\u{200b}\\u{a}`,
  );
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download HTML" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`gantt-${word}_gnp.exe__.html`);
  const path = testInfo.outputPath("run.html");
  await download.saveAs(path);
  await page.goto(`file://${path}`);
  await expect(page.locator(".gantt-id").first()).toHaveText(`${word}\\u{202e}gnp.exe\\u{200b}\\u{a}`);

  await page.goto(`/runs?q=${word}`);
  for (const n of [0, 2]) await page.getByRole("checkbox", { name: `Compare ${word} number ${n}` }).check();
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  const compared = page.getByRole("list", { name: "Compared runs" }).getByRole("link");
  await expect(compared).toHaveText([`${word} number 0`, `${word} number 2`]);
  await page.reload();
  await expect(compared).toHaveText([`${word} number 0`, `${word} number 2`]);
  await compared.first().click();
  await expect(shown(0)).toBeVisible();

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  expect(await listed(request, word)).toEqual(nasty.filter((id) => id !== nasty[0]).sort());
});

test("an address that names no run says so in words", async ({ page }) => {
  await page.goto("/runs/-");
  await expect(page.getByText("This address names no run")).toBeVisible();
  await page.goto("/runs/-?run_id=a&run_id=b");
  await expect(page.getByText("run_id is given twice")).toBeVisible();
  await page.goto(`/runs/${randomBytes(8).toString("hex")}?run_id=b`);
  await expect(page.getByText("both name an id")).toBeVisible();
});
