import { Readable } from "node:stream";
import type { Span } from "@/lib/trace/span";
import type { Database } from "../connection/client";
import { RowBinaryWriter } from "../wire/row-binary";
import { insertColumns, writeSpan } from "./span-to-row";

/** Rows go to the socket in pieces of about this size. */
const pieceBytes = 256 * 1024;

/**
 * Stores spans; resolves once ClickHouse has them. One insert is one block: its spans, and what the views
 * make of them, appear together; only spans from more than 90 days take several. A repeated insert is harmless,
 * because reads count a span once.
 */
export async function insertSpans(
  { traces }: Pick<Database, "traces">,
  spans: readonly Span[],
  signal?: AbortSignal,
): Promise<void> {
  for (const block of toBlocks(spans)) await insertBlock(traces, block, signal);
}

/** The table has a part a day, and ClickHouse refuses a block with more than 100 of them. */
const maxBlockDays = 90;
const dayNs = 86_400_000_000_000n;

/** All spans at once, unless they span too many days: then a bounded number of days at a time. */
function toBlocks(spans: readonly Span[]): readonly (readonly Span[])[] {
  const [first] = spans;
  if (!first) return [];
  let least = first.startNs;
  let most = first.startNs;
  for (const { startNs } of spans) {
    if (startNs < least) least = startNs;
    else if (startNs > most) most = startNs;
  }
  if (most - least < BigInt(maxBlockDays) * dayNs) return [spans];
  const days = new Map<bigint, Span[]>();
  for (const span of spans) {
    const day = span.startNs / dayNs;
    const sameDay = days.get(day);
    if (sameDay) sameDay.push(span);
    else days.set(day, [span]);
  }
  const spansOfDays = [...days.values()];
  const blocks: Span[][] = [];
  for (let i = 0; i < spansOfDays.length; i += maxBlockDays) {
    blocks.push(spansOfDays.slice(i, i + maxBlockDays).flat());
  }
  return blocks;
}

async function insertBlock(
  traces: Database["traces"],
  spans: readonly Span[],
  signal?: AbortSignal,
): Promise<void> {
  const { stream } = await traces.exec({
    query: `INSERT INTO otel_traces (${insertColumns.join(", ")}) FORMAT RowBinary`,
    values: Readable.from(spansToPieces(spans), { objectMode: false }),
    abort_signal: signal,
    // The answer must mean "stored".
    clickhouse_settings: { async_insert: 0 },
  });
  // Nothing is expected; the socket goes back to the pool once the answer has been read.
  for await (const _ of stream);
}

function* spansToPieces(spans: readonly Span[]): Generator<Buffer> {
  const rows = new RowBinaryWriter(pieceBytes);
  for (const span of spans) {
    writeSpan(rows, span);
    if (rows.bytes >= pieceBytes) yield rows.take();
  }
  if (rows.bytes > 0) yield rows.take();
}
