import { brotliDecompressSync, crc32, gunzipSync } from "node:zlib";
import type { Compressors, DecodedArray, RowGroup } from "hyparquet";
import { readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import { decompressLz4, decompressLz4Raw, decompressSnappy, decompressZstd } from "hyparquet-compressors";
import { formatBytes } from "@/lib/base/bytes";
import { at, uint8At } from "@/lib/base/checked";
import type { JobBytes } from "@/lib/workers/job";
import { Refusal } from "../refusal";
import { checkRuns } from "./check-runs";
import { damaged, quoted } from "./damage";
import type { Leaf } from "./leaf";
import { type PageHeader, readPageHeader, type SecondVersion } from "./page-header";

/** A page of a leaf: levels where its path has any, and the values that are there. */
export interface LeafPage {
  /** Entries of the levels; without levels, of the values. */
  readonly count: number;
  /** Undefined where every entry has a value. */
  readonly definition: readonly number[] | undefined;
  /** Undefined where no entry repeats. */
  readonly repetition: readonly number[] | undefined;
  readonly values: DecodedArray;
}

export interface ColumnChunk {
  readonly bytes: JobBytes;
  readonly leaf: Leaf;
  readonly group: RowGroup;
  /** All pages end before this byte. */
  readonly dataEnd: number;
}

/** Writers make pages of 1 MiB; some make one of a whole row group. It is unpacked in memory. */
const maxPageBytes = 256 * 1024 * 1024;
/** Some writers leave a page's header out of a chunk's size. */
const slackBytes = 1024;

/** The pages of a column chunk in order, one at a time. Throws a Refusal where one is damaged. */
export function* leafPages(chunk: ColumnChunk): Generator<LeafPage> {
  let dictionary: DecodedArray | undefined;
  for (const page of rawPages(chunk)) {
    if (page.header.kind === "dictionary") dictionary = readDictionary(chunk, page);
    else yield within(chunk, () => readLeafPage(chunk, page, dictionary));
  }
}

/**
 * Every value that a column chunk can hold, in no order: those of its dictionary, and those of the pages that do
 * without one. What refers to the dictionary is not unpacked.
 */
export function* leafValues(chunk: ColumnChunk): Generator<DecodedArray> {
  for (const page of rawPages(chunk)) {
    if (page.header.kind === "dictionary") yield readDictionary(chunk, page);
    else if (!isDictionaryEncoding(page.header.encoding)) {
      yield within(chunk, () => readLeafPage(chunk, page, undefined).values);
    }
  }
}

interface RawPage {
  readonly header: PageHeader;
  readonly body: Uint8Array;
}

/** Reads the chunk's pages as they are, and holds what they claim against the chunk. */
function* rawPages(chunk: ColumnChunk): Generator<RawPage> {
  const { bytes, leaf, group, dataEnd } = chunk;
  const column = group.columns[leaf.index]?.meta_data;
  if (!column) throw damaged(`the column ${nameOf(leaf)} is missing`);
  const first = Number(column.data_page_offset);
  const dictionary = Number(column.dictionary_page_offset ?? 0);
  const start = dictionary > 0 && dictionary < first ? dictionary : first;
  const end = Math.min(dataEnd, start + Number(column.total_compressed_size) + slackBytes);
  if (!(start >= 4 && start <= end)) throw damaged(`the column ${nameOf(leaf)} lies outside of the file`);
  const values = Number(column.num_values);
  if (leaf.maxRepetition === 0 && values !== Number(group.num_rows)) {
    throw damaged(`the column ${nameOf(leaf)} has ${values} values in ${group.num_rows} rows`);
  }
  let unpackedLeft = Number(column.total_uncompressed_size) + slackBytes;
  let seen = 0;
  let hasDictionary = false;
  for (let at = start; seen < values; ) {
    if (at >= end) throw damaged(`the column ${nameOf(leaf)} has ${seen} values instead of ${values}`);
    const header = within(chunk, () => readPageHeader(bytes, at, end));
    const { bodyAt, packedBytes, unpackedBytes } = header;
    if (packedBytes > end - bodyAt) {
      throw damaged(`a page of the column ${nameOf(leaf)} claims ${packedBytes} bytes of ${end - bodyAt}`);
    }
    if (unpackedBytes > maxPageBytes) {
      throw new Refusal(
        `A page of the column ${nameOf(leaf)} unpacks to ${formatBytes(unpackedBytes)}; at most ` +
          `${formatBytes(maxPageBytes)} are read. Write the file with smaller pages or row groups.`,
      );
    }
    unpackedLeft -= unpackedBytes;
    if (unpackedLeft < 0)
      throw damaged(`the pages of the column ${nameOf(leaf)} unpack to more than it says`);
    at = bodyAt + packedBytes;
    if (header.kind === "other") continue;
    if (header.kind === "dictionary") {
      if (hasDictionary) throw damaged(`the column ${nameOf(leaf)} has two dictionaries`);
      hasDictionary = true;
    } else {
      seen += header.values;
      if (seen > values)
        throw damaged(`the column ${nameOf(leaf)} has more values than the ${values} it says`);
    }
    const body = bytes.read(bodyAt, packedBytes);
    if (header.crc !== undefined && crc32(body) !== header.crc >>> 0) {
      throw damaged(`a page of the column ${nameOf(leaf)} does not match its checksum`);
    }
    yield { header, body };
  }
}

function readDictionary(chunk: ColumnChunk, { header, body }: RawPage): DecodedArray {
  return within(chunk, () => {
    const page = unpack(chunk, body, header.unpackedBytes);
    const { type, type_length: length } = elementOf(chunk.leaf);
    const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
    return readPlain(reader, type, header.values, length);
  });
}

function readLeafPage(
  chunk: ColumnChunk,
  { header, body }: RawPage,
  dictionary: DecodedArray | undefined,
): LeafPage {
  const { values: count, encoding, v2, unpackedBytes } = header;
  const { leaf } = chunk;
  const element = elementOf(leaf);
  const decoder = {
    pathInSchema: [],
    schemaPath: [...leaf.path],
    element,
    type: element.type,
    codec: codecOf(chunk),
    compressors: compressorsOf,
    parsers: noParsers,
  };
  const page = v2 ? unpackSecond(chunk, body, v2) : unpack(chunk, body, unpackedBytes);
  checkPageRuns(leaf, header, page);
  const read = v2
    ? readDataPageV2(page, isUnpacked(v2), decoder)
    : readDataPage(page, { num_values: count, encoding, ...levelEncodings }, decoder);
  const definition = read.definitionLevels?.length ? read.definitionLevels : undefined;
  const repetition = read.repetitionLevels.length > 0 ? read.repetitionLevels : undefined;
  let present = count;
  if (definition) {
    if (definition.length !== count) throw damaged(`a page of the column ${nameOf(leaf)} has wrong levels`);
    present = 0;
    for (const level of definition) if (level === leaf.maxDefinition) present++;
  }
  if (repetition && repetition.length !== count) {
    throw damaged(`a page of the column ${nameOf(leaf)} has wrong levels`);
  }
  if (read.dataPage.length !== present) {
    // A page without a value can hold one all the same: the first of a delta encoding.
    if (present > 0) throw damaged(`a page of the column ${nameOf(leaf)} has not as many values as it says`);
    return { count, definition, repetition, values: [] };
  }
  const values = isDictionaryEncoding(encoding) ? lookUp(leaf, read.dataPage, dictionary) : read.dataPage;
  return { count, definition, repetition, values };
}

/** A page of the second version with its values unpacked; its levels never were packed. */
function unpackSecond(chunk: ColumnChunk, body: Uint8Array, v2: SecondVersion): Uint8Array {
  const { is_compressed, repetition_levels_byte_length, definition_levels_byte_length } =
    v2.data_page_header_v2;
  if (is_compressed === false) return body;
  const levelBytes = repetition_levels_byte_length + definition_levels_byte_length;
  const values = unpack(chunk, body.subarray(levelBytes), v2.uncompressed_page_size - levelBytes);
  return Buffer.concat([body.subarray(0, levelBytes), values]);
}

function isUnpacked(v2: SecondVersion): SecondVersion {
  return { ...v2, data_page_header_v2: { ...v2.data_page_header_v2, is_compressed: false } };
}

/** Throws RangeError where levels or indexes claim more than the page's values. `page` is unpacked. */
function checkPageRuns(leaf: Leaf, { values: count, encoding, v2 }: PageHeader, page: Uint8Array): void {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const second = v2?.data_page_header_v2;
  let at = 0;
  for (const [most, bytes] of [
    [leaf.maxRepetition, second?.repetition_levels_byte_length],
    [leaf.maxDefinition, second?.definition_levels_byte_length],
  ] as const) {
    if (most > 0) {
      const start = bytes === undefined ? at + 4 : at;
      checkRuns(page, start, 32 - Math.clz32(most), count);
      at = start + (bytes ?? view.getUint32(at, true));
    } else at += bytes ?? 0;
  }
  if (elementOf(leaf).type === "BOOLEAN" && encoding === "RLE") checkRuns(page, at + 4, 1, count);
  else if (isDictionaryEncoding(encoding) && at < page.length)
    checkRuns(page, at + 1, uint8At(page, at), count);
}

function lookUp(leaf: Leaf, indexes: DecodedArray, dictionary: DecodedArray | undefined): DecodedArray {
  if (!dictionary) throw damaged(`the column ${nameOf(leaf)} lacks its dictionary`);
  const Kind = dictionary.constructor as { new (length: number): DecodedArray };
  const values = new Kind(indexes.length);
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i];
    if (!(index >= 0 && index < dictionary.length)) {
      throw damaged(`the column ${nameOf(leaf)} refers to what is not in its dictionary`);
    }
    values[i] = dictionary[index];
  }
  return values;
}

