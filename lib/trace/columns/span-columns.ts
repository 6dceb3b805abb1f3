import { at } from "@/lib/base/checked";
import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import { workKinds } from "../names";
import { spanKinds, statusCodes } from "../span";
import type { IndexColumn } from "./index-column";
import { linkParents } from "./span-ids";

/**
 * A run's spans as typed columns: what travels (application/vnd.jiva.spans), what the timeline holds, and
 * what an exported file carries. 100,000 spans are 3.9 MB here against 9.4 MB as JSON columns, and decoding
 * copies nothing: every column is a view into the bytes that arrived.
 *
 * Bytes, little-endian: magic "JVSP" · u32 length of the header · header (JSON, UTF-8, padded with spaces so
 * that the columns begin at a multiple of 8; `about` is the sender's and not looked at here) · start f64[n] · duration f64[n] · id u32[2n] · parent id
 * u32[2n] · trace · name · service (u8, u16 or u32 as their dictionaries need) · kind and status u8[n] (kind
 * in the low four bits) · work u8[n]. Each column is padded with zeros to a multiple of 8. Parents travel as
 * ids and are linked by the reader, so no index that arrives has to be trusted.
 */

export interface SpanColumns {
  readonly runId: string;
  /** Since the epoch; every offset below counts from here. */
  readonly startNs: Nanoseconds;
  readonly count: number;
  /** Spans of the run in the store: `count` and those that were left out. */
  readonly total: number;
  readonly leftOut: number;
  /** A run may hold several traces: trace and id together identify a span. */
  readonly traceIds: readonly string[];
  readonly names: readonly string[];
  readonly services: readonly string[];
  readonly startOffsetNs: Float64Array;
  readonly durationNs: Float64Array;
  /** Two words a span, the higher one first. */
  readonly spanIds: Uint32Array;
  /** Two words a span; both 0 for a root. */
  readonly parentIds: Uint32Array;
  /** Index of the parent, or -1 where there is none among these spans. */
  readonly parent: Int32Array;
  readonly trace: IndexColumn;
  readonly name: IndexColumn;
  readonly service: IndexColumn;
  /** Index into `spanKinds` | index into `statusCodes` << 4. */
  readonly kindAndStatus: Uint8Array;
  /** Index into `workKinds`. */
  readonly work: Uint8Array;
}

/** The bytes are not what they claim to be. */
export class BadSpanColumns extends Error {
  override readonly name = "BadSpanColumns";
}

/** More spans than this are not held in one answer; also what stops a lying header from reserving memory. */
export const maxSpans = 5_000_000;

const magic = 0x5053564a; // "JVSP" read as a little-endian u32
const version = 1;

interface Header {
  readonly v: number;
  readonly n: number;
  readonly runId: string;
  readonly startNs: string;
  readonly total: number;
  readonly leftOut: number;
  readonly traceIds: readonly string[];
  readonly names: readonly string[];
  readonly services: readonly string[];
  readonly about?: unknown;
}

function indexBytes(dictionarySize: number): 1 | 2 | 4 {
  return dictionarySize <= 0x100 ? 1 : dictionarySize <= 0x10000 ? 2 : 4;
}

const padded = (bytes: number) => (bytes + 7) & ~7;

/** The columns in the order in which they travel, with their sizes in bytes. */
function columnBytes(n: number, header: Pick<Header, "traceIds" | "names" | "services">): number[] {
  return [
    8 * n,
    8 * n,
    8 * n,
    8 * n,
    n * indexBytes(header.traceIds.length),
    n * indexBytes(header.names.length),
    n * indexBytes(header.services.length),
    n,
    n,
  ];
}

/** Bytes of application/vnd.jiva.spans. `about` is whatever else of the run travels along, as JSON. */
export function encodeSpanColumns(columns: SpanColumns, about?: unknown): Uint8Array<ArrayBuffer> {
  const header: Header = {
    v: version,
    n: columns.count,
    runId: columns.runId,
    startNs: columns.startNs.toString(),
    total: columns.total,
    leftOut: columns.leftOut,
    traceIds: columns.traceIds,
    names: columns.names,
    services: columns.services,
    about,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = padded(8 + json.length) - 8;
  const sizes = columnBytes(columns.count, header);
  const bytes = new Uint8Array(8 + headerBytes + sizes.reduce((sum, size) => sum + padded(size), 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, headerBytes, true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);

  let end = 8 + headerBytes;
  const put = (column: Float64Array | Uint32Array | IndexColumn, size: number) => {
    if (column.byteLength !== size)
      throw new BadSpanColumns("A column is not as long as the spans are many.");
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), end);
    end += padded(size);
  };
  const inOrder = [
    columns.startOffsetNs,
    columns.durationNs,
    columns.spanIds,
    columns.parentIds,
    columns.trace,
    columns.name,
    columns.service,
    columns.kindAndStatus,
    columns.work,
  ];
  for (const [i, column] of inOrder.entries()) put(column, at(sizes, i));
  return bytes;
}

