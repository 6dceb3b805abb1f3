import { checkFileName, datasetNameOf, type FileFormat, formatOf } from "./file-names";
import { openPassageSink, type PassageSink, readDocument } from "./ingest-documents";
import { ingestTable } from "./ingest-table";
import type { DatasetDraft, FileOutcome, FileReport, IngestOptions } from "./ports";
import { Refusal } from "./refusal";

/** A progress event is sent for each so many bytes, and at a file's start and end. */
const progressStepBytes = 1024 * 1024;

export interface IngestSession {
  /** Says how many bytes of the upload as a whole were read so far. */
  countBytes(bytes: number): void;
  /** Takes one file to its end. Throws only what is no fault of the file: cancelled, database away. */
  add(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Notes a file that was not looked at. */
  refuse(name: string, reason: string): void;
  /** Publishes what waits for the last file; gives what became of each. */
  finish(): Promise<FileOutcome[]>;
  /** In place of `finish`, after a failure: removes what was not published. */
  abandon(): Promise<void>;
}

/** Documents of one upload on their way into one dataset. */
interface Group {
  readonly draft: DatasetDraft;
  readonly sink: PassageSink;
  bytes: number;
  readonly files: string[];
}

/**
 * The files of one upload, one after the other: each is stored or refused by itself. Documents become one
 * dataset each, or all of them the dataset `documentsDataset`, which is published with the last one.
 */
export function openSession(
  options: IngestOptions,
  {
    documentsDataset,
    totalBytes,
  }: { readonly documentsDataset?: string; readonly totalBytes: number | null },
): IngestSession {
  const { writer, limits, signal } = options;
  const outcomes: FileOutcome[] = [];
  const taken = new Set<string>();
  let readBytes = 0;
  let reportedBytes = 0;
  let current = { file: "", rows: 0 };
  let group: Group | undefined;

  function report(): void {
    reportedBytes = readBytes;
    options.onProgress?.({ ...current, read_bytes: readBytes, total_bytes: totalBytes });
  }

  function onRows(rows: number): void {
    current.rows = rows;
    if (readBytes - reportedBytes >= progressStepBytes) report();
  }

  /** Two files of one upload cannot both become the dataset of one name: the second would replace the first. */
  function take(dataset: string): void {
    if (taken.has(dataset)) {
      throw new Refusal(
        `Another file of this upload is stored as “${dataset}” already. Rename one of the two.`,
      );
    }
    taken.add(dataset);
  }

  async function store(name: string, chunks: AsyncIterable<Uint8Array>): Promise<FileReport> {
    checkFileName(name);
    const format = formatOf(name);
    if (format === "markdown" || format === "text") return await storeText(name, format, chunks);
    const dataset = datasetNameOf(name);
    take(dataset);
    try {
      const { table, bytes } = await ingestTable(
        { fileName: name, dataset, format, chunks },
        options,
        onRows,
      );
      const columns = table.columns.map((column) => ({ name: column.name, type: column.type }));
      return { outcome: { name, status: "stored", dataset, rows: table.rows, columns }, bytes };
    } catch (error) {
      taken.delete(dataset);
      throw error;
    }
  }

  async function storeText(
    name: string,
    format: Extract<FileFormat, "markdown" | "text">,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<FileReport> {
    const dataset = documentsDataset ?? datasetNameOf(name);
    if (group?.files.includes(name)) throw new Refusal("Another document of this upload has the same name.");
    if (documentsDataset === undefined) take(dataset);
    try {
      const document = await readDocument({ fileName: name, format, chunks }, limits, signal);
      const passages = document.passages.length;
      onRows(passages);
      if (documentsDataset === undefined) await publishOne(dataset, document);
      else {
        group ??= openGroup();
        await group.sink.add(document);
        group.bytes += document.bytes;
        group.files.push(name);
      }
      return { outcome: { name, status: "stored", dataset, passages }, bytes: document.bytes };
    } catch (error) {
      if (documentsDataset === undefined) taken.delete(dataset);
      throw error;
    }
  }

  function openGroup(): Group {
    const draft = writer.draft();
    return { draft, sink: openPassageSink(draft, signal), bytes: 0, files: [] };
  }

  async function publishOne(name: string, document: Awaited<ReturnType<typeof readDocument>>): Promise<void> {
    const draft = writer.draft();
    try {
      const sink = openPassageSink(draft, signal);
      await sink.add(document);
      await sink.flush();
      const { fileName, bytes } = document;
      await draft.commit({ name, kind: "documents", files: [fileName], bytes }, signal);
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }

  return {
    countBytes(bytes) {
      readBytes = bytes;
    },

    async add(name, chunks) {
      current = { file: name, rows: 0 };
      report();
      const { outcome } = await options.traceFile(name, async () => {
        const before = readBytes;
        try {
          return await store(name, chunks);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof Refusal)) throw error;
          return { outcome: { name, status: "refused", reason: error.message }, bytes: readBytes - before };
        }
      });
      outcomes.push(outcome);
      report();
    },

    refuse(name, reason) {
      outcomes.push({ name, status: "refused", reason });
    },

    async finish() {
      if (!group || documentsDataset === undefined) return outcomes;
      const { draft, sink, bytes, files } = group;
      if (taken.has(documentsDataset)) {
        await draft.discard();
        const reason = `A table of this upload is called “${documentsDataset}” too. Choose another name.`;
        return outcomes.map(({ name, ...rest }) =>
          files.includes(name) ? { name, status: "refused", reason } : { name, ...rest },
        );
      }
      await sink.flush();
      await draft.commit({ name: documentsDataset, kind: "documents", files, bytes }, signal);
      return outcomes;
    },

    async abandon() {
      await group?.draft.discard();
    },
  };
}
