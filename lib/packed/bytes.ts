/** Bytes that are written and read piece by piece: what the packed columns of an exported file are made of. */

/** The bytes are not what they claim to be, or are cut short. */
export class BadPackedBytes extends Error {
  override readonly name = "BadPackedBytes";
}

export class ByteWriter {
  #bytes = new Uint8Array(4_096);
  #length = 0;

  byte(value: number): void {
    this.reserve(1)[0] = value;
  }

  /** A whole number from 0 up to 2^53, seven bits a byte, the lowest first. */
  count(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** A whole number: a byte for its sign, then a count. */
  signed(value: number): void {
    this.byte(value < 0 ? 1 : 0);
    this.count(Math.abs(value));
  }

  /** `length` bytes to be filled by the caller before anything else is written. */
  reserve(length: number): Uint8Array {
    const end = this.#length + length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    const place = this.#bytes.subarray(this.#length, end);
    this.#length = end;
    return place;
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes);
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.count(bytes.length);
    this.bytes(bytes);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A byte order mark at the beginning is a character like any other here. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads what a ByteWriter wrote. Throws BadPackedBytes where there is less. */
export class ByteReader {
  #at: number;
  constructor(
    private readonly all: Uint8Array,
    at = 0,
  ) {
    this.#at = at;
  }

  /** Passes over a part with `skip`, and gives what reads that part when it is called for the first time. */
  later<T>(skip: (reader: ByteReader) => void, read: (reader: ByteReader) => T): () => T {
    const at = this.#at;
    skip(this);
    let known: { readonly value: T } | undefined;
    return () => {
      known ??= { value: read(new ByteReader(this.all, at)) };
      return known.value;
    };
  }

  byte(): number {
    const value = this.all[this.#at++];
    if (value === undefined) throw new BadPackedBytes("The data is cut short.");
    return value;
  }

  /** The next byte, which stays unread; undefined where there is none. */
  peek(): number | undefined {
    return this.all[this.#at];
  }

  count(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new BadPackedBytes("A number has no end.");
  }

  /** A count that cannot exceed `most`; a larger claim would only cost memory. */
  countUpTo(most: number): number {
    const count = this.count();
    if (count > most) throw new BadPackedBytes("There is more of something than there can be.");
    return count;
  }

  signed(): number {
    const isNegative = this.byte() === 1;
    const value = this.count();
    return isNegative ? -value : value;
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.all.length) throw new BadPackedBytes("The data is cut short.");
    const bytes = this.all.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  skipText(): void {
    this.bytes(this.count());
  }

  text(): string {
    return utf8.decode(this.bytes(this.count()));
  }
}
