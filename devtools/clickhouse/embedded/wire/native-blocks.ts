import { type NativeType, parseNativeType } from "./native-type";

/**
 * Clients that send client_protocol_version (clickhouse-go, and with it Grafana and the Collector) read the Native
 * format as it is in the native protocol: each block begins with a few fields about itself, and each column says
 * whether it is stored in a special way. The engine writes the format without both, so they are put in here. For
 * that the ends of the columns must be found, and that means walking through every column by its type.
 */
const revisionWithCustomSerialization = 54_454;

/** Field 1 (not a block of overflows), field 2 (no bucket: -1), end of the fields. */
const blockInfo = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
const notCustom = Buffer.from([0]);

/** Thrown while the end of a block has not arrived yet. */
const incomplete = Symbol("incomplete");

/** Walks through one block; offsets are those of `bytes`. */
class BlockReader {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  /** Moves on by `count` bytes and returns where they began. */
  skip(count: number): number {
    const from = this.at;
    if (from + count > this.bytes.length) throw incomplete;
    this.at += count;
    return from;
  }

  /** A number of seven bits a byte, low bits first. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.skip(1)] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.varint();
    const from = this.skip(length);
    return this.bytes.toString("utf8", from, from + length);
  }

  uint64(): number {
    return Number(this.bytes.readBigUInt64LE(this.skip(8)));
  }
}

/** The versions of dictionaries in the column, which precede all its data. */
function skipPrefix(reader: BlockReader, type: NativeType): void {
  if (type.kind === "dictionary") reader.skip(8);
  else if (type.kind !== "fixed" && type.kind !== "string")
    for (const element of type.elements) skipPrefix(reader, element);
}

function skipData(reader: BlockReader, type: NativeType, rows: number): void {
  if (type.kind === "fixed") reader.skip(type.bytes * rows);
  else if (type.kind === "string") for (let i = 0; i < rows; i++) reader.skip(reader.varint());
  else if (type.kind === "dictionary") skipDictionary(reader, type.elements[0], rows);
  else if (type.kind === "array") {
    if (rows === 0) return;
    reader.skip(8 * (rows - 1));
    const total = reader.uint64();
    for (const element of type.elements) skipData(reader, element, total);
  } else {
    if (type.kind === "nullable") reader.skip(rows);
    for (const element of type.elements) skipData(reader, element, rows);
  }
}

/** LowCardinality: a dictionary and the indexes into it, in as many parts as the engine likes. */
function skipDictionary(reader: BlockReader, keys: NativeType, rows: number): void {
  for (let done = 0; done < rows; ) {
    const flags = reader.uint64();
    skipData(reader, keys, reader.uint64());
    const part = reader.uint64();
    reader.skip(part * 2 ** (flags & 3));
    done += part;
  }
}

/** The pieces of one block in its new shape, and where it ends. */
function convertBlock(bytes: Buffer, revision: number): { pieces: Buffer[]; end: number } {
  const reader = new BlockReader(bytes);
  const columns = reader.varint();
  const rows = reader.varint();
  const pieces: Buffer[] = [blockInfo];
  let from = 0;
  for (let i = 0; i < columns; i++) {
    reader.text();
    const type = parseNativeType(reader.text());
    if (revision >= revisionWithCustomSerialization) {
      pieces.push(bytes.subarray(from, reader.at), notCustom);
      from = reader.at;
    }
    if (rows > 0) {
      skipPrefix(reader, type);
      skipData(reader, type, rows);
    }
  }
  pieces.push(bytes.subarray(from, reader.at));
  return { pieces, end: reader.at };
}

/** Turns Native as the engine writes it into Native of a protocol revision, chunk by chunk. */
export class NativeConverter {
  #pending: Buffer[] = [];
  #size = 0;
  // A block that has not all arrived is tried again when there is twice as much: linear in all.
  #wanted = 1;

  constructor(readonly revision: number) {}

  /** What can be sent once `chunk` has arrived. Throws EngineError for a type whose layout is not known here. */
  push(chunk: Uint8Array): Buffer[] {
    this.#pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return [];
    let bytes: Buffer = Buffer.concat(this.#pending, this.#size);
    const ready: Buffer[] = [];
    this.#wanted = 1;
    try {
      while (bytes.length > 0) {
        const { pieces, end } = convertBlock(bytes, this.revision);
        ready.push(...pieces);
        bytes = bytes.subarray(end);
      }
    } catch (error) {
      if (error !== incomplete) throw error;
      this.#wanted = bytes.length * 2;
    }
    this.#pending = [bytes];
    this.#size = bytes.length;
    return ready;
  }

  /** What is left when the engine has written everything. */
  end(): Buffer[] {
    this.#wanted = 1;
    return this.#size > 0 ? this.push(new Uint8Array(0)) : [];
  }
}
