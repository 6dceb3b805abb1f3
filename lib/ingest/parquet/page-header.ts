import type { Encoding, PageHeader as LibraryHeader } from "hyparquet";
import { Encodings } from "hyparquet/src/constants.js";
import type { JobBytes } from "@/lib/workers/job";
import { readStruct, type ThriftStruct } from "./thrift";

/** A page's header, its numbers checked for consistency. */
export interface PageHeader {
  readonly kind: "data" | "dictionary" | "other";
  /** Where the page's bytes begin. */
  readonly bodyAt: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly crc: number | undefined;
  /** Of a dictionary its entries, else entries of the levels. */
  readonly values: number;
  readonly encoding: Encoding;
  /** As the library reads a page of the second version. */
  readonly v2: SecondVersion | undefined;
}

export type SecondVersion = LibraryHeader & Required<Pick<LibraryHeader, "data_page_header_v2">>;

/** The bytes are not a header, or its numbers are impossible. */
class BadPageHeader extends Error {
  override readonly name = "BadPageHeader";
}

const bounds = { maxNesting: 8, maxElements: 1_000 };
/** A header has 20 to 100 bytes, but where it holds the least and the greatest of long texts. */
const usualBytes = 4 * 1024;
const maxHeaderBytes = 16 * 1024 * 1024;

/** Reads the header at `at` of a page that ends before `end`. Throws BadThrift or BadPageHeader. */
export function readPageHeader(bytes: JobBytes, at: number, end: number): PageHeader {
  const { struct, end: headerBytes } = readFrom(bytes, at, end);
  const number = (from: ThriftStruct, field: number): number => {
    const value = from.get(field);
    if (typeof value !== "number" || value < 0) throw new BadPageHeader(`field ${field} is no number`);
    return value;
  };
  const inner = (field: number): ThriftStruct => {
    const value = struct.get(field);
    if (!(value instanceof Map)) throw new BadPageHeader(`field ${field} is missing`);
    return value;
  };
  const common = {
    bodyAt: at + headerBytes,
    unpackedBytes: number(struct, 2),
    packedBytes: number(struct, 3),
    crc: typeof struct.get(4) === "number" ? Number(struct.get(4)) : undefined,
    v2: undefined,
  };
  switch (struct.get(1)) {
    case 0: {
      const data = inner(5);
      return { ...common, kind: "data", values: number(data, 1), encoding: encodingOf(number(data, 2)) };
    }
    case 2: {
      const data = inner(7);
      return { ...common, kind: "dictionary", values: number(data, 1), encoding: "PLAIN" };
    }
    case 3:
      return { ...common, kind: "data", ...secondVersion(inner(8), common, number) };
    default:
      return { ...common, kind: "other", values: 0, encoding: "PLAIN" };
  }
}

function secondVersion(
  data: ThriftStruct,
  { unpackedBytes, packedBytes }: { unpackedBytes: number; packedBytes: number },
  number: (from: ThriftStruct, field: number) => number,
): Pick<PageHeader, "values" | "encoding" | "v2"> {
  const values = number(data, 1);
  const nulls = number(data, 2);
  const definitionBytes = number(data, 5);
  const repetitionBytes = number(data, 6);
  const levelBytes = definitionBytes + repetitionBytes;
  if (nulls > values) throw new BadPageHeader("more nulls than values");
  if (levelBytes > packedBytes || levelBytes > unpackedBytes)
    throw new BadPageHeader("levels larger than page");
  const encoding = encodingOf(number(data, 4));
  // Of a page without any value there is nothing to unpack, and some writers leave nothing there.
  const isEmpty = nulls === values;
  return {
    values,
    encoding,
    v2: {
      type: "DATA_PAGE_V2",
      uncompressed_page_size: unpackedBytes,
      compressed_page_size: packedBytes,
      data_page_header_v2: {
        num_values: values,
        num_nulls: nulls,
        num_rows: number(data, 3),
        encoding: isEmpty ? "PLAIN" : encoding,
        definition_levels_byte_length: definitionBytes,
        repetition_levels_byte_length: repetitionBytes,
        is_compressed: !isEmpty && data.get(7) !== false,
      },
    },
  };
}

function readFrom(bytes: JobBytes, at: number, end: number): ReturnType<typeof readStruct> {
  try {
    return readStruct(bytes.read(at, Math.min(usualBytes, end - at)), 0, bounds);
  } catch (error) {
    if (end - at <= usualBytes) throw error;
    return readStruct(bytes.read(at, Math.min(maxHeaderBytes, end - at)), 0, bounds);
  }
}

function encodingOf(number: number): Encoding {
  const encoding = Encodings[number];
  if (!encoding) throw new BadPageHeader(`encoding ${number} is unknown`);
  return encoding;
}
