import { v7 as uuidv7 } from "uuid";
import type { UploadAnswer, UploadProgress } from "@/lib/api/datasets";
import { formatQuantity } from "@/lib/base/count";
import { createGate, DeadlineExceeded } from "@/lib/base/tasks";
import { createDatasetWriter } from "@/lib/clickhouse/datasets/dataset-writer";
import { type FileOutcome, type IngestOptions, ingestLimits } from "@/lib/ingest/ports";
import { BadUpload, CutUpload } from "@/lib/ingest/refusal";
import { ingestUpload } from "@/lib/ingest/upload/upload";
import { withRun } from "@/lib/telemetry/with-run";
import { withSpan } from "@/lib/telemetry/with-span";
import { attributeNames, spanNames } from "@/lib/trace/names";
import { badRequest, HttpProblem } from "./http/problem";
import type { Services } from "./running";

/**
 * For one file, from when its bytes are there. Below the hour after which a start takes what an ingest wrote for a
 * leftover (lib/clickhouse/datasets/dataset-removal.ts); a collection that takes longer renews its draft.
 */
const fileDeadlineMs = 50 * 60_000;

/** Each holds a file on disk and 20 kB of buffers, however slowly it comes: slow ones must not keep the others out. */
const uploads = createGate({ places: 32, line: 16 });
/** Files that are read and loaded at once: each takes a core here, and a heavy statement in the database. */
const files = createGate({ places: 2, line: 64 });

/** What an ingest works with. */
export type IngestServices = Pick<Services, "config" | "database" | "pool" | "stopping">;

export interface IngestCall {
  /** Fires when the caller goes away. */
  readonly signal: AbortSignal;
  readonly headers: Headers;
  readonly onProgress?: (progress: UploadProgress) => void;
}

/**
 * Stores the files of an upload, as a run of its own. Throws a problem 400 where the body is no form, 408 where it
 * comes too slowly, with what became of the files by then; TooBusy when too many uploads wait.
 */
export async function receiveUpload(
  services: IngestServices,
  request: Request,
  call: IngestCall,
): Promise<UploadAnswer> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  const upload = {
    body: request.body,
    contentType: request.headers.get("content-type") ?? "",
    contentLength: Number.isSafeInteger(length) ? length : null,
  };
  try {
    return { files: await runIngest(services, call, (options) => ingestUpload(upload, options)) };
  } catch (error) {
    if (error instanceof BadUpload) throw badRequest(error.message);
    if (error instanceof CutUpload) throw cutToProblem(error);
    throw error;
  }
}

/** Upper bound on names in a sentence; `files` has them all. */
const maxNamed = 10;

/** Says what was kept; the answer ends the connection. */
export function cutToProblem({ message, files }: CutUpload): HttpProblem {
  const stored = files.filter(({ status }) => status === "stored").map(({ name }) => name);
  const named = stored.slice(0, maxNamed).join(", ");
  const others = stored.length > maxNamed ? ` and ${formatQuantity(stored.length - maxNamed, "other")}` : "";
  const kept = stored.length === 0 ? "Nothing was stored" : `Stored and kept: ${named}${others}`;
  return new HttpProblem(408, "Upload too slow", `${message} ${kept}. Send the rest again.`, hangUp, {
    files,
  });
}

/** What is left of the body has nobody to read it. */
const hangUp = { connection: "close" };

/** The status of an upload's answer: all stored, some, none. */
export function uploadStatus({ files }: UploadAnswer): 200 | 207 | 400 {
  const stored = files.filter(({ status }) => status === "stored").length;
  if (stored === files.length) return 200;
  return stored > 0 ? 207 : 400;
}

/** Runs an ingest, as a trace of its own with a span for each file; files take places while they are worked on. */
export function runIngest(
  { config, database, pool, stopping }: IngestServices,
  call: IngestCall,
  work: (options: IngestOptions) => Promise<FileOutcome[]>,
): Promise<FileOutcome[]> {
  const signal = AbortSignal.any([call.signal, stopping]);
  return uploads.run(signal, () =>
    withRun({ runId: uuidv7(), name: spanNames.ingest, headers: call.headers }, async (run) => {
      const outcomes = await work({
        writer: createDatasetWriter(database.data, { untilBack: database.untilBack }),
        pool,
        limits: ingestLimits(config.MAX_UPLOAD_MB * 1024 * 1024),
        signal,
        atWork: (each) => files.run(signal, () => withinDeadline(signal, fileDeadlineMs, each)),
        traceFile,
        onProgress: call.onProgress,
      });
      run.event("stored", { files: outcomes.filter(({ status }) => status === "stored").length });
      return outcomes;
    }),
  );
}

/**
 * Like `withDeadline`, but waits for the work to end: its file is closed then, and the next of the upload begins.
 * Work listens to its signal.
 */
export async function withinDeadline<T>(
  parent: AbortSignal,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new DeadlineExceeded(limitMs)), limitMs);
  try {
    return await work(AbortSignal.any([parent, over.signal]));
  } catch (error) {
    // Clients have errors of their own for what a signal ended.
    throw over.signal.aborted && !parent.aborted ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

const traceFile: IngestOptions["traceFile"] = (name, work) =>
  withSpan(spanNames.ingestFile, { [attributeNames.fileName]: name.slice(0, 200) }, async (span) => {
    const report = await work();
    const { dataset, rows, passages, reason } = report.outcome;
    span.set(attributeNames.fileBytes, report.bytes);
    if (dataset !== undefined) span.set(attributeNames.dataset, dataset);
    if (rows !== undefined) span.set(attributeNames.rowCount, rows);
    if (passages !== undefined) span.set(attributeNames.passageCount, passages);
    if (reason !== undefined) span.event("refused", { reason });
    return report;
  });
