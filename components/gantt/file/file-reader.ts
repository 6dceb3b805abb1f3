import { at } from "@/lib/base/checked";
import type { TimelineRun } from "@/lib/gantt/timeline";
import { unpackColumns } from "@/lib/packed/columns";
import { incompleteFile, parseContents } from "@/lib/packed/contents";
import type { GanttProps } from "../gantt";
import { gunzip } from "./gunzip";
import { loadPackedSpans, type PackedRun } from "./packed-spans";

export interface OpenedFile {
  readonly runs: readonly (TimelineRun & { readonly startedAt: string })[];
  /** The same runs, packed. */
  readonly packed: readonly PackedRun[];
  readonly loadSpan: GanttProps["loadSpan"];
  /** The view that the file was made in, as an address has it; "" for none. */
  readonly view: string;
  /** Whether values of attributes are in the file. */
  readonly hasValues: boolean;
}

/**
 * The runs in the data elements of an exported page; `textOf` gives the text of an element, or nothing. The page may
 * be a file that somebody dropped: nothing of it is trusted. Rejects with a sentence that says what to do.
 */
export async function openFile(textOf: (id: string) => string | null | undefined): Promise<OpenedFile> {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("This browser is too old for the file. Any browser since May 2023 opens it.");
  }
  const contents = parseContents(new TextDecoder().decode(await unpack(textOf, "contents")));
  const packed = await Promise.all(
    contents.runs.map(async ({ blockSpans, blocks, places }, run): Promise<PackedRun> => {
      const columns = unpackColumns(await unpack(textOf, `run-${run}`));
      const readBlock = (block: number) => unpack(textOf, `run-${run}-block-${block}`);
      return { columns, blockSpans, blocks, places, readBlock };
    }),
  );
  for (const [run, { places }] of contents.runs.entries()) {
    const { count } = at(packed, run).columns;
    if (places && (places.length !== count || places.some((place) => place > count))) throw incompleteFile();
  }
  return {
    runs: contents.runs.map(({ runId, title, startedAt }, run) => ({
      ...{ runId, title, startedAt },
      columns: at(packed, run).columns,
    })),
    packed,
    loadSpan: loadPackedSpans(packed),
    view: contents.view,
    hasValues: contents.values === "all",
  };
}

async function unpack(
  textOf: (id: string) => string | null | undefined,
  id: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = textOf(id);
  if (!text) throw incompleteFile();
  return gunzip(fromBase64(text));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // In browsers since 2025, several times as fast.
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
