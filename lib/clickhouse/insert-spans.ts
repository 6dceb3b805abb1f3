import { Readable } from "node:stream";
import type { Span } from "@/lib/trace/span";
import type { Database } from "./client";
import { insertColumns, spanToLine } from "./span-row";

/** Lines are joined to pieces of about this size before they go to the socket. */
const pieceChars = 256 * 1024;

/**
 * Stores spans; resolves once ClickHouse has them. One insert is one block: its spans, and what the views
 * make of them, appear together. A repeated insert is harmless, because reads count a span once.
 */
export async function insertSpans(
  { traces }: Pick<Database, "traces">,
  spans: readonly Span[],
  signal?: AbortSignal,
): Promise<void> {
  if (spans.length === 0) return;
  const { stream } = await traces.exec({
    query: `INSERT INTO otel_traces (${insertColumns.join(", ")}) FORMAT JSONCompactEachRow`,
    values: Readable.from(spansToPieces(spans), { objectMode: false }),
    abort_signal: signal,
    // The answer must mean "stored".
    clickhouse_settings: { async_insert: 0 },
  });
  // Nothing is expected; the socket goes back to the pool once the answer has been read.
  for await (const _ of stream);
}

function* spansToPieces(spans: readonly Span[]): Generator<string> {
  let piece = "";
  for (const span of spans) {
    piece += `${spanToLine(span)}\n`;
    if (piece.length < pieceChars) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
