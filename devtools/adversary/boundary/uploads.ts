import { join } from "node:path";
import type { DatasetDraft, DatasetWriter, IngestOptions } from "@/lib/ingest/ports";
import { ingestLimits } from "@/lib/ingest/ports";
import { openSession } from "@/lib/ingest/session";
import { createPool, type Pool } from "@/lib/workers/pool";
import type { Cells, ExpectedPassage } from "../seeds/seed";
import type { Outcome } from "./outcome";

/** As the app's default (MAX_UPLOAD_MB). */
const maxFileBytes = 1024 * 1024 * 1024;
const chunkBytes = 64 * 1024;

let pool: Pool | undefined;

/** The pool that files are read in: once a process, of the app's own jobs where nothing else is named. */
export function uploadPool(file = join(process.cwd(), "dist/workers.mjs")): Pool {
  pool ??= createPool({ file });
  return pool;
}

/** What the reader of a file handed on to the database's side. */
export interface HandedOn {
  columns: readonly string[];
  rows: Cells[];
  passages: ExpectedPassage[];
}

/**
 * Reads a file as an upload is read, up to where its rows and passages go to the database; there they are counted
 * instead. No engine takes part: what a text table's rows look like in detail is the engine's business.
 */
export async function readUpload(name: string, bytes: Uint8Array, handed?: HandedOn): Promise<Outcome> {
  const session = openSession(uploadOptions(handed), {
    documentsDataset: undefined,
    totalBytes: bytes.length,
  });
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

function uploadOptions(handed?: HandedOn): IngestOptions {
  return {
    writer: countingWriter(handed),
    pool: uploadPool(),
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
