/**
 * Thrift's compact protocol, as far as Parquet uses it, read with bounds: every length is checked against the bytes
 * left before anything is reserved for it. (docs: thrift/doc/specs/thrift-compact-protocol.md)
 */

/** The bytes are not Thrift, or claim more than they can hold. */
export class BadThrift extends Error {
  override readonly name = "BadThrift";
}

type ThriftValue = boolean | number | Uint8Array | ThriftValue[] | ThriftStruct;
/** Fields by their number. */
export interface ThriftStruct extends ReadonlyMap<number, ThriftValue> {}

export interface ThriftBounds {
  /** Structures and lists inside one another; a footer has 10. */
  readonly maxNesting: number;
  /** Fields and entries of lists, all together. */
  readonly maxElements: number;
}

const type = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
};
/** 64 bits in groups of seven. */
const maxVarintBytes = 10;

/** Reads one structure from `offset`; gives it with where it ends. Throws BadThrift. */
export function readStruct(
  bytes: Uint8Array,
  offset: number,
  bounds: ThriftBounds,
): { readonly struct: ThriftStruct; readonly end: number } {
  const reader = new ThriftReader(bytes, offset, bounds);
  const struct = reader.struct(1);
  return { struct, end: reader.at };
}

/** Walks through one structure without keeping any of it. Throws BadThrift. */
export function walkStruct(bytes: Uint8Array, bounds: ThriftBounds): void {
  new ThriftReader(bytes, 0, bounds).walk(1);
}

class ThriftReader {
  private elements = 0;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly bounds: ThriftBounds,
  ) {}

  struct(depth: number): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    this.fields(depth, (id, kind) => fields.set(id, this.value(kind, depth)));
    return fields;
  }

  walk(depth: number): void {
    this.fields(depth, (_, kind) => this.skip(kind, depth));
  }

  private fields(depth: number, take: (id: number, kind: number) => void): void {
    if (depth > this.bounds.maxNesting) throw new BadThrift("it is nested too deep");
    let id = 0;
    for (;;) {
      const head = this.byte();
      const kind = head & 0x0f;
      if (kind === 0) return;
      const delta = head >> 4;
      id = delta === 0 ? this.zigzag() : id + delta;
      this.count(1);
      take(id, kind);
    }
  }

  private value(kind: number, depth: number): ThriftValue {
    switch (kind) {
      case type.true:
        return true;
      case type.false:
        return false;
      case type.byte:
        return (this.byte() << 24) >> 24;
      case type.i16:
      case type.i32:
      case type.i64:
        return this.zigzag();
      case type.double:
        return new DataView(this.take(8).slice().buffer).getFloat64(0, true);
      case type.binary:
        return this.take(this.length());
      case type.list:
      case type.set: {
        const { length, kind: inner } = this.list(depth + 1);
        return Array.from({ length }, () => this.entry(inner, depth + 1));
      }
      case type.struct:
        return this.struct(depth + 1);
      default:
        throw new BadThrift(`it has a field of type ${kind}`);
    }
  }

  /** Booleans have a byte of their own within a list. */
  private entry(kind: number, depth: number): ThriftValue {
    return kind === type.true || kind === type.false ? this.byte() === 1 : this.value(kind, depth);
  }

  private skip(kind: number, depth: number): void {
    switch (kind) {
      case type.true:
      case type.false:
        return;
      case type.binary:
        this.take(this.length());
        return;
      case type.list:
      case type.set: {
        const { length, kind: inner } = this.list(depth + 1);
        for (let entry = 0; entry < length; entry++) {
          if (inner === type.true || inner === type.false) this.byte();
          else this.skip(inner, depth + 1);
        }
        return;
      }
      case type.struct:
        this.walk(depth + 1);
        return;
      default:
        this.value(kind, depth);
    }
  }

  private list(depth: number): { length: number; kind: number } {
    if (depth > this.bounds.maxNesting) throw new BadThrift("it is nested too deep");
    const head = this.byte();
    const length = head >> 4 === 15 ? this.length() : head >> 4;
    // An entry has a byte at least.
    if (length > this.left) throw new BadThrift(`it has a list of ${length} entries in ${this.left} bytes`);
    this.count(length);
    return { length, kind: head & 0x0f };
  }

  private count(more: number): void {
    this.elements += more;
    if (this.elements > this.bounds.maxElements) throw new BadThrift("it has too many entries");
  }

  private get left(): number {
    return this.bytes.length - this.at;
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new BadThrift("it ends too early");
    return byte;
  }

  private take(length: number): Uint8Array {
    if (length > this.left) throw new BadThrift(`it has a text of ${length} bytes in ${this.left}`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private length(): number {
    return this.varint();
  }

  private zigzag(): number {
    const folded = this.varint();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  /**
   * Beyond 53 bits not exact, which no size or count of a file is. (Big integers would be: with them V8's compiler
   * of Node 20 gives up on a footer of 1,000 columns, and ends the process.)
   */
  private varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < maxVarintBytes; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new BadThrift(`it has a number of more than ${maxVarintBytes} bytes`);
  }
}
