import type { Leaf } from "./leaf";
import { nsToTicks, type Storage, unscaledOf } from "./storage";
import { bytesToHalf, hexText, int96ToNs } from "./text-forms";
import { wordsOf } from "./words";

/*
 * ClickHouse's Native format, as far as it is written here: blocks of columns. A block is: varint number of columns ·
 * varint number of rows · for each column its name and its type (varint length and text each) and its data. Of a
 * Nullable the data are a byte for each row, 1 where it is null, and then the values, those of nulls too. Numbers lie
 * side by side, little-endian; a String is varint length and bytes. (docs: clickhouse.com/docs/interfaces/formats/Native)
 */

export interface BlockColumn {
  readonly name: string;
  readonly type: string;
  /** 1 where a row has no value. */
  readonly nulls: Uint8Array;
  readonly data: Uint8Array;
}

export function* nativeBlock(rows: number, columns: readonly BlockColumn[]): Generator<Uint8Array> {
  yield Buffer.concat([varint(columns.length), varint(rows)]);
  for (const { name, type, nulls, data } of columns) {
    yield Buffer.concat([lengthAndText(name), lengthAndText(type), nulls]);
    yield data;
  }
}

function lengthAndText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

/** Values of one width; `write` puts one at a byte. */
interface FixedEncoding {
  readonly width: number;
  /** The file's bytes are the database's. */
  readonly isSame?: boolean;
  readonly write: (view: DataView, at: number, value: never) => void;
}
interface TextEncoding {
  readonly textOf: (value: never) => Uint8Array | string;
  /** At most, of one value. */
  readonly bytesOf: (value: never) => number;
}
export type Encoding = FixedEncoding | TextEncoding;

export function encodingOf(leaf: Leaf, storage: Storage): Encoding {
  const { meaning } = leaf;
  switch (storage.as) {
    case "boolean":
      return { width: 1, write: (view, at, value: boolean) => view.setUint8(at, value ? 1 : 0) };
    case "int64":
    case "uint64":
      return leaf.path.at(-1)?.element.type === "INT32"
        ? { width: 8, write: (view, at, value: number) => writeNumber(view, at, value) }
        : same64;
    case "uint32":
      return {
        width: 8,
        write(view, at, value: number) {
          view.setUint32(at, value >>> 0, true);
        },
      };
    case "float64":
      return meaning.kind === "float16"
        ? { width: 8, write: (view, at, value: Uint8Array) => view.setFloat64(at, bytesToHalf(value), true) }
        : {
            width: 8,
            isSame: leaf.path.at(-1)?.element.type === "DOUBLE",
            write: (view, at, value: number) => view.setFloat64(at, value, true),
          };
    case "date":
      return {
        width: 4,
        isSame: leaf.path.at(-1)?.element.type === "INT32",
        write: (view, at, value: number) => view.setInt32(at, Number(value), true),
      };
    case "decimal":
      return decimalEncoding(storage.precision);
    case "timestamp":
      return timestampEncoding(leaf, storage.digits);
    case "text":
      return { textOf: (value: Uint8Array) => value, bytesOf: (value: Uint8Array) => value.length };
    case "bytes-in-hex":
      return { textOf: hexText, bytesOf: (value: Uint8Array) => 2 * value.length };
    case "words":
      return { textOf: wordsOf(leaf), bytesOf: () => maxWordBytes };
  }
}

const same64: FixedEncoding = {
  width: 8,
  isSame: true,
  write: (view, at, value: bigint) => view.setBigInt64(at, value, true),
};

/** The longest are decimals, whose digits are bounded by the bytes of the value; those are few. */
const maxWordBytes = 100;

function writeNumber(view: DataView, at: number, value: number): void {
  view.setInt32(at, value, true);
  view.setInt32(at + 4, value >> 31, true);
}

function decimalEncoding(precision: number): Encoding {
  if (precision <= 9) {
    return {
      width: 4,
      write: (view, at, value: never) => view.setInt32(at, Number(unscaledOf(value)), true),
    };
  }
  const width = precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
  return {
    width,
    write(view, at, value: never) {
      let rest = unscaledOf(value);
      for (let part = 0; part < width; part += 8) {
        view.setBigInt64(at + part, BigInt.asIntN(64, rest), true);
        rest >>= 64n;
      }
    },
  };
}

function timestampEncoding({ meaning }: Leaf, digits: 6 | 9): Encoding {
  const write = (toNs: (value: bigint) => bigint): Encoding => ({
    width: 8,
    write: (view, at, value: bigint) => view.setBigInt64(at, nsToTicks(toNs(BigInt(value)), digits), true),
  });
  if (meaning.kind !== "timestamp") return write(int96ToNs);
  if (meaning.unit === digits) {
    return same64;
  }
  const scale = 10n ** BigInt(9 - meaning.unit);
  return write((value) => value * scale);
}

/** Texts one behind the other, in bytes that grow. */
export class TextColumn {
  private buffer = Buffer.allocUnsafe(64 * 1024);
  private at = 0;

  add(text: Uint8Array | string): void {
    const bytes = typeof text === "string" ? Buffer.byteLength(text) : text.length;
    this.reserve(bytes + 5);
    let rest = bytes;
    while (rest >= 0x80) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.at++] = rest;
    if (typeof text === "string") this.buffer.write(text, this.at);
    else this.buffer.set(text, this.at);
    this.at += bytes;
  }

  take(): Uint8Array {
    const taken = this.buffer.subarray(0, this.at);
    this.buffer = Buffer.allocUnsafe(64 * 1024);
    this.at = 0;
    return taken;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }
}
