import { isNamed } from "@/lib/base/named-errors";
import type { DatasetDraft, DatasetWriter, IngestOptions, JobPool } from "@/lib/ingest/ports";
import { ingestLimits } from "@/lib/ingest/ports";
import { openSession } from "@/lib/ingest/upload/session";
import { JobFailed } from "@/lib/workers/job-failed";
import { createPool } from "@/lib/workers/pool";
import type { Cells, ExpectedPassage } from "../seeds/seed";
import type { Outcome } from "./outcome";

/** As the app's default (MAX_UPLOAD_MB). */
const maxFileBytes = 1024 * 1024 * 1024;
const chunkBytes = 64 * 1024;

/** What the reader of a file handed on to the database's side. */
export interface HandedOn {
  columns: readonly string[];
  rows: Cells[];
  passages: ExpectedPassage[];
}

/** Reads files as the app does, in a pool like the app's. */
export interface UploadReader {
  read(name: string, bytes: Uint8Array, handed?: HandedOn): Promise<Outcome>;
  /** How jobs failed, with the number of each: what the pool ended, and what their own code threw. */
  readonly failures: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** `file` is the bundle of the app's jobs, dist/workers.mjs. */
export function openUploadReader(file: string): UploadReader {
  const pool = createPool({ file });
  const failures = new Map<string, number>();
  const run: JobPool["run"] = async (job, input, options) => {
    try {
      return await pool.run(job, input, options);
    } catch (error) {
      if (isNamed(error, JobFailed)) {
        const what = error.failure === "error" ? error.errorName : error.failure;
        failures.set(what, (failures.get(what) ?? 0) + 1);
      }
      throw error;
    }
  };
  return {
    failures,
    close: () => pool.close(),
    read: (name, bytes, handed) => readUpload({ run, limits: pool.limits }, name, bytes, handed),
  };
}

/**
 * Reads a file as an upload is read, up to where its rows and passages go to the database; there they are counted
 * instead. No engine takes part: what a text table's rows look like in detail is the engine's business.
 */
async function readUpload(
  pool: JobPool,
  name: string,
  bytes: Uint8Array,
  handed?: HandedOn,
): Promise<Outcome> {
  const options = uploadOptions(pool, handed);
  const session = openSession(options, { documentsDataset: undefined, totalBytes: bytes.length });
  try {
    await session.add(name, chunksOf(bytes));
    const [outcome] = await session.finish();
    if (outcome?.status === "stored") return { kind: "taken", found: outcome.rows ?? outcome.passages ?? 0 };
    return { kind: "refused", reason: outcome?.reason ?? "" };
  } catch (error) {
    await session.abandon();
    throw error;
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // Copies: a reader may change what it is given.
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}

function uploadOptions(pool: JobPool, handed?: HandedOn): IngestOptions {
  return {
    pool,
    writer: countingWriter(handed),
    limits: ingestLimits(maxFileBytes),
    signal: new AbortController().signal,
    traceFile: (_, work) => work(),
  };
}

function countingWriter(handed?: HandedOn): DatasetWriter {
  return {
    describe: async () => ({ ok: true, value: [] }),
    refusalOf: () => undefined,
    draft: (): DatasetDraft => ({
      async loadTable(input) {
        let lines = 0;
        for await (const chunk of input.open()) lines += countLines(chunk as Uint8Array);
        return {
          ok: true,
          value: { rows: lines, columns: input.columns.map((each) => ({ ...each, distinct: 0 })) },
        };
      },
      async *distinctValues() {},
      async addCellValues() {},
      async addPassages(passages) {
        handed?.passages.push(...passages.map(({ heading, text }) => ({ heading, text })));
      },
      async removePassages() {},
      async commit() {},
      async discard() {},
    }),
  };
}

function countLines(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines++;
  return lines;
}