/** What `encodeSpanColumns` was given; `about` is unchecked. */
interface SentColumns {
  readonly columns: SpanColumns;
  readonly about: unknown;
}

/**
 * Columns out of bytes, without copying them. Throws BadSpanColumns for anything else than what
 * `encodeSpanColumns` makes: cut short, lying lengths, indexes outside their dictionaries, times that are
 * not numbers.
 */
export function decodeSpanColumns(input: Uint8Array<ArrayBuffer> | ArrayBuffer): SentColumns {
  const given = input instanceof ArrayBuffer ? new Uint8Array(input) : input;
  // Typed columns need their place in the buffer to be a multiple of 8.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  if (bytes.length < 8) throw new BadSpanColumns("The spans' data is cut short. Load the page again.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) {
    throw new BadSpanColumns(
      "This is not the data of a run's spans. Is a proxy in between changing answers?",
    );
  }
  const headerBytes = view.getUint32(4, true);
  if (headerBytes % 8 !== 0 || 8 + headerBytes > bytes.length) {
    throw new BadSpanColumns("The spans' data is cut short. Load the page again.");
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes));
  const { n } = header;
  const sizes = columnBytes(n, header);
  let end = 8 + headerBytes;
  if (end + sizes.reduce((sum, size) => sum + padded(size), 0) !== bytes.length) {
    throw new BadSpanColumns("The spans' data is not as long as its header says. Load the page again.");
  }
  const offsets = sizes.map((size) => {
    const offset = bytes.byteOffset + end;
    end += padded(size);
    return offset;
  });
  const place = (column: number) => at(offsets, column);
  const { buffer } = bytes;
  const startOffsetNs = new Float64Array(buffer, place(0), n);
  const durationNs = new Float64Array(buffer, place(1), n);
  const spanIds = new Uint32Array(buffer, place(2), 2 * n);
  const parentIds = new Uint32Array(buffer, place(3), 2 * n);
  const trace = indexView(buffer, place(4), n, header.traceIds.length, "trace");
  const name = indexView(buffer, place(5), n, header.names.length, "name");
  const service = indexView(buffer, place(6), n, header.services.length, "service");
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(startOffsetNs[i]) || !Number.isFinite(durationNs[i])) {
      throw new BadSpanColumns(`Span ${i} has a time that is not a number.`);
    }
  }
  const columns: SpanColumns = {
    runId: header.runId,
    startNs: nanoseconds(BigInt(header.startNs)),
    count: n,
    total: header.total,
    leftOut: header.leftOut,
    traceIds: header.traceIds,
    names: header.names,
    services: header.services,
    startOffsetNs,
    durationNs,
    spanIds,
    parentIds,
    parent: linkParents(spanIds, parentIds, trace),
    trace,
    name,
    service,
    kindAndStatus: new Uint8Array(buffer, place(7), n),
    work: new Uint8Array(buffer, place(8), n),
  };
  checkKinds(columns);
  return { columns, about: header.about };
}

/** Throws BadSpanColumns where a span's kind, status or kind of work is none that there is. */
export function checkKinds({ kindAndStatus, work }: Pick<SpanColumns, "kindAndStatus" | "work">): void {
  for (const both of kindAndStatus) {
    if ((both & 15) >= spanKinds.length || both >> 4 >= statusCodes.length)
      throw new BadSpanColumns("A span has a kind or a status that there is not.");
  }
  for (const kind of work) {
    if (kind >= workKinds.length) throw new BadSpanColumns("A span does a kind of work that there is not.");
  }
}

function indexView(buffer: ArrayBuffer, offset: number, n: number, size: number, what: string): IndexColumn {
  const bytes = indexBytes(size);
  const column =
    bytes === 1
      ? new Uint8Array(buffer, offset, n)
      : bytes === 2
        ? new Uint16Array(buffer, offset, n)
        : new Uint32Array(buffer, offset, n);
  for (const index of column) {
    if (index >= size) throw new BadSpanColumns(`A span points at ${what} ${index} of ${size}.`);
  }
  return column;
}

function parseHeader(bytes: Uint8Array): Header {
  const bad = new BadSpanColumns("The header of the spans' data cannot be read. Load the page again.");
  let header: Partial<Record<keyof Header, unknown>>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw bad;
  }
  if (typeof header !== "object" || header === null) throw bad;
  if (header.v !== version) {
    throw new BadSpanColumns(
      `The spans' data is of version ${String(header.v)}, not ${version}. Reload the page.`,
    );
  }
  const { n, total, leftOut, runId, startNs } = header;
  const count = (value: unknown): value is number =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  const texts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((text) => typeof text === "string");
  if (!count(n) || n > maxSpans || !count(total) || !count(leftOut)) throw bad;
  if (typeof runId !== "string" || typeof startNs !== "string" || !/^-?\d{1,20}$/.test(startNs)) throw bad;
  const { traceIds, names, services } = header;
  if (!texts(traceIds) || !texts(names) || !texts(services)) throw bad;
  return { v: version, n, runId, startNs, total, leftOut, traceIds, names, services, about: header.about };
}
