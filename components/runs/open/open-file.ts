import { openFile as openExportedFile } from "@/components/gantt/file/file-reader";
import type { PackedRun } from "@/components/gantt/file/packed-spans";
import { at, float64At } from "@/lib/base/checked";
import type { Remark } from "@/lib/formats/read-trace";
import type { TimelineRun } from "@/lib/gantt/timeline";
import type { OpenMessage, SentRun } from "./open-worker";

/** A run of a file that was opened, with all of its details at hand. */
export interface OpenedRun {
  readonly run: TimelineRun;
  readonly packed: PackedRun;
  readonly startedAtMs: number;
  readonly durationNs: number;
}

export interface OpenedTraceFile {
  /** What the file turned out to be, for a person. */
  readonly format: string;
  readonly spanCount: number;
  readonly remarks: readonly Remark[];
  readonly runs: readonly OpenedRun[];
}

export interface Progress {
  readonly words: string;
  /** 0 to 1. */
  readonly share: number;
}

/**
 * Opens a trace file without sending it anywhere: it is read by a worker of the page. Rejects with a sentence for a
 * person, or as `signal` says.
 */
export function openTraceFile(
  file: File,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<OpenedTraceFile> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./open-worker.ts", import.meta.url), { type: "module" });
    const end = (settle: () => void) => {
      worker.terminate();
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort);
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      const words = "The file could not be read: it may take more memory than this browser has.";
      end(() => reject(new Error(words)));
    });
    worker.addEventListener("message", ({ data }: MessageEvent<OpenMessage>) => {
      if (data.kind === "progress") onProgress(data);
      else if (data.kind === "failed") end(() => reject(new Error(data.reason)));
      else if (data.kind === "page") end(() => resolve(openPage(data.html)));
      else end(() => resolve(toOpened(data)));
    });
    worker.postMessage(file);
  });
}

function toOpened({
  format,
  spanCount,
  remarks,
  runs,
  leftOut,
}: Extract<OpenMessage, { kind: "opened" }>): OpenedTraceFile {
  const more = leftOut > 0 ? [{ count: leftOut, what: "later runs were left out" }] : [];
  return { format, spanCount, remarks: [...remarks, ...more], runs: runs.map(toOpenedRun) };
}

function toOpenedRun({
  runId,
  title,
  columns,
  blockSpans,
  blocks,
  startedAtMs,
  durationNs,
}: SentRun): OpenedRun {
  const readBlock = async (at: number) => {
    const block = blocks[at];
    if (!block) throw new Error("The details of this span are not there. Open the file again.");
    return block;
  };
  return {
    run: { runId, title, columns },
    packed: { columns, blockSpans, blocks: blocks.length, readBlock },
    startedAtMs,
    durationNs,
  };
}

/** A page that was exported here: its runs are read as the page itself reads them; nothing of it is run. */
async function openPage(html: string): Promise<OpenedTraceFile> {
  const texts = new Map<string, string>();
  for (const [, id = "", text = ""] of html.matchAll(
    /<script type="application\/octet-stream" id="([\w-]{1,80})">([A-Za-z0-9+/=]*)<\/script>/g,
  )) {
    if (!texts.has(id)) texts.set(id, text);
  }
  if (!texts.has("contents")) {
    throw new Error("The file is a page, but not one of a timeline that was downloaded whole.");
  }
  const file = await openExportedFile((id) => texts.get(id));
  const runs = file.runs.map((run, index): OpenedRun => {
    const packed = at(file.packed, index);
    return { run, packed, startedAtMs: Date.parse(run.startedAt), durationNs: lengthNs(packed) };
  });
  const spanCount = runs.reduce((sum, { run }) => sum + run.columns.count, 0);
  const remarks = file.hasValues
    ? []
    : [{ count: spanCount, what: "spans came without values of attributes" }];
  return { format: "exported timeline", spanCount, remarks, runs };
}

function lengthNs({ columns }: PackedRun): number {
  let endNs = 0;
  for (const [i, startNs] of columns.startOffsetNs.entries()) {
    endNs = Math.max(endNs, startNs + Math.max(0, float64At(columns.durationNs, i)));
  }
  return endNs;
}
