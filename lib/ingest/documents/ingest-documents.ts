import type { Spool } from "@/lib/workers/spool";
import { type CutPassage, cutDocumentJob } from "../jobs";
import type { DatasetDraft, IngestOptions, Passage } from "../ports";

export interface ReceivedDocument {
  readonly fileName: string;
  readonly format: "markdown" | "text";
  readonly spool: Spool;
}

/** Passages of one insert, each with some 60 postings. Many small inserts would make reading slow. */
const batchPassages = 500;

/** Cuts a document into passages and hands them to the sink. Where it cannot be read, nothing of it stays there. */
export async function cutDocument(
  { fileName, format, spool }: ReceivedDocument,
  sink: PassageSink,
  { pool, signal }: Pick<IngestOptions, "pool" | "signal">,
  workSignal: AbortSignal,
  onPassages: (passages: number) => void,
): Promise<number> {
  const document = sink.begin(fileName);
  let taken = 0;
  try {
    const { passages } = await pool.run(
      cutDocumentJob,
      { fileName, format },
      {
        signal: workSignal,
        file: spool,
        async onMessage(batch) {
          await document.add(batch);
          taken += batch.length;
          onPassages(taken);
        },
      },
    );
    await document.end();
    return passages;
  } catch (error) {
    // Where the whole ingest ends, so does the draft that they are in.
    if (!signal.aborted) await document.takeBack();
    throw error;
  }
}

/** Puts the passages of documents into a draft, one document after the other, many passages at a time. */
export interface PassageSink {
  begin(fileName: string): {
    add(passages: readonly CutPassage[]): Promise<void>;
    /** All of them are there. Throws where the database refuses one of this document. */
    end(): Promise<void>;
    /** Leaves nothing of this document; what came before it stays. */
    takeBack(): Promise<void>;
  };
  /** Stores what is still held. */
  flush(): Promise<void>;
}

export function openPassageSink(draft: DatasetDraft, signal: AbortSignal): PassageSink {
  let held: Passage[] = [];
  let count = 0;
  /** The last id of which something may be in the database. */
  let sent = 0;

  async function flush(): Promise<void> {
    if (held.length === 0) return;
    sent = held.at(-1)?.id ?? sent;
    await draft.addPassages(held, signal);
    held = [];
  }

  return {
    begin(document) {
      const firstId = count + 1;
      let position = 0;
      return {
        async add(passages) {
          for (const passage of passages)
            held.push({ ...passage, id: ++count, document, position: ++position });
          if (held.length >= batchPassages) await flush();
        },
        async end() {
          // A document that fills batches is known to be stored before the next one begins.
          if (held.length < count - firstId + 1) await flush();
        },
        async takeBack() {
          // What is held may have been sent in part, by an insert that failed: also of the documents before.
          const from = Math.min(firstId, held[0]?.id ?? firstId);
          if (from <= sent) await draft.removePassages(from, signal);
          held = held.filter(({ id }) => id < firstId);
          count = firstId - 1;
          sent = from - 1;
        },
      };
    },
    flush,
  };
}
