import { stems } from "@/lib/text/stems";
import { checkedText, limitedBytes } from "./checked-bytes";
import { markdownPassages } from "./markdown-passages";
import type { PassageText } from "./passage-builder";
import type { DatasetDraft, IngestLimits, Passage } from "./ports";
import { Refusal } from "./refusal";
import { textPassages } from "./text-passages";

export interface IncomingDocument {
  readonly fileName: string;
  readonly format: "markdown" | "text";
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A document that was read and cut, not yet stored. */
export interface ReadDocument {
  readonly fileName: string;
  readonly bytes: number;
  readonly passages: readonly PassageText[];
}

/** Passages of one insert, each with some 60 postings. Many small inserts would make reading slow. */
const batchPassages = 500;

/** Reads a document and cuts it into passages. Throws a Refusal where it cannot be read or holds no text. */
export async function readDocument(
  file: IncomingDocument,
  limits: IngestLimits,
  signal: AbortSignal,
): Promise<ReadDocument> {
  const parts: Uint8Array[] = [];
  for await (const chunk of checkedText(limitedBytes(file.chunks, limits.maxDocumentBytes))) {
    signal.throwIfAborted();
    parts.push(chunk);
  }
  const whole = Buffer.concat(parts);
  if (whole.length === 0) throw new Refusal("The file is empty.");
  const text = whole.toString("utf8").replace(/\r\n?/g, "\n");
  const passages: PassageText[] = [];
  for await (const passage of file.format === "markdown" ? markdownPassages(text) : textPassages(text)) {
    signal.throwIfAborted();
    passages.push(passage);
  }
  if (passages.length === 0) throw new Refusal("The document holds no text.");
  return { fileName: file.fileName, bytes: whole.length, passages };
}

export interface PassageSink {
  /** Passages taken so far. */
  readonly count: number;
  add(document: ReadDocument): Promise<void>;
  /** Stores what is still held. */
  flush(): Promise<void>;
}

/** Puts the passages of documents into a draft, many at a time. */
export function openPassageSink(draft: DatasetDraft, signal: AbortSignal): PassageSink {
  let held: Passage[] = [];
  let count = 0;
  const flush = async () => {
    if (held.length === 0) return;
    const batch = held;
    held = [];
    await draft.addPassages(batch, signal);
  };
  return {
    get count() {
      return count;
    },
    async add({ fileName, passages }) {
      for (const [index, passage] of passages.entries()) {
        count++;
        held.push(toPassage(fileName, passage, count, index + 1));
        if (held.length >= batchPassages) await flush();
      }
    },
    flush,
  };
}

function toPassage(document: string, { heading, text }: PassageText, id: number, position: number): Passage {
  const frequencies = new Map<string, number>();
  // A passage is found by its headings and by its document's name too, which the text need not repeat.
  const found = stems([titleOf(document), heading, text].join("\n"));
  for (const stem of found) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  return { id, document, heading, position, text, length: found.length, frequencies };
}

/** "station-manual_v2.md" says "station manual v2". */
function titleOf(fileName: string): string {
  return fileName.replace(/\.[^.]*$/, "").replace(/[-_.]+/g, " ");
}
