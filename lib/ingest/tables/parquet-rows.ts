import { PassThrough, type Readable } from "node:stream";
import type { Result } from "@/lib/base/result";
import { Cancelled } from "@/lib/base/tasks";
import type { Spool } from "@/lib/workers/spool";
import { writeParquetJob } from "../jobs";
import type { ParquetLimits } from "../parquet/footer";
import type { ParquetPlan } from "../parquet/read-parquet";
import type { JobPool, LoadedTable } from "../ports";

export interface ParquetRows {
  /** The rows as they are to be stored; a process decodes them while they are read. */
  open(): Readable;
  /**
   * Runs what loads the rows. Where decoding them fails, that is the error, not what the database says to rows that
   * break off; where loading ends early, so does decoding. All of it has ended when this settles.
   */
  during(load: () => Promise<Result<LoadedTable>>): Promise<Result<LoadedTable>>;
}

interface ParquetSource {
  readonly plan: ParquetPlan;
  readonly limits: ParquetLimits;
  readonly spool: Spool;
  readonly pool: JobPool;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/** Megabytes on their way from the process to the database. */
const bufferBytes = 1024 * 1024;

export function openParquetRows({ plan, limits, spool, pool, signal, onRows }: ParquetSource): ParquetRows {
  const stop = new AbortController();
  const enough = new Cancelled("The rows are no longer read.");
  let decoding: Promise<unknown> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  return {
    open() {
      const output = new PassThrough({ highWaterMark: bufferBytes });
      const { storages } = plan;
      const input = { plan: { storages }, limits };
      const each = AbortSignal.any([signal, stop.signal]);
      decoding = pool
        .run(writeParquetJob, input, { signal: each, file: spool, output, onMessage: onRows })
        .catch((error: unknown) => {
          if (error !== enough) failure ??= { error };
        });
      return output;
    },
    async during(load) {
      const [loaded] = await Promise.allSettled([load()]);
      stop.abort(enough);
      await decoding;
      // In place of whatever the broken stream made of it.
      if (failure) throw failure.error;
      if (loaded.status === "rejected") throw loaded.reason;
      return loaded.value;
    },
  };
}
