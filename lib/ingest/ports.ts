import type { Readable } from "node:stream";
import type { Result } from "@/lib/base/result";
import type { Pool } from "@/lib/workers/pool";
import { type LineLimits, lineLimits } from "./upload/slow-line";

/**
 * What ingest needs of the world. The database's side is lib/clickhouse's, which knows nothing of files; this
 * room knows nothing of SQL.
 */

export interface DatasetColumn {
  readonly name: string;
  /** ClickHouse's type. */
  readonly type: string;
}

/** How the bytes of a table are to be read. */
export type TableFormat =
  | { readonly kind: "csv"; readonly delimiter: string }
  | { readonly kind: "json" }
  /** ClickHouse's own binary format, in blocks of columns: rows that were read and checked here. */
  | { readonly kind: "native" };

export interface TableInput {
  readonly format: TableFormat;
  readonly columns: readonly DatasetColumn[];
  /** Columns whose type the first rows do not tell: it is found in all rows, what `columns` says is ignored. */
  readonly untyped: ReadonlySet<string>;
  /** The rows, without a header; may be opened more than once, one after the other. */
  open(): Readable;
}

export interface LoadedTable {
  readonly rows: number;
  /** The columns as stored: a type can be wider than asked for where a late row needed it. */
  readonly columns: readonly (DatasetColumn & { readonly distinct: number })[];
}

export interface CellValueCount {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
}

export interface CellValue extends CellValueCount {
  /** The normalised form that it is found by. */
  readonly phrase: string;
}

export interface Passage {
  /** Counts from 1 within the dataset. */
  readonly id: number;
  readonly document: string;
  /** The headings above it, outermost first, joined by " › "; "" where there are none. */
  readonly heading: string;
  /** Counts from 1 within the document. */
  readonly position: number;
  readonly text: string;
  /** All stems together. */
  readonly length: number;
  /** How often each stem occurs. */
  readonly frequencies: ReadonlyMap<string, number>;
}

export interface DatasetSummary {
  readonly name: string;
  readonly kind: "table" | "documents";
  readonly files: readonly string[];
  readonly bytes: number;
}

/**
 * One version of a dataset while it is being made. Nobody sees it before `commit`. Whoever opened it calls
 * exactly one of `commit` and `discard` at the end.
 */
export interface DatasetDraft {
  /** Loads a table; the reason where its rows cannot be read as this format. */
  loadTable(input: TableInput, signal: AbortSignal): Promise<Result<LoadedTable>>;
  /** The values of some loaded columns of at most `maxChars` characters with their numbers of rows, in batches. */
  distinctValues(
    columns: readonly string[],
    maxChars: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly CellValueCount[]>;
  addCellValues(values: readonly CellValue[], signal: AbortSignal): Promise<void>;
  addPassages(passages: readonly Passage[], signal: AbortSignal): Promise<void>;
  /** Takes back the passages from this id on. */
  removePassages(fromId: number, signal: AbortSignal): Promise<void>;
  /** Makes this version the one that is read under its name, in place of any other. */
  commit(summary: DatasetSummary, signal: AbortSignal): Promise<void>;
  /** Removes everything that was written. Never throws: what it could not remove is swept up later. */
  discard(): Promise<void>;
}

export interface DatasetWriter {
  /**
   * The types that the database's own reader finds in the first rows (UTF-8, whole rows, no header): in the
   * file's order, for CSV under made-up names. The reason where it cannot read them.
   */
  describe(format: TableFormat, head: string, signal: AbortSignal): Promise<Result<readonly DatasetColumn[]>>;
  draft(): DatasetDraft;
  /**
   * Why the database did not take what it was given, for an error that the same rows would meet again; undefined
   * where it is away or out of something, or where the error is not its own.
   */
  refusalOf(error: unknown): string | undefined;
}

/** Where files are parsed. */
export type JobPool = Pick<Pool, "run" | "limits">;

export interface IngestLimits {
  /** One file, in bytes. */
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxColumns: number;
  /** One row of a table, in bytes. */
  readonly maxRowBytes: number;
  /** One document, in bytes: it is held and parsed in memory. */
  readonly maxDocumentBytes: number;
  readonly line: LineLimits;
  /** How long the files behind the last one that is taken are counted. */
  readonly restMs: number;
}

/** Limits around a given size of one file. */
export function ingestLimits(maxFileBytes: number): IngestLimits {
  return {
    maxFileBytes,
    maxFiles: 1_000,
    maxColumns: 1_000,
    maxRowBytes: 8 * 1024 * 1024,
    maxDocumentBytes: Math.min(maxFileBytes, 16 * 1024 * 1024),
    line: lineLimits,
    restMs: 5_000,
  };
}

/** What became of one file. */
export interface FileOutcome {
  readonly name: string;
  readonly status: "stored" | "refused";
  /** Why it was refused, and what to do. */
  readonly reason?: string;
  readonly dataset?: string;
  readonly rows?: number;
  readonly passages?: number;
  readonly columns?: { name: string; type: string }[];
}

export interface FileReport {
  readonly outcome: FileOutcome;
  /** Of the file, as far as it was read. */
  readonly bytes: number;
}

export interface IngestProgress {
  readonly file: string;
  /** Of the whole upload. */
  readonly read_bytes: number;
  readonly total_bytes: number | null;
  /** Of the whole upload: what the database has of its files, refused ones left out. */
  readonly stored_bytes: number;
  /** Of the file, so far. */
  readonly rows: number;
}

/** Hears of the work on one file. */
export interface FileProgress {
  /** Rows or passages so far. */
  rows(count: number): void;
  /** Bytes of the file that the database has taken so far. */
  stored(bytes: number): void;
}

export interface IngestOptions {
  readonly writer: DatasetWriter;
  readonly pool: JobPool;
  readonly limits: IngestLimits;
  readonly signal: AbortSignal;
  /** Runs the work on one file inside a span. */
  readonly traceFile: (name: string, work: () => Promise<FileReport>) => Promise<FileReport>;
  /**
   * Runs the work on a file whose bytes are all there: waits for a place, and ends it with a DeadlineExceeded where it
   * takes too long. Receiving, which can take hours, holds no place. Left out: at once, for as long as it takes.
   */
  readonly atWork?: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  readonly onProgress?: (progress: IngestProgress) => void;
}
