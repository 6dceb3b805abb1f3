import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import type { Spool } from "@/lib/workers/spool";
import { checkColumnNames } from "./column-names";
import type { DatasetColumn, IngestLimits } from "./ports";
import { formatBytes, Refusal } from "./refusal";

/** A footer is one entry a column and row group; 16 MiB is some 100,000 of them. */
const maxFooterBytes = 16 * 1024 * 1024;
const maxRows = 100_000_000;

/**
 * The columns of a Parquet file from its footer. Throws a Refusal where it is no Parquet file, is nested, or
 * would unpack to more than a file may hold.
 */
export async function parquetColumns(
  spool: Spool,
  limits: IngestLimits,
): Promise<{ columns: DatasetColumn[]; rows: number }> {
  const metadata = await readFooter(spool);
  const unpacked = metadata.row_groups
    .flatMap((group) => group.columns)
    .reduce((sum, column) => sum + Number(column.meta_data?.total_uncompressed_size ?? 0), 0);
  if (unpacked > limits.maxFileBytes) {
    throw new Refusal(
      `The file unpacks to ${formatBytes(unpacked)}; at most ${formatBytes(limits.maxFileBytes)} are read. Split it.`,
    );
  }
  const rows = Number(metadata.num_rows);
  if (rows === 0) throw new Refusal("The table has no rows.");
  if (rows > maxRows) throw new Refusal(`The table has more than ${maxRows / 1e6} million rows. Split it.`);
  const fields = parquetSchema(metadata).children;
  checkColumnNames(
    fields.map((field) => field.element.name),
    limits.maxColumns,
  );
  const seen = new Set<string>();
  for (const { element } of fields) {
    if (seen.has(element.name)) {
      throw new Refusal(`Two columns are called “${element.name}”. Give each its own name.`);
    }
    seen.add(element.name);
  }
  return { columns: fields.map((field) => ({ name: field.element.name, type: columnType(field) })), rows };
}

async function readFooter(spool: Spool): Promise<FileMetaData> {
  const tail = await spool.read(Math.max(0, spool.bytes - 8), 8);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const hasMark = tail.length === 8 && new TextDecoder("latin1").decode(tail.subarray(4)) === "PAR1";
  if (!hasMark) throw new Refusal("The file is not Parquet, or was cut off: its footer is missing.");
  const footerBytes = view.getUint32(0, true);
  if (footerBytes > maxFooterBytes || footerBytes + 12 > spool.bytes) {
    throw new Refusal("The Parquet footer is damaged or too large. Write the file anew.");
  }
  const buffer: AsyncBuffer = {
    byteLength: spool.bytes,
    async slice(start, end) {
      const bytes = await spool.read(start, (end ?? spool.bytes) - start);
      return bytes.buffer as ArrayBuffer; // read() made it, whole and not shared
    },
  };
  try {
    return await parquetMetadataAsync(buffer);
  } catch {
    throw new Refusal("The Parquet footer cannot be read. Write the file anew.");
  }
}

/** ClickHouse's type for a Parquet field; every column is Nullable, as those of text files are. */
function columnType({ element, children }: SchemaTree): string {
  if (children.length > 0 || element.repetition_type === "REPEATED") {
    throw new Refusal(`The column “${element.name}” is nested. Flatten it to single values.`);
  }
  return `Nullable(${scalarType(element)})`;
}

function scalarType(element: SchemaTree["element"]): string {
  const logical = element.logical_type;
  const converted = element.converted_type;
  if (logical?.type === "DECIMAL" || converted === "DECIMAL") {
    const { precision = 38, scale = 0 } = element;
    return precision <= 76 ? `Decimal(${precision}, ${scale})` : "String";
  }
  if (logical?.type === "DATE" || converted === "DATE") return "Date32";
  if (logical?.type === "TIMESTAMP" || converted === "TIMESTAMP_MILLIS" || converted === "TIMESTAMP_MICROS") {
    return "DateTime64(6, 'UTC')";
  }
  switch (element.type) {
    case "BOOLEAN":
      return "Bool";
    case "INT32":
    case "INT64":
      return converted === "UINT_64" ||
        (logical?.type === "INTEGER" && !logical.isSigned && logical.bitWidth === 64)
        ? "UInt64"
        : "Int64";
    case "INT96":
      return "DateTime64(6, 'UTC')";
    case "FIXED_LEN_BYTE_ARRAY":
      throw new Refusal(`The column “${element.name}” holds raw bytes. Write it as text or numbers.`);
    case "FLOAT":
    case "DOUBLE":
      return "Float64";
    default:
      return "String";
  }
}