function isDictionaryEncoding(encoding: string): boolean {
  return encoding === "PLAIN_DICTIONARY" || encoding === "RLE_DICTIONARY";
}

function unpack(chunk: ColumnChunk, body: Uint8Array, length: number): Uint8Array {
  const codec = codecOf(chunk);
  const page = codec === "UNCOMPRESSED" ? body : compressorsOf[codec]?.(body, length);
  if (!page) {
    throw new Refusal(
      `The column ${nameOf(chunk.leaf)} is compressed with ${codec}, which is not read here. ` +
        "Write the file with Zstandard or Snappy.",
    );
  }
  if (page.length !== length) throw new Error("The page has not the length that its header says.");
  return page;
}

/** Node's own where it has them: faster, and bounded. */
const compressorsOf: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  SNAPPY: (input, length) => decompressSnappy(input, length),
  ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
  LZ4: (input, length) => decompressLz4(input, length),
  LZ4_RAW: (input, length) => decompressLz4Raw(input, length),
};

/** Runs what reads a page; whatever it throws means that the page is not what it should be. */
function within<T>({ leaf }: ColumnChunk, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw damaged(`a page of the column ${nameOf(leaf)} cannot be unpacked or read`);
  }
}

function codecOf({ leaf, group }: ColumnChunk) {
  return at(group.columns, leaf.index).meta_data?.codec ?? "UNCOMPRESSED";
}

function elementOf({ path }: Leaf) {
  const element = path.at(-1)?.element;
  if (!element?.type) throw new Error("A leaf has a type: its meaning was found by it.");
  return { ...element, type: element.type };
}

export function nameOf({ path }: Leaf): string {
  return quoted(path.at(-1)?.path.join(".") ?? "");
}

/** The only encoding of levels in use; the library takes it for granted. */
const levelEncodings = { definition_level_encoding: "RLE", repetition_level_encoding: "RLE" } as const;

/** Values stay as they are stored: what the library would make of them is not exact. */
const noParsers = {} as Parameters<typeof readDataPage>[2]["parsers"];
