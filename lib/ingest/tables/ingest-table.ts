import { Readable } from "node:stream";
import { normaliseValue } from "@/lib/text/values";
import type { Spool } from "@/lib/workers/spool";
import type { FileFormat } from "../file-names";
import { planParquetJob, scanCsvJob, scanJsonJob } from "../jobs";
import type {
  CellValue,
  DatasetColumn,
  DatasetDraft,
  FileProgress,
  IngestOptions,
  LoadedTable,
  TableInput,
} from "../ports";
import { Refusal } from "../refusal";
import { withReceived } from "../upload/receive-file";
import { columnType } from "./column-types";
import { openParquetRows, type ParquetRows } from "./parquet-rows";

type TableFileFormat = Exclude<FileFormat, "markdown" | "text">;

export interface IncomingTable {
  readonly fileName: string;
  readonly dataset: string;
  readonly format: TableFileFormat;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Receives a table and loads it into a new version of its dataset. Throws a Refusal, having left nothing behind. */
export function ingestTable(
  file: IncomingTable,
  options: IngestOptions,
  progress: FileProgress,
): Promise<{ table: LoadedTable; bytes: number }> {
  return withReceived(file.chunks, options.limits.maxFileBytes, options, (spool, signal) =>
    storeTable(file, spool, { ...options, signal }, progress),
  );
}

async function storeTable(
  { fileName, dataset, format }: IncomingTable,
  spool: Spool,
  { writer, pool, limits, signal }: IngestOptions,
  progress: FileProgress,
): Promise<{ table: LoadedTable; bytes: number }> {
  let parquet: ParquetRows | undefined;
  const scanLimits = { maxColumns: limits.maxColumns, maxRowBytes: limits.maxRowBytes };
  const onMessage = (rows: number) => progress.rows(rows);
  const input = await readInput();
  const draft = writer.draft();
  try {
    const loaded = await (parquet
      ? parquet.during(() => draft.loadTable(input, signal))
      : draft.loadTable(input, signal));
    if (!loaded.ok) throw new Refusal(loaded.error);
    progress.rows(loaded.value.rows);
    await addValues(draft, loaded.value.columns);
    await draft.commit({ name: dataset, kind: "table", files: [fileName], bytes: spool.bytes }, signal);
    progress.stored(spool.bytes);
    return { table: loaded.value, bytes: spool.bytes };
  } catch (error) {
    await draft.discard();
    throw error;
  }

  async function readInput(): Promise<TableInput> {
    if (format === "parquet") return await readParquet();
    if (format === "csv" || format === "tsv") return await readCsv(format === "tsv");
    return await readJson(format);
  }

  /** The rows from a place on, with what the database has taken of them said as it takes it. */
  function rowsFrom(start: number): Readable {
    const counted = async function* () {
      let taken = start;
      for await (const chunk of spool.stream(start)) {
        yield chunk as Uint8Array;
        taken += (chunk as Uint8Array).length;
        progress.stored(taken);
      }
    };
    return Readable.from(counted(), { objectMode: false });
  }

  async function readCsv(isTsv: boolean): Promise<TableInput> {
    const { delimiter, head, bodyStart, columns } = await pool.run(
      scanCsvJob,
      { isTsv, limits: scanLimits },
      { signal, file: spool, onMessage },
    );
    const format = { kind: "csv", delimiter } as const;
    const found = await describe(format, head);
    const typed = columns.map(({ name, marks }, index) => ({
      name,
      // Where the database finds fewer columns than the header names, the rest are text.
      type: columnType(found[index]?.type ?? "String", marks),
    }));
    return { format, columns: typed, untyped: new Set(), open: () => rowsFrom(bodyStart) };
  }

  async function readJson(kind: "json" | "ndjson"): Promise<TableInput> {
    const { head, bodyStart, columns } = await pool.run(
      scanJsonJob,
      { format: kind, limits: scanLimits },
      { signal, file: spool, onMessage },
    );
    const found = await describe({ kind: "json" }, head);
    const types = new Map(found.map((column) => [column.name, column.type]));
    const typed = columns.map(({ name, marks }) => ({
      name,
      type: columnType(types.get(name) ?? "String", marks),
    }));
    const untyped = new Set(columns.map(({ name }) => name).filter((name) => !types.has(name)));
    return { format: { kind: "json" }, columns: typed, untyped, open: () => rowsFrom(bodyStart) };
  }

  async function readParquet(): Promise<TableInput> {
    const { maxColumns, maxRowBytes, maxFileBytes } = limits;
    const parquetLimits = { maxColumns, maxRowBytes, maxFileBytes };
    const plan = await pool.run(planParquetJob, parquetLimits, { signal, file: spool });
    const rows = openParquetRows({ plan, limits: parquetLimits, spool, pool, signal, onRows: progress.rows });
    parquet = rows;
    return { format: { kind: "native" }, columns: plan.columns, untyped: new Set(), open: rows.open };
  }

  async function describe(format: TableInput["format"], head: string): Promise<readonly DatasetColumn[]> {
    const found = await writer.describe(format, head, signal);
    if (!found.ok) throw new Refusal(found.error);
    return found.value;
  }

  async function addValues(draft: DatasetDraft, columns: LoadedTable["columns"]): Promise<void> {
    let held: CellValue[] = [];
    for (const group of groupColumns(columns)) {
      for await (const batch of draft.distinctValues(group, maxValueChars, signal)) {
        for (const counted of batch) {
          const phrase = normaliseValue(counted.value);
          if (phrase !== "") held.push({ ...counted, phrase });
        }
        if (held.length < batchValues) continue;
        await draft.addCellValues(held, signal);
        held = [];
      }
    }
    if (held.length > 0) await draft.addCellValues(held, signal);
  }
}

/** Columns whose values are counted by one statement: it holds all of them in the database's memory. */
const groupValues = 200_000;
const groupSize = 50;
/** A table of many columns of names is found by those that come first. */
const maxTableValues = 1_000_000;

/** The columns whose values are kept for finding, in groups. */
function groupColumns(columns: LoadedTable["columns"]): string[][] {
  const groups: string[][] = [];
  let inGroup = 0;
  let inTable = 0;
  for (const { name, type, distinct } of columns) {
    if (distinct === 0 || distinct > maxValuesOf(type) || inTable + distinct > maxTableValues) continue;
    const group = groups.at(-1);
    if (group && inGroup + distinct <= groupValues && group.length < groupSize) group.push(name);
    else {
      groups.push([name]);
      inGroup = 0;
    }
    inGroup += distinct;
    inTable += distinct;
  }
  return groups;
}

/** Values of one insert. */
const batchValues = 10_000;

/** A value that a question names is short; a longer one is prose. */
const maxValueChars = 80;

/** How many different values a column may have for them to be found by: names yes, measurements no. */
function maxValuesOf(type: string): number {
  if (/String/.test(type)) return 100_000;
  // Years, floors, dates of a few events.
  return /^Nullable\((U?Int64|Date32)\)$/.test(type) ? 200 : 0;
}
