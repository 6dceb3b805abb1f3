import { at } from "@/lib/base/checked";
import type { FileRun } from "@/lib/packed/contents";
import { SpanBlock } from "@/lib/packed/span-blocks";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import type { Span } from "@/lib/trace/span";
import type { GanttProps } from "../gantt";

/** A run of which everything is at hand, its details packed: of an exported file, or of a file that was opened. */
export interface PackedRun extends Pick<FileRun, "blockSpans" | "blocks" | "places"> {
  readonly columns: SpanColumns;
  /** The bytes of a block (lib/packed/span-blocks). */
  readonly readBlock: (block: number) => Promise<Uint8Array>;
}

/** Blocks that stay unpacked: neighbours are looked at one after the other, and compared across runs. */
const keptBlocks = 4;

/** Details of packed runs: a block is unpacked when a span in it is opened. */
export function loadPackedSpans(runs: readonly PackedRun[]): GanttProps["loadSpan"] {
  const kept = new Map<string, Promise<SpanBlock>>();
  return async (run, span): Promise<Span> => {
    const packed = at(runs, run);
    const place = packed.places ? at(packed.places, span) - 1 : span;
    if (place < 0) throw new Error("The details of this span are not in the file.");
    const number = Math.floor(place / packed.blockSpans);
    const key = `${run} ${number}`;
    let block = kept.get(key);
    kept.delete(key);
    block ??= packed.readBlock(number).then((bytes) => new SpanBlock(bytes));
    kept.set(key, block);
    const [oldest] = kept.keys();
    if (kept.size > keptBlocks && oldest !== undefined) kept.delete(oldest);
    return (await block).span(place % packed.blockSpans, packed.columns, span);
  };
}
