import { defineJob } from "@/lib/workers/job";
import type { ParquetLimits } from "./parquet/footer";
import type { ParquetPlan } from "./parquet/read-parquet";
import type { ScanLimits } from "./tables/scan";

/* What of ingest runs in the pool, as its callers see it. The code of each is in serve-ingest-jobs.ts. */

/** What a text file's scan found in all of its rows. */
export interface ScannedTable {
  readonly rows: number;
  /** Names of the columns, checked; for each the marks (value-shape) of its values. */
  readonly columns: readonly { readonly name: string; readonly marks: number }[];
  /** Where the first row begins in the file. */
  readonly bodyStart: number;
  /** The first rows, whole, for the database's reader to find types in. */
  readonly head: string;
}

/** Emits the number of rows so far. */
export const scanCsvJob = defineJob<
  { readonly isTsv: boolean; readonly limits: ScanLimits },
  ScannedTable & {
    /** That the bytes of the file have now: tabs between fields were replaced. */
    readonly delimiter: string;
  },
  number
>("scan.csv", "thread");

/** Emits the number of rows so far. */
export const scanJsonJob = defineJob<
  { readonly format: "json" | "ndjson"; readonly limits: ScanLimits },
  ScannedTable,
  number
>("scan.json", "thread");

/** A passage with the stems that it is found by. */
export interface CutPassage {
  readonly heading: string;
  readonly text: string;
  /** All stems together. */
  readonly length: number;
  readonly frequencies: ReadonlyMap<string, number>;
}

/** Emits passages in batches, in order; refuses before the first batch what it cannot read. */
export const cutDocumentJob = defineJob<
  { readonly fileName: string; readonly format: "markdown" | "text" },
  { readonly passages: number },
  readonly CutPassage[]
>("cut.document", "thread");

/** Checks a Parquet file and finds types that hold its values exactly. */
export const planParquetJob = defineJob<ParquetLimits, ParquetPlan>("plan.parquet", "process");

/** Writes the rows of a planned file as ClickHouse's Native format; emits the number of rows so far. */
export const writeParquetJob = defineJob<
  { readonly plan: Pick<ParquetPlan, "storages">; readonly limits: ParquetLimits },
  { readonly rows: number },
  number
>("write.parquet", "process");
