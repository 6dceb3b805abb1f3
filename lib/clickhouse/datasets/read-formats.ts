import type { ClickHouseSettings } from "@clickhouse/client";
import type { TableFormat } from "@/lib/ingest/ports";
import { databaseErrorCode, isWorthAnotherTry } from "../connection/errors";

/** ClickHouse's names. JSONEachRow also takes an array of objects; CSV takes any delimiter. */
export const formatNames = { csv: "CSV", json: "JSONEachRow", native: "Native" } as const;

/** Settings of ClickHouse's readers: strict about shape, forgiving about how a value is written. */
export function readSettings(format: TableFormat): ClickHouseSettings {
  return {
    schema_inference_make_columns_nullable: 1,
    // The head is bounded by its bytes.
    input_format_max_rows_to_read_for_schema_inference: "1000000",
    input_format_allow_errors_num: "0",
    date_time_input_format: "best_effort",
    ...(format.kind === "csv" && {
      format_csv_delimiter: format.delimiter,
      format_csv_allow_single_quotes: 0,
      format_csv_allow_double_quotes: 1,
      // The header was read already; a first row that looks like one is a row.
      input_format_csv_detect_header: 0,
      input_format_csv_skip_trailing_empty_lines: 1,
      input_format_csv_empty_as_default: 1,
    }),
    ...(format.kind === "json" && {
      // A key that no column stands for would be dropped without a word otherwise.
      input_format_skip_unknown_fields: 0,
      input_format_json_read_objects_as_strings: 1,
      input_format_json_read_arrays_as_strings: 1,
      input_format_json_read_numbers_as_strings: 1,
      input_format_json_read_bools_as_strings: 1,
    }),
  };
}

/** Codes with which ClickHouse says that the bytes do not fit the format or the columns' types. */
const misfits: ReadonlySet<string> = new Set([
  "6", // CANNOT_PARSE_TEXT
  "7", // INCORRECT_NUMBER_OF_COLUMNS
  "25", // CANNOT_PARSE_ESCAPE_SEQUENCE
  "26", // CANNOT_PARSE_QUOTED_STRING
  "27", // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  "32", // ATTEMPT_TO_READ_AFTER_EOF
  "33", // CANNOT_READ_ALL_DATA
  "38", // CANNOT_PARSE_DATE
  "41", // CANNOT_PARSE_DATETIME
  "53", // TYPE_MISMATCH
  "69", // ARGUMENT_OUT_OF_BOUND
  "70", // CANNOT_CONVERT_TYPE
  "72", // CANNOT_PARSE_NUMBER
  "117", // INCORRECT_DATA
  "131", // TOO_LARGE_STRING_SIZE
  "321", // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  "349", // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  "407", // DECIMAL_OVERFLOW
  "467", // CANNOT_PARSE_BOOL
  "636", // CANNOT_EXTRACT_TABLE_STRUCTURE
]);

export function isMisfit(code: string | undefined): boolean {
  return code !== undefined && misfits.has(code);
}

/** What a person can use of ClickHouse's message: its first sentence, with the row where it names one. */
export function misfitReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const row = /\(at row (\d+)\)/.exec(message)?.[1];
  const first = message
    .replace(/^[\s\S]*DB::Exception: /, "")
    .replace(/\s*\(at row \d+\)[\s\S]*$/, "")
    .replace(/\s*: While executing[\s\S]*$/, "")
    .replace(/\s*\([A-Z_]{3,}\)[\s\S]*$/, "")
    .replace(/\s+/g, " ")
    .replace(/[\s.:]+$/, "")
    .slice(0, 200);
  return `${row ? `Row ${row} cannot be read` : "The rows cannot be read"}: ${first}.`;
}

const memoryLimitExceeded = "241";

/**
 * Why the database refused what one file gave it, or undefined where it is away or short of what all files need.
 * Memory counts as the file's: each statement has its own limit, and the other files stay below it.
 */
export function refusalOf(error: unknown): string | undefined {
  const code = databaseErrorCode(error);
  if (code === undefined) return undefined;
  if (code === memoryLimitExceeded) {
    return "The database ran out of memory while it stored the file. Split it into smaller ones.";
  }
  if (isWorthAnotherTry(error)) return undefined;
  return `The database refused the file. ${misfitReason(error)}`;
}
