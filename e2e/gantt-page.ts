import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { askAnswerSchema } from "@/lib/api/ask";
import { pages, paths } from "@/lib/api/paths";
import { runSummarySchema } from "@/lib/api/runs";
import { expect, freshWord } from "./page-test";

/** The timeline as the tests of it see it: what it shows, where, and runs made for them. */

async function ask(request: APIRequestContext, question: string): Promise<string> {
  const response = await request.post(paths.ask, { data: { question } });
  expect(response.status()).toBe(200);
  return askAnswerSchema.parse(await response.json()).run_id;
}

/**
 * Until all of a run is stored: spans arrive up to 2 s after their end, and the root, `ask`, ends last. A page
 * that is opened earlier shows `plan` in the first row.
 */
async function arrived(request: APIRequestContext, runId: string): Promise<void> {
  await expect(async () => {
    const response = await request.get(paths.run(runId));
    expect(response.status()).toBe(200);
    expect(runSummarySchema.parse(await response.json()).name).toBe("ask");
  }).toPass({ timeout: 15_000 });
}

/** The timeline is there and painted. */
export async function painted(page: Page): Promise<void> {
  await page.locator(".gantt[data-view-start]").waitFor();
}

/** A run of its own, whole, opened, with its timeline painted. */
export async function openRun(page: Page, request: APIRequestContext, question: string): Promise<string> {
  const runId = await ask(request, question);
  await arrived(request, runId);
  await page.goto(pages.run(runId));
  await painted(page);
  return runId;
}

/** A span of a made-up run; times in milliseconds since the run's start. */
export interface MadeSpan {
  readonly id: number;
  readonly parent?: number;
  readonly name: string;
  readonly start: number;
  readonly length: number;
  readonly error?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly event?: string;
  /** A span that never ended. */
  readonly open?: boolean;
}

/** When made-up runs start: a moment ago, so that no time to live takes them. */
export const madeStartMs = Date.now() - 600_000;

/** Sends spans of a run as any application does; they are stored when this returns. */
export async function sendSpans(
  request: APIRequestContext,
  run: { readonly runId: string; readonly traceId: string; readonly startMs?: number },
  spans: readonly MadeSpan[],
): Promise<void> {
  const ns = (ms: number) => String(BigInt(Math.round(((run.startMs ?? madeStartMs) + ms) * 1_000)) * 1_000n);
  const attributes = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const response = await request.post("/v1/traces", {
    data: {
      resourceSpans: [
        {
          resource: { attributes: attributes({ "service.name": "made" }) },
          scopeSpans: [
            {
              spans: spans.map((span) => ({
                traceId: run.traceId,
                spanId: hex(span.id, 16),
                parentSpanId: span.parent ? hex(span.parent, 16) : "",
                name: span.name,
                kind: 1,
                startTimeUnixNano: ns(span.start),
                endTimeUnixNano: span.open ? "0" : ns(span.start + span.length),
                attributes: attributes({ run_id: run.runId, ...span.attributes }),
                events: span.event ? [{ timeUnixNano: ns(span.start), name: span.event }] : [],
                status: span.error ? { code: 2 } : {},
              })),
            },
          ],
        },
      ],
    },
  });
  expect(response.status()).toBe(200);
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** A run and its trace that no other test has. */
export function freshRun() {
  const traceId = Array.from({ length: 4 }, () => hex(Math.floor(Math.random() * 0xffffffff) + 1, 8)).join(
    "",
  );
  return { runId: freshWord(), traceId };
}

/**
 * Three levels and something of everything: `root` (1 s) with `first` (a child `needle` with an attribute and an
 * error), `second` (an event) and 60 `leaf`s, more than a screen has.
 */
export const manySpans: readonly MadeSpan[] = [
  { id: 1, name: "root", start: 0, length: 1_000 },
  { id: 2, parent: 1, name: "first", start: 10, length: 200 },
  {
    id: 3,
    parent: 2,
    name: "needle",
    start: 20,
    length: 100,
    error: true,
    attributes: { "shop.sku": "Blue Kettle" },
  },
  { id: 4, parent: 1, name: "second", start: 300, length: 100, event: "cache.miss" },
  ...Array.from({ length: 60 }, (_, i) => ({
    id: 100 + i,
    parent: 1,
    name: "leaf",
    start: 400 + 10 * i,
    length: i + 1,
    attributes: { "leaf.number": String(i) },
  })),
];

export async function openMade(
  page: Page,
  request: APIRequestContext,
  spans: readonly MadeSpan[] = manySpans,
  search = "",
): Promise<string> {
  const run = freshRun();
  await sendSpans(request, run, spans);
  await page.goto(pages.run(run.runId) + search);
  await painted(page);
  return run.runId;
}

/** The chart's view in nanoseconds, and its box on the page. */
export async function chartOf(page: Page) {
  return page.locator(".gantt").evaluate((root) => {
    const box = root.querySelector(".gantt-canvas")?.getBoundingClientRect() ?? new DOMRect();
    const treePx = Number.parseFloat(getComputedStyle(root).getPropertyValue("--gantt-tree"));
    const { viewStart, viewEnd } = (root as HTMLElement).dataset;
    return {
      startNs: Number(viewStart),
      endNs: Number(viewEnd),
      leftPx: box.left + treePx,
      topPx: box.top,
      widthPx: box.width - treePx,
    };
  });
}

export type Chart = Awaited<ReturnType<typeof chartOf>>;
export const momentAt = (chart: Chart, xPx: number) =>
  chart.startNs + ((xPx - chart.leftPx) / chart.widthPx) * (chart.endNs - chart.startNs);
export const pixelOf = (chart: Chart, ns: number) =>
  chart.leftPx + ((ns - chart.startNs) / (chart.endNs - chart.startNs)) * chart.widthPx;
/** A row's middle, from the top of the page; the first is 0 while nothing is scrolled. */
export const rowY = (chart: Chart, row: number) => chart.topPx + 26 + 22 * row + 11;
/** The middle of the root's bar is in the middle of the chart, as it lasts the whole run. */
export const rootBar = (chart: Chart) => ({ x: chart.leftPx + chart.widthPx / 2, y: rowY(chart, 0) });

/** The chart once it shows something else than before. */
export async function changed(page: Page, before: Chart): Promise<Chart> {
  await expect(async () => {
    const now = await chartOf(page);
    expect([now.startNs, now.endNs]).not.toEqual([before.startNs, before.endNs]);
  }).toPass();
  return chartOf(page);
}

export const grid = (page: Page): Locator => page.getByRole("treegrid", { name: "Spans" });
/** Without the row of column headers. */
export const rows = (page: Page): Locator => page.locator('[role="treegrid"] [role="row"][aria-level]');
export const selectedRow = (page: Page): Locator => page.locator('[role="row"][aria-selected="true"]');
export const details = (page: Page): Locator =>
  page.getByRole("complementary", { name: "Details of the selected span" });
export const findBox = (page: Page): Locator => page.getByRole("textbox", { name: /Find spans/ });
export const foundText = (page: Page): Locator => page.locator(".gantt-found");
