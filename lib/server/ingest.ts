import { v7 as uuidv7 } from "uuid";
import type { UploadAnswer, UploadProgress } from "@/lib/api/datasets";
import { createGate, withDeadline } from "@/lib/base/tasks";
import { createDatasetWriter } from "@/lib/clickhouse/dataset-writer";
import { type FileOutcome, type IngestOptions, ingestLimits } from "@/lib/ingest/ports";
import { BadUpload } from "@/lib/ingest/refusal";
import { ingestUpload } from "@/lib/ingest/upload";
import { withRun } from "@/lib/telemetry/with-run";
import { withSpan } from "@/lib/telemetry/with-span";
import { attributeNames, spanNames } from "@/lib/trace/names";
import { badRequest } from "./problem";
import { services } from "./services";

/** Below the hour after which a start takes what an ingest wrote for a leftover (lib/clickhouse). */
const ingestDeadlineMs = 50 * 60_000;

// Each upload holds a file on disk and a heavy statement.
const gate = createGate({ places: 2, line: 16 });

export interface IngestCall {
  /** Fires when the caller goes away. */
  readonly signal: AbortSignal;
  readonly headers: Headers;
  readonly onProgress?: (progress: UploadProgress) => void;
}

/**
 * Stores the files of an upload, as a run of its own. Throws a problem 400 where the body is no form, TooBusy
 * when too many uploads wait.
 */
export async function receiveUpload(request: Request, call: IngestCall): Promise<UploadAnswer> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  const upload = {
    body: request.body,
    contentType: request.headers.get("content-type") ?? "",
    contentLength: Number.isSafeInteger(length) ? length : null,
  };
  try {
    return { files: await runIngest(call, (options) => ingestUpload(upload, options)) };
  } catch (error) {
    throw error instanceof BadUpload ? badRequest(error.message) : error;
  }
}

/** The status of an upload's answer: all stored, some, none. */
export function uploadStatus({ files }: UploadAnswer): 200 | 207 | 400 {
  const stored = files.filter(({ status }) => status === "stored").length;
  if (stored === files.length) return 200;
  return stored > 0 ? 207 : 400;
}

/** Runs an ingest: a place at the gate, a trace of its own with a span for each file, a deadline. */
export function runIngest(
  call: IngestCall,
  work: (options: IngestOptions) => Promise<FileOutcome[]>,
): Promise<FileOutcome[]> {
  const { config, database, pool, stopping } = services();
  const signal = AbortSignal.any([call.signal, stopping]);
  return gate.run(signal, () =>
    withRun({ runId: uuidv7(), name: spanNames.ingest, headers: call.headers }, (run) =>
      withDeadline(signal, ingestDeadlineMs, async (deadline) => {
        const outcomes = await work({
          writer: createDatasetWriter(database.data),
          pool,
          limits: ingestLimits(config.MAX_UPLOAD_MB * 1024 * 1024),
          signal: deadline,
          traceFile,
          onProgress: call.onProgress,
        });
        run.event("stored", { files: outcomes.filter(({ status }) => status === "stored").length });
        return outcomes;
      }),
    ),
  );
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
