import { openTrace } from "@/lib/formats/open-trace";
import type { Remark } from "@/lib/formats/read-trace";
import { encodeSpanBlock } from "@/lib/packed/span-blocks";
import { groupRuns } from "@/lib/trace/analysis/group-runs";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { spansToColumns } from "@/lib/trace/columns/spans-to-columns";
import { readText } from "./open-bytes";

/**
 * Reads a trace file beside the page: 50 MB of JSON take seconds, in which the page stays at hand. What comes back
 * is small and moved, not copied: the columns that are drawn, and the details packed in blocks.
 */
export type OpenMessage =
  | { readonly kind: "progress"; readonly words: string; readonly share: number }
  | { readonly kind: "failed"; readonly reason: string }
  /** An exported page: its data elements are opened by the page itself, as the file would. */
  | { readonly kind: "page"; readonly html: string }
  | {
      readonly kind: "opened";
      readonly format: string;
      readonly spanCount: number;
      readonly remarks: readonly Remark[];
      readonly runs: readonly SentRun[];
      /** Runs beyond the most that are kept. */
      readonly leftOut: number;
    };

export interface SentRun {
  readonly runId: string;
  readonly title: string;
  readonly startedAtMs: number;
  readonly durationNs: number;
  readonly columns: SpanColumns;
  readonly blockSpans: number;
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
}

const blockSpans = 1_000;
/** Of a file with more traces the earliest are kept; nobody chooses among more. */
const maxRuns = 1_000;

function send(message: OpenMessage, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

async function open(file: File): Promise<void> {
  const text = await readText(file, (share) => send({ kind: "progress", words: "Reading", share }));
  if (!text.ok) return send({ kind: "failed", reason: text.error });
  if (/^\s*<!doctype html/i.test(text.value)) return send({ kind: "page", html: text.value });
  send({ kind: "progress", words: "Parsing", share: 0 });
  const opened = openTrace(text.value, BigInt(Date.now()) * 1_000_000n);
  if (!opened.ok) return send({ kind: "failed", reason: opened.error });
  const { spans, format, remarks } = opened.value;
  const groups = groupRuns(spans);
  const buffers = new Set<ArrayBufferLike>();
  let done = 0;
  const runs = groups.slice(0, maxRuns).map((group): SentRun => {
    const columns = spansToColumns(group.spans, group.runId);
    for (const column of Object.values(columns)) if (ArrayBuffer.isView(column)) buffers.add(column.buffer);
    const blocks: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < group.spans.length; at += blockSpans) {
      const block = encodeSpanBlock(group.spans.slice(at, at + blockSpans));
      buffers.add(block.buffer);
      blocks.push(block);
      done += blockSpans;
      send({ kind: "progress", words: "Laying out", share: Math.min(1, done / spans.length) });
    }
    return {
      runId: group.runId,
      title: group.title,
      startedAtMs: Number(group.startNs / 1_000_000n),
      durationNs: Number(group.endNs - group.startNs),
      columns,
      blockSpans,
      blocks,
    };
  });
  const leftOut = Math.max(0, groups.length - maxRuns);
  send({ kind: "opened", format, spanCount: spans.length, remarks, runs, leftOut }, [
    ...buffers,
  ] as ArrayBuffer[]);
}

addEventListener("message", ({ data }: MessageEvent<File>) => {
  open(data).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    send({ kind: "failed", reason: `The file could not be read. ${reason}` });
  });
});
