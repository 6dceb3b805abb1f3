import { checkFileName, datasetNameOf, type FileFormat, formatOf } from "./file-names";
import { type IncomingDocument, ingestDocument, openPassageSink, type PassageSink } from "./ingest-documents";
import { ingestTable } from "./ingest-table";
import type { DatasetDraft, FileOutcome, FileReport, IngestOptions } from "./ports";
import { refusalOfJob } from "./receive-file";
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
  const { writer, signal } = options;
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

  /** Why a file is refused; undefined where the failure is no fault of it. */
  function reasonOf(error: unknown): string | undefined {
    if (error instanceof Refusal) return error.message;
    return refusalOfJob(error, options.pool)?.message ?? writer.refusalOf(error);
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
    if (documentsDataset === undefined) return await storeAlone(dataset, { fileName: name, format, chunks });
    group ??= openGroup();
    const { passages, bytes } = await ingestDocument(
      { fileName: name, format, chunks },
      group.sink,
      options,
      onRows,
    );
    group.bytes += bytes;
    group.files.push(name);
    return { outcome: { name, status: "stored", dataset, passages }, bytes };
  }

  /** A document that becomes a dataset of its own. */
  async function storeAlone(dataset: string, file: IncomingDocument): Promise<FileReport> {
    take(dataset);
    const draft = writer.draft();
    try {
      const sink = openPassageSink(draft, signal);
      const { passages, bytes } = await ingestDocument(file, sink, options, onRows);
      await sink.flush();
      const name = file.fileName;
      await draft.commit({ name: dataset, kind: "documents", files: [name], bytes }, signal);
      return { outcome: { name, status: "stored", dataset, passages }, bytes };
    } catch (error) {
      taken.delete(dataset);
      await draft.discard();
      throw error;
    }
  }

  function openGroup(): Group {
    const draft = writer.draft();
    return { draft, sink: openPassageSink(draft, signal), bytes: 0, files: [] };
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
          const reason = reasonOf(error);
          if (reason === undefined) throw error;
          return { outcome: { name, status: "refused", reason }, bytes: readBytes - before };
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
