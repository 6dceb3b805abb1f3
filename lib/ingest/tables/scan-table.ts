import type { JobCode, JobContext } from "@/lib/workers/job";
import type { scanCsvJob, scanJsonJob } from "../jobs";
import { Refusal } from "../refusal";
import { textPieces, textStart } from "../text-check";
import { checkColumnNames, columnNames } from "./column-names";
import { findDelimiter } from "./csv-record";
import { CsvScan } from "./csv-scan";
import { JsonScan } from "./json-scan";

type CodeOf<J> = J extends {
  readonly types?: { input: infer I; output: infer O; message: infer M } | undefined;
}
  ? JobCode<I, O, M>
  : never;

/** The number of rows is reported every this many bytes. */
const reportBytes = 4 * 1024 * 1024;

export const scanCsv: CodeOf<typeof scanCsvJob> = async ({ isTsv, limits }, context) => {
  const { bytes } = context;
  const { start, skipped } = textStart(bytes);
  const scan = new CsvScan(isTsv ? "\t" : findDelimiter(new TextDecoder().decode(start)), limits);
  await scanPieces(context, skipped, (piece, position) => {
    scan.push(piece);
    if (isTsv) bytes.replace(position, piece);
    return scan.rows;
  });
  scan.end();
  const { header, storedDelimiter: delimiter, rows } = scan;
  if (header.every((name) => /^[-+\d.,%]*$/.test(name))) {
    throw new Refusal("The first line holds numbers instead of names. Put the names of the columns there.");
  }
  const names = columnNames(header, limits.maxColumns);
  if (rows === 0) throw new Refusal("The table has a header and no rows.");
  const bodyStart = skipped + scan.bodyStart;
  return {
    rows,
    columns: names.map((name, column) => ({ name, marks: scan.marksOf(column) })),
    bodyStart,
    head: headText(context, bodyStart, skipped + scan.headEnd),
    delimiter,
  };
};

export const scanJson: CodeOf<typeof scanJsonJob> = async ({ format, limits }, context) => {
  const { skipped } = textStart(context.bytes);
  const scan = new JsonScan(limits);
  await scanPieces(context, skipped, (piece) => {
    scan.push(piece);
    return scan.rows;
  });
  scan.end();
  const { rows, keys, isArray } = scan;
  if (rows === 0) throw new Refusal("The file holds no objects.");
  if (format === "json" && !isArray && rows === 1) {
    throw new Refusal("The file holds a single object. Send an array of objects, one for each row.");
  }
  if (keys.length === 0) throw new Refusal("The objects are empty. Each has to hold a row's values.");
  checkColumnNames(keys, limits.maxColumns);
  const head = headText(context, skipped, skipped + scan.headEnd);
  return {
    rows,
    columns: keys.map((name) => ({ name, marks: scan.marksOf(name) })),
    bodyStart: skipped,
    head: isArray ? `${head}]` : head,
  };
};

async function scanPieces(
  { bytes, emit }: JobContext<number>,
  skipped: number,
  scan: (piece: Uint8Array, position: number) => number,
): Promise<void> {
  let reported = 0;
  for (const { position, piece } of textPieces(bytes, skipped)) {
    const rows = scan(piece, position);
    if (position - reported < reportBytes) continue;
    reported = position;
    await emit(rows);
  }
}

function headText({ bytes }: JobContext<number>, start: number, end: number): string {
  return new TextDecoder().decode(bytes.read(start, end - start));
}
