import { at, first, uint32At } from "@/lib/base/checked";
import { visibleText } from "@/lib/base/visible-text";
import { packColumns } from "@/lib/packed/columns";
import { contentsToJson, type FileContents, type FileRun } from "@/lib/packed/contents";
import { encodeSpanBlock } from "@/lib/packed/span-blocks";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { indexSpans, writeSpanId } from "@/lib/trace/columns/span-ids";
import type { Span } from "@/lib/trace/span";
import { loaderScript } from "./loader";
import { cspHash, escapeHtml, gzip, toBase64 } from "./pack";
import { columnsToTitle, viewWithoutValues, withoutValues } from "./without-values";

/**
 * Runs as one HTML file that opens from disk without a network: the program's own timeline, and the spans
 * zipped in data elements, which no browser executes. The tree is unpacked at once, attributes by blocks when
 * somebody opens a span. The file's own Content-Security-Policy forbids every request and every script but
 * the timeline's.
 */

export interface ExportedRun extends Pick<FileRun, "runId" | "title" | "startedAt"> {
  readonly columns: SpanColumns;
  /** The whole spans, in batches of any size; best in the order of the columns. */
  readonly spans: AsyncIterable<readonly Span[]>;
}

export interface GanttHtmlOptions {
  /** 1 to 20. */
  readonly runs: readonly ExportedRun[];
  /** The bundled timeline: dist/viewer.js and dist/viewer.css. */
  readonly viewerScript: string;
  readonly viewerStyle: string;
  /** The view that the file opens with, as the page's address has it (components/gantt/view-address.ts). */
  readonly view?: string;
  /** `none` leaves out what a person may not want to share (without-values.ts). */
  readonly values?: FileContents["values"];
}

/** Smaller blocks open quicker, larger ones zip better: 1,000 spans unpack within 20 ms. */
const blockSpans = 1_000;

/**
 * The file as a stream of bytes. Memory is bounded by the columns of the runs and one block of spans.
 * Rejects when a source of spans does; the file is then cut short and does not open as a whole one.
 */
export async function* ganttHtml({
  runs,
  viewerScript,
  viewerStyle,
  view = "",
  values = "all",
}: GanttHtmlOptions): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const style = closedStyle(viewerStyle);
  const policy = [
    "default-src 'none'",
    `script-src ${await cspHash(loaderScript)} ${await cspHash(viewerScript)}`,
    `style-src ${await cspHash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const isBare = values === "none";
  const titles = runs.map(
    (run) => (isBare ? columnsToTitle(run.columns) : run.title) || visibleText(run.runId),
  );
  const title = runs.length === 1 ? first(titles) : `${runs.length} runs`;
  yield encoder.encode(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title.slice(0, 200))} · Jiva</title>
<style>${style}</style>
</head>
<body>
<div id="timeline"></div>
<noscript>This timeline needs scripts. It makes no requests and runs nothing but itself.</noscript>
`,
  );
  const contents: FileRun[] = [];
  for (const [index, run] of runs.entries()) {
    yield encoder.encode(dataElement(`run-${index}`, await packed(packColumns(run.columns))));
    const order = placeSpans(run.columns);
    let blocks = 0;
    for await (const block of inBlocks(run.spans, order)) {
      const bytes = encodeSpanBlock(isBare ? block.map(withoutValues) : block);
      yield encoder.encode(dataElement(`run-${index}-block-${blocks++}`, await packed(bytes)));
    }
    const { runId, startedAt } = run;
    contents.push({
      runId,
      title: at(titles, index),
      startedAt,
      blockSpans,
      blocks,
      ...order.result(),
    });
  }
  // Last, when everything about the runs is known.
  const json = contentsToJson({ view: isBare ? viewWithoutValues(view) : view, values, runs: contents });
  yield encoder.encode(dataElement("contents", await packed(encoder.encode(json))));
  yield encoder.encode(dataElement("program", await packed(encoder.encode(viewerScript))));
  yield encoder.encode(`<script>${loaderScript}</script>\n</body>\n</html>\n`);
}

async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64(await gzip(bytes));
}

/** Base64 holds no character that could end the element. */
function dataElement(id: string, base64: string): string {
  return `<script type="application/octet-stream" id="${id}">${base64}</script>\n`;
}

/** The viewer's style, safe to inline: an end tag inside one of its strings would end the element. */
function closedStyle(text: string): string {
  return text.replace(/<\/(?=style)/gi, "<\\/");
}

/** Records the position of each span of the columns among the spans as they arrive. */
function placeSpans(columns: SpanColumns) {
  const find = indexSpans(columns.spanIds, columns.trace);
  const traces = new Map(columns.traceIds.map((id, index) => [id, index]));
  const places = new Uint32Array(columns.count);
  const words = new Uint32Array(2);
  let place = 0;
  let inOrder = true;
  return {
    /** False for a span that the columns do not know or that came already: it is left out. */
    take(span: Span): boolean {
      const trace = traces.get(span.traceId);
      if (trace === undefined || !writeSpanId(words, 0, span.spanId)) return false;
      const index = find(uint32At(words, 0), uint32At(words, 1), trace);
      if (index < 0 || uint32At(places, index) !== 0) return false;
      if (index !== place) inOrder = false;
      places[index] = ++place;
      return true;
    },
    result: () => (inOrder && place === columns.count ? {} : { places: Array.from(places) }),
  };
}

async function* inBlocks(
  batches: AsyncIterable<readonly Span[]>,
  order: { take(span: Span): boolean },
): AsyncGenerator<readonly Span[]> {
  let block: Span[] = [];
  for await (const batch of batches) {
    for (const span of batch) {
      if (!order.take(span)) continue;
      block.push(span);
      if (block.length < blockSpans) continue;
      yield block;
      block = [];
    }
  }
  if (block.length > 0) yield block;
}
