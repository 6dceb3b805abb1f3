import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaTree } from "hyparquet";
import { formatBytes } from "@/lib/base/bytes";
import type { JobBytes } from "@/lib/workers/job";
import { Refusal } from "../refusal";
import { checkColumnNames } from "../tables/column-names";
import { damaged, quoted } from "./damage";
import { BadThrift, walkStruct } from "./thrift";

export interface ParquetLimits {
  readonly maxColumns: number;
  /** Of one value, and of a row's texts. */
  readonly maxRowBytes: number;
  /** Of all pages unpacked. */
  readonly maxFileBytes: number;
}

/** A footer has one entry for each column and row group; 16 MiB is some 100,000 of them. */
const maxFooterBytes = 16 * 1024 * 1024;
const footerBounds = { maxNesting: 16, maxElements: 5_000_000 };
const maxRows = 100_000_000;
/** Schemas in use nest 4 or 5 levels deep. */
const maxSchemaDepth = 16;
/** "PAR1", the footer's length, "PAR1". */
const frameBytes = 12;

export interface Footer {
  readonly metadata: FileMetaData;
  readonly rows: number;
  /** The columns of the table. */
  readonly fields: readonly SchemaTree[];
  /** The pages of all columns end before this byte. */
  readonly dataEnd: number;
}

/** Reads and checks a file's footer. Throws a Refusal if the file is not Parquet, damaged, or too large. */
export function readFooter(bytes: JobBytes, limits: ParquetLimits): Footer {
  const size = bytes.size();
  if (size === 0) throw new Refusal("The file is empty.");
  const latin1 = new TextDecoder("latin1");
  const mark = latin1.decode(bytes.read(0, 4));
  if (mark === "PARE") throw new Refusal("The Parquet file is encrypted. Write it without encryption.");
  if (mark !== "PAR1") throw new Refusal("The content is not Parquet. Check that this is the right file.");
  const tail = bytes.read(Math.max(0, size - 8), 8);
  if (size < frameBytes || latin1.decode(tail.subarray(4)) !== "PAR1") {
    throw new Refusal(
      "The Parquet file was cut off: its footer is missing. Send it again, or write it anew.",
    );
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length + frameBytes > size)
    throw damaged(`its footer claims ${length} bytes, and the file has ${size}`);
  if (length > maxFooterBytes) {
    throw new Refusal(
      `The Parquet footer has ${formatBytes(length)}; at most ${formatBytes(maxFooterBytes)} are read. ` +
        "Write the file with fewer columns or larger row groups.",
    );
  }
  const metadata = parse(bytes.read(size - 8 - length, length + 8));
  const dataEnd = size - 8 - length;
  const rows = checkSizes(metadata, dataEnd, limits);
  return { metadata, rows, fields: checkFields(metadata, limits), dataEnd };
}

function parse(footer: Uint8Array): FileMetaData {
  try {
    walkStruct(footer.subarray(0, footer.length - 8), footerBounds);
    return parquetMetadata(footer, { geoparquet: false });
  } catch (error) {
    throw damaged(
      error instanceof BadThrift ? `in its footer ${error.message}` : "its footer cannot be read",
    );
  }
}

function checkSizes({ row_groups, num_rows }: FileMetaData, dataEnd: number, limits: ParquetLimits): number {
  const rows = count(num_rows, "its number of rows");
  if (rows === 0) throw new Refusal("The table has no rows.");
  if (rows > maxRows) throw new Refusal(`The table has more than ${maxRows / 1e6} million rows. Split it.`);
  let groupRows = 0;
  let unpacked = 0;
  for (const group of row_groups) {
    groupRows += count(group.num_rows, "the rows of a row group");
    for (const { meta_data: column, file_path } of group.columns) {
      if (file_path !== undefined) {
        throw new Refusal("The Parquet file keeps its columns in other files. Write it as one file.");
      }
      if (!column) throw new Refusal("The Parquet file is encrypted. Write it without encryption.");
      const packed = count(column.total_compressed_size, "a column's size");
      if (packed > dataEnd) throw damaged(`a column claims ${packed} bytes, and the file has ${dataEnd}`);
      unpacked += count(column.total_uncompressed_size, "a column's size");
    }
  }
  if (groupRows !== rows) throw damaged(`it claims ${rows} rows, and its row groups have ${groupRows}`);
  if (unpacked > limits.maxFileBytes) {
    throw new Refusal(
      `The file unpacks to ${formatBytes(unpacked)}; at most ${formatBytes(limits.maxFileBytes)} are read. Split it.`,
    );
  }
  return rows;
}

function checkFields(metadata: FileMetaData, limits: ParquetLimits): readonly SchemaTree[] {
  checkSchema(metadata.schema);
  const fields = parquetSchema(metadata).children;
  const names = fields.map(({ element }) => element.name);
  if (names.length === 0) throw new Refusal("The table has no columns.");
  checkColumnNames(names, limits.maxColumns);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Refusal(`Two columns are called ${quoted(twice)}. Give each its own name.`);
  const leaves = metadata.schema.filter(({ type }) => type !== undefined).length;
  for (const { columns } of metadata.row_groups) {
    if (columns.length !== leaves) {
      throw damaged(`a row group has ${columns.length} columns where the table has ${leaves}`);
    }
  }
  return fields;
}

/** The elements are a tree in preorder: each says how many children follow it. */
function checkSchema(schema: FileMetaData["schema"]): void {
  let at = 0;
  const walk = (depth: number) => {
    const element = schema[at++];
    if (!element) throw damaged("its schema ends too early");
    if (depth > maxSchemaDepth) {
      throw new Refusal(`The columns are nested deeper than ${maxSchemaDepth} levels. Flatten them.`);
    }
    const children = element.num_children ?? 0;
    if (children === 0 && element.type === undefined && depth > 0) {
      throw damaged(`the column ${quoted(element.name)} has no type`);
    }
    if (children < 0 || children > schema.length - at) throw damaged("its schema ends too early");
    if (typeof element.name !== "string") throw damaged("a column has no name");
    for (let child = 0; child < children; child++) walk(depth + 1);
  };
  walk(0);
  if (at !== schema.length) throw damaged("its schema has columns that belong nowhere");
}

function count(value: bigint | number | undefined, what: string): number {
  const number = Number(value ?? -1);
  if (!Number.isSafeInteger(number) || number < 0) throw damaged(`${what} is not a number that can be`);
  return number;
}
