import { formatQuantity } from "@/lib/base/count";
import { isNamed } from "@/lib/base/named-errors";
import { DeadlineExceeded } from "@/lib/base/tasks";
import {
  cutDocument,
  openPassageSink,
  type PassageSink,
  type ReceivedDocument,
} from "../documents/ingest-documents";
import { checkFileName, datasetNameOf, type FileFormat, formatOf } from "../file-names";
import type { DatasetDraft, FileOutcome, FileProgress, FileReport, IngestOptions } from "../ports";
import { Refusal } from "../refusal";
import { ingestTable } from "../tables/ingest-table";
import { refusalOfJob, withReceived } from "./receive-file";

/** A progress event is sent every this many bytes, and at a file's start and end. */
const progressStepBytes = 1024 * 1024;
/** While rows are read no byte moves; then so often. */
const progressStepMs = 500;

export interface IngestSession {
  /** Says how many bytes of the upload as a whole were read so far. */
  countBytes(bytes: number): void;
  /** Takes one file to its end. Throws only what is not the file's fault: cancelled, database away. */
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
  /** Of the files that are through. */
  let storedBytes = 0;
  let reported = { bytes: 0, atMs: 0 };
  let current = { file: "", rows: 0, storedBytes: 0 };
  let group: Group | undefined;

  function report(): void {
    reported = { bytes: readBytes + current.storedBytes, atMs: performance.now() };
    const { file, rows } = current;
    options.onProgress?.({
      file,
      rows,
      read_bytes: readBytes,
      stored_bytes: storedBytes + current.storedBytes,
      total_bytes: totalBytes,
    });
  }

  function reportNowAndThen(): void {
    const moved = readBytes + current.storedBytes - reported.bytes;
    if (moved >= progressStepBytes || performance.now() - reported.atMs >= progressStepMs) report();
  }

  const progress: FileProgress = {
    rows(count) {
      current.rows = count;
      reportNowAndThen();
    },
    stored(bytes) {
      // Rows that do not fit at first are sent a second time.
      current.storedBytes = Math.max(current.storedBytes, bytes);
      reportNowAndThen();
    },
  };

  /** Why a file is refused; undefined if the failure is not its fault. */
  function reasonOf(error: unknown): string | undefined {
    if (error instanceof Refusal) return error.message;
    if (isNamed(error, DeadlineExceeded)) {
      return `Reading and storing it took more than ${formatQuantity(Math.round(error.limitMs / 60_000), "minute")}. Split it into smaller files.`;
    }
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
        progress,
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
    const storeReceived = documentsDataset === undefined ? storeAlone : storeInGroup;
    try {
      return await withReceived(
        chunks,
        options.limits.maxDocumentBytes,
        options,
        async (spool, workSignal) => {
          const passages = await storeReceived(dataset, { fileName: name, format, spool }, workSignal);
          progress.stored(spool.bytes);
          return { outcome: { name, status: "stored", dataset, passages }, bytes: spool.bytes };
        },
      );
    } catch (error) {
      if (documentsDataset === undefined) taken.delete(dataset);
      throw error;
    }
  }

  async function storeInGroup(
    _dataset: string,
    document: ReceivedDocument,
    workSignal: AbortSignal,
  ): Promise<number> {
    group ??= openGroup();
    const passages = await cutDocument(document, group.sink, options, workSignal, progress.rows);
    group.bytes += document.spool.bytes;
    group.files.push(document.fileName);
    return passages;
  }

  /** A document that becomes a dataset of its own. */
  async function storeAlone(
    dataset: string,
    document: ReceivedDocument,
    workSignal: AbortSignal,
  ): Promise<number> {
    const draft = writer.draft();
    try {
      // By the upload's signal: what the work's deadline cuts off has to be taken back still.
      const sink = openPassageSink(draft, signal);
      const passages = await cutDocument(document, sink, options, workSignal, progress.rows);
      await sink.flush();
      const { fileName, spool } = document;
      await draft.commit(
        { name: dataset, kind: "documents", files: [fileName], bytes: spool.bytes },
        workSignal,
      );
      return passages;
    } catch (error) {
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
      if (readBytes + current.storedBytes - reported.bytes >= progressStepBytes) report();
    },

    async add(name, chunks) {
      current = { file: name, rows: 0, storedBytes: 0 };
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
      if (outcome.status === "stored") storedBytes += current.storedBytes;
      current.storedBytes = 0;
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
      const { atWork = (work) => work(signal) } = options;
      await atWork(async (workSignal) => {
        await sink.flush();
        await draft.commit({ name: documentsDataset, kind: "documents", files, bytes }, workSignal);
      });
      return outcomes;
    },

    async abandon() {
      await group?.draft.discard();
    },
  };
}
