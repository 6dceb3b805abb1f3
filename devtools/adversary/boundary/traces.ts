import { openTrace } from "@/lib/formats/open-trace";
import { decodeTraceRequest } from "@/lib/otlp/otlp-request";
import { encodeSpanBlock } from "@/lib/packed/span-blocks";
import { groupRuns } from "@/lib/trace/analysis/group-runs";
import { spansToColumns } from "@/lib/trace/columns/spans-to-columns";
import type { Span } from "@/lib/trace/span";
import type { TraceFormat } from "../seeds/seed";
import type { Outcome } from "./outcome";

/** A moment that stands for times that are none. */
const nowNs = 1_767_400_000_000_000_000n;

/**
 * Reads a trace as it is read where it comes in: OTLP by the receiver's decoder, Jaeger's and Chrome's JSON by the
 * readers that the browser's worker runs, up to the columns and blocks that the page draws from.
 */
export function readTrace(
  format: TraceFormat,
  bytes: Uint8Array,
): { outcome: Outcome; spans: readonly Span[] } {
  return format === "jaeger" || format === "chrome" ? openFile(bytes) : receive(format, bytes);
}

function receive(format: "otlp-protobuf" | "otlp-json", bytes: Uint8Array) {
  try {
    const form = format === "otlp-protobuf" ? "protobuf" : "json";
    const { spans } = decodeTraceRequest(Buffer.from(bytes), form, nowNs);
    return { outcome: { kind: "taken", found: spans.length } as const, spans };
  } catch (error) {
    if (!(error instanceof Error) || !/^Otlp(?:DecodeError|TooLarge)$/.test(error.name)) throw error;
    return { outcome: { kind: "refused", reason: error.message } as const, spans: [] };
  }
}

function openFile(bytes: Uint8Array) {
  const refused = (reason: string) => ({ outcome: { kind: "refused", reason } as const, spans: [] });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The browser's own decoder, and the page's words for it.
    return refused("The file is no text. A trace file is JSON, or an exported page.");
  }
  const opened = openTrace(text, nowNs);
  if (!opened.ok) return refused(opened.error);
  const { spans } = opened.value;
  for (const group of groupRuns(spans)) {
    spansToColumns(group.spans, group.runId);
    encodeSpanBlock(group.spans);
  }
  return { outcome: { kind: "taken", found: spans.length } as const, spans };
}
