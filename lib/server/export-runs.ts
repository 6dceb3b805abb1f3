import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExportedValues, ExportFormat, GanttRequest } from "@/lib/api/exports";
import { first } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { createGate } from "@/lib/base/tasks";
import type { FoundRun } from "@/lib/clickhouse/runs/runs";
import { readRunSpans } from "@/lib/clickhouse/spans/run-spans";
import { readSpans } from "@/lib/clickhouse/spans/whole-spans";
import { type ExportedRun, ganttHtml } from "@/lib/export/html";
import { withoutValues } from "@/lib/export/without-values";
import { spansToChromeJson } from "@/lib/formats/spans-to-chrome-json";
import { spansToJaegerJson } from "@/lib/formats/spans-to-jaeger-json";
import { spansToOtlpJson } from "@/lib/otlp/json/spans-to-otlp-json";
import type { Span } from "@/lib/trace/span";
import { toStream } from "./http/file-stream";
import { HttpProblem } from "./http/problem";
import { lookUpRun, type RunServices, requireRun } from "./runs";

/** A file of 100,000 spans takes about 90 MB while it is written: two at once, and a few in line. */
const exports = createGate({ places: 2, line: 8 });

/** All runs of a file together; more than this no browser opens with ease. */
const maxExportedSpans = 1_000_000;

/** What a file is to hold. */
export type FileOptions = Pick<GanttRequest, "view" | "values">;

/**
 * Runs as one HTML file, to be saved. Throws a problem 404 that names the ids of which there is no run, and
 * 413 where they hold too many spans. What fails after the first byte cuts the connection.
 */
export async function exportHtml(
  services: RunServices,
  runIds: readonly string[],
  { view, values }: FileOptions,
  signal: AbortSignal,
): Promise<Response> {
  return withPlace(signal, async (leave) => {
    const runs = await readRuns(services, runIds, signal);
    const [viewerScript, viewerStyle] = await Promise.all([
      readViewer("viewer.js"),
      readViewer("viewer.css"),
    ]);
    const file = ganttHtml({ runs, viewerScript, viewerStyle, view, values });
    return new Response(toStream(file, leave), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-disposition": attachment(`gantt-${first(runs).runId}`, "html"),
        // Even where a browser shows it instead of saving it, it has no origin to act for.
        "content-security-policy": "sandbox allow-scripts",
        "x-content-type-options": "nosniff",
      },
    });
  });
}

/**
 * A run in a format of other tools, written while it is read from the database, so its size needs no bound here:
 * OTLP is one ExportTraceServiceRequest, which `/v1/traces` takes back; the others open in Jaeger and in Perfetto,
 * and all of them in our own page. Throws a problem 404 where there is no such run.
 */
export async function exportTrace(
  services: RunServices,
  runId: string,
  format: Exclude<ExportFormat, "html">,
  values: ExportedValues,
  signal: AbortSignal,
): Promise<Response> {
  return withPlace(signal, async (leave) => {
    const run = await requireRun(services, runId, signal);
    const file = toBytes(await traceText(services, run, format, values, signal));
    return new Response(toStream(file, leave), {
      headers: {
        "content-type": "application/json",
        "content-disposition": attachment(`${format}-${run.runId}`, "json"),
      },
    });
  });
}

async function traceText(
  { database }: RunServices,
  run: FoundRun,
  format: Exclude<ExportFormat, "html">,
  values: ExportedValues,
  signal: AbortSignal,
): Promise<AsyncGenerator<string>> {
  const read = (order: "start" | "trace") => {
    const spans = readSpans(database, run, signal, order);
    return values === "none" ? bare(spans) : spans;
  };
  switch (format) {
    case "otlp":
      return spansToOtlpJson(read("start"));
    case "jaeger":
      return spansToJaegerJson(read("trace"));
    case "chrome":
      return spansToChromeJson(await readRunSpans(database, run, signal), read("start"));
  }
}

async function* bare(batches: AsyncIterable<readonly Span[]>): AsyncGenerator<readonly Span[]> {
  for await (const batch of batches) yield batch.map(withoutValues);
}

/** Answers with a place at the gate, which the answer's body gives back with `leave`, or its failure at once. */
async function withPlace(
  signal: AbortSignal,
  answer: (leave: () => void) => Promise<Response>,
): Promise<Response> {
  const leave = await enter(signal);
  try {
    return await answer(leave);
  } catch (error) {
    leave();
    throw error;
  }
}

async function* toBytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}

/** Waits for a place at the gate, which is held until the function that comes back is called. */
function enter(signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    exports.run(signal, () => new Promise<void>((leave) => resolve(leave))).catch(reject);
  });
}

async function readRuns(
  services: RunServices,
  runIds: readonly string[],
  signal: AbortSignal,
): Promise<ExportedRun[]> {
  const { database } = services;
  const found = new Map<string, FoundRun>();
  const missing: string[] = [];
  for (const id of new Set(runIds)) {
    const run = await lookUpRun(services, id, signal);
    if (run) found.set(run.runId, run);
    else missing.push(id);
  }
  if (missing.length > 0) {
    throw new HttpProblem(
      404,
      "No such run",
      `There is no run of the id ${missing.map((id) => JSON.stringify(id)).join(", ")}. Leave it out, or check it against /api/runs.`,
    );
  }
  const runs: ExportedRun[] = [];
  let spans = 0;
  for (const run of found.values()) {
    const columns = await readRunSpans(database, run, signal);
    spans += columns.total;
    if (spans > maxExportedSpans) {
      throw new HttpProblem(
        413,
        "Too many spans",
        `One file holds ${formatCount(maxExportedSpans)} spans at most. Export fewer runs at once.`,
      );
    }
    runs.push({
      runId: run.runId,
      title: run.summary.question || run.summary.name,
      startedAt: run.summary.started_at,
      columns,
      spans: readSpans(database, run, signal),
    });
  }
  return runs;
}

async function readViewer(name: string): Promise<string> {
  try {
    return await readFile(join(process.cwd(), "dist", name), "utf8");
  } catch {
    throw new HttpProblem(
      503,
      "Timeline not built",
      "The timeline's bundle is missing. Run `npm run build` and try again.",
    );
  }
}

/**
 * A Content-Disposition for a name that may hold any text: plain ASCII for every client, and the whole name
 * (RFC 5987) without what file systems and headers cannot hold.
 */
export function attachment(name: string, extension: string): string {
  const whole = [...name.replace(/[\p{C}/\\:*?"<>|]/gu, "_")].slice(0, 120).join("");
  const ascii = whole.replace(/[^A-Za-z0-9._-]/g, "_");
  const plain = `attachment; filename="${ascii}.${extension}"`;
  if (ascii === whole) return plain;
  const encoded = encodeURIComponent(whole).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${plain}; filename*=UTF-8''${encoded}.${extension}`;
}
