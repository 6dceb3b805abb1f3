import { normaliseValue } from "@/lib/text/values";
import { openSpool, type Spool } from "@/lib/workers/spool";
import { checkedText, limitedBytes, peekable } from "./checked-bytes";
import { checkColumnNames, columnNames } from "./column-names";
import { columnType } from "./column-types";
import { findDelimiter } from "./csv-record";
import { CsvScan } from "./csv-scan";
import type { FileFormat } from "./file-names";
import { JsonScan } from "./json-scan";
import { parquetColumns } from "./parquet-columns";
import type { CellValue, DatasetColumn, DatasetDraft, IngestOptions, LoadedTable, TableInput } from "./ports";
import { Refusal } from "./refusal";

export type TableFileFormat = Exclude<FileFormat, "markdown" | "text">;

export interface IncomingTable {
  readonly fileName: string;
  readonly dataset: string;
  readonly format: TableFileFormat;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads a table into a new version of its dataset. Throws a Refusal, having left nothing behind. */
export async function ingestTable(
  file: IncomingTable,
  { writer, limits, signal }: IngestOptions,
  onRows: (rows: number) => void,
): Promise<{ table: LoadedTable; bytes: number }> {
  const spool = await openSpool();
  try {
    const chunks = limitedBytes(file.chunks, limits.maxFileBytes);
    const input = await receive(file.format, chunks);
    const draft = writer.draft();
    try {
      const loaded = await draft.loadTable(input, signal);
      if (!loaded.ok) throw new Refusal(loaded.error);
      onRows(loaded.value.rows);
      await addValues(draft, loaded.value.columns);
      const { dataset: name, fileName } = file;
      await draft.commit({ name, kind: "table", files: [fileName], bytes: spool.bytes }, signal);
      return { table: loaded.value, bytes: spool.bytes };
    } catch (error) {
      await draft.discard();
      throw error;
    }
  } finally {
    await spool.close();
  }

  async function receive(format: TableFileFormat, source: AsyncIterable<Uint8Array>): Promise<TableInput> {
    if (format === "parquet") return await receiveParquet(source);
    if (format === "csv" || format === "tsv") return await receiveCsv(source, format === "tsv");
    return await receiveJson(source, format);
  }

  async function keep(source: AsyncIterable<Uint8Array>, scan: (chunk: Uint8Array) => number): Promise<void> {
    for await (const chunk of source) {
      signal.throwIfAborted();
      onRows(scan(chunk));
      await spool.write(chunk);
    }
    signal.throwIfAborted();
    if (spool.bytes === 0) throw new Refusal("The file is empty.");
  }

  async function receiveCsv(source: AsyncIterable<Uint8Array>, isTsv: boolean): Promise<TableInput> {
    let scan: CsvScan | undefined;
    await keep(checkedText(source), (chunk) => {
      if (!scan) {
        const delimiter = isTsv ? "\t" : findDelimiter(new TextDecoder().decode(chunk));
        scan = new CsvScan(delimiter, limits);
      }
      scan.push(chunk);
      return scan.rows;
    });
    if (!scan) throw new Refusal("The file is empty.");
    scan.end();
    const { header, bodyStart, headEnd } = scan;
    const marks = header.map((_, column) => scan?.marksOf(column) ?? 0);
    if (header.every((name) => /^[-+\d.,%]*$/.test(name))) {
      throw new Refusal("The first line holds numbers instead of names. Put the names of the columns there.");
    }
    const names = columnNames(header, limits.maxColumns);
    if (scan.rows === 0) throw new Refusal("The table has a header and no rows.");

    const format = { kind: "csv", delimiter: scan.storedDelimiter } as const;
    const head = await headText(spool, bodyStart, headEnd);
    const found = await describe(format, head);
    const columns = names.map((name, index) => ({
      name,
      type: columnType(found[index]?.type ?? "String", marks[index] ?? 0),
    }));
    return { format, columns, untyped: new Set(), open: () => spool.stream(bodyStart) };
  }

  async function receiveJson(
    source: AsyncIterable<Uint8Array>,
    format: "json" | "ndjson",
  ): Promise<TableInput> {
    const scan = new JsonScan(limits);
    await keep(checkedText(source), (chunk) => {
      scan.push(chunk);
      return scan.rows;
    });
    scan.end();
    if (scan.rows === 0) throw new Refusal("The file holds no objects.");
    if (format === "json" && !scan.isArray && scan.rows === 1) {
      throw new Refusal("The file holds a single object. Send an array of objects, one for each row.");
    }
    if (scan.keys.length === 0) throw new Refusal("The objects are empty. Each has to hold a row's values.");
    checkColumnNames(scan.keys, limits.maxColumns);

    const head = await headText(spool, 0, scan.headEnd);
    const found = await describe({ kind: "json" }, scan.isArray ? `${head}]` : head);
    const types = new Map(found.map((column) => [column.name, column.type]));
    const columns = scan.keys.map((name) => ({
      name,
      type: columnType(types.get(name) ?? "String", scan.marksOf(name)),
    }));
    const untyped = new Set(scan.keys.filter((name) => !types.has(name)));
    return { format: { kind: "json" }, columns, untyped, open: () => spool.stream(0) };
  }

  async function receiveParquet(source: AsyncIterable<Uint8Array>): Promise<TableInput> {
    let isFirst = true;
    await keep(peekable(source), (chunk) => {
      if (isFirst && new TextDecoder("latin1").decode(chunk.subarray(0, 4)) !== "PAR1") {
        throw new Refusal("The content is not Parquet. Check that this is the right file.");
      }
      isFirst = false;
      return 0;
    });
    const { columns } = await parquetColumns(spool, limits);
    return { format: { kind: "parquet" }, columns, untyped: new Set(), open: () => spool.stream(0) };
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

async function headText(spool: Spool, start: number, end: number): Promise<string> {
  return new TextDecoder().decode(await spool.read(start, end - start));
}
