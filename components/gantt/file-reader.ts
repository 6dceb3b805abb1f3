import type { TimelineRun } from "@/lib/gantt/timeline";
import type { Span } from "@/lib/trace/span";
import { decodeSpan } from "@/lib/trace/span-blocks";
import { decodeSpanColumns } from "@/lib/trace/span-columns";

/** What an exported file says of itself (lib/export writes it). */
interface Contents {
  readonly v: number;
  readonly runs: readonly {
    readonly runId: string;
    readonly title: string;
    readonly startedAt: string;
    readonly blockSpans: number;
    readonly blocks: number;
    readonly places?: readonly number[];
  }[];
}

export interface OpenedFile {
  readonly runs: readonly (TimelineRun & { readonly startedAt: string })[];
  readonly loadSpan: (run: number, span: number, signal: AbortSignal) => Promise<Span>;
}

/** The runs in the data elements of the page that this script stands in. */
export async function openFile(page: Document): Promise<OpenedFile> {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("This browser is too old for the file. Any browser since May 2023 opens it.");
  }
  const contents: Contents = JSON.parse(new TextDecoder().decode(await unpack(page, "contents")));
  if (contents.v !== 1) throw new Error("This file is of another version than the timeline in it.");
  const runs = await Promise.all(
    contents.runs.map(async ({ runId, title, startedAt }, index) => ({
      runId,
      title,
      startedAt,
      columns: decodeSpanColumns(await unpack(page, `run-${index}`)),
    })),
  );
  // The block that was opened last: neighbours are looked at one after the other.
  let last: { readonly id: string; readonly bytes: Promise<Uint8Array<ArrayBuffer>> } | undefined;
  return {
    runs,
    async loadSpan(run, span) {
      const entry = contents.runs[run];
      const columns = runs[run]?.columns;
      const place = entry?.places ? (entry.places[span] ?? 0) - 1 : span;
      if (!entry || !columns || place < 0) throw new Error("The details of this span are not in the file.");
      const id = `run-${run}-block-${Math.floor(place / entry.blockSpans)}`;
      if (last?.id !== id) last = { id, bytes: unpack(page, id) };
      return decodeSpan(await last.bytes, place % entry.blockSpans, columns, span);
    },
  };
}

async function unpack(page: Document, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = page.getElementById(id)?.textContent;
  if (!text) throw new Error("The file is not complete. Was the download cut short?");
  const unzipped = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unzipped).arrayBuffer());
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
