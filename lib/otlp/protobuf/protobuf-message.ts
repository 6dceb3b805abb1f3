import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { uint8At } from "@/lib/base/checked";

/**
 * Short texts that were read before: keys of attributes and many of their values repeat from span to span. A
 * fixed number of places; a text takes the place of the one that was there.
 */
class KnownTexts {
  static readonly maxBytes = 64;
  private static readonly places = 1_024;
  private readonly texts: (string | undefined)[] = new Array(KnownTexts.places);
  private readonly lengths = new Uint8Array(KnownTexts.places);
  private readonly bytes = new Uint8Array(KnownTexts.places * KnownTexts.maxBytes);

  read(body: Buffer, from: number, length: number): string {
    let hash = length;
    for (let i = from; i < from + length; i++) hash = (Math.imul(hash, 31) + uint8At(body, i)) | 0;
    const place = (hash ^ (hash >>> 15)) & (KnownTexts.places - 1);
    const at = place * KnownTexts.maxBytes;
    const known = this.texts[place];
    if (known !== undefined && this.lengths[place] === length) {
      let same = 0;
      while (same < length && this.bytes[at + same] === body[from + same]) same++;
      if (same === length) return known;
    }
    const text = body.toString("utf8", from, from + length);
    this.texts[place] = text;
    this.lengths[place] = length;
    for (let i = 0; i < length; i++) this.bytes[at + i] = uint8At(body, from + i);
    return text;
  }
}

/** Walks the fields of protobuf messages: a library reads the wire, what it leaves open is checked here. */
export class MessageReader {
  protected readonly wire: BinaryReader;
  private readonly texts = new KnownTexts();

  constructor(protected readonly body: Buffer) {
    this.wire = new BinaryReader(body);
  }

  /** The next field's tag, 0 at the message's end. Whoever does not know it skips it. */
  protected tag(end: number): number {
    const { wire } = this;
    if (wire.pos >= end) {
      if (wire.pos !== end) throw new RangeError("a field is longer than its message");
      return 0;
    }
    const tag = wire.uint32();
    if (tag < 8) throw new RangeError("a field has the number 0");
    return tag;
  }

  protected skip(tag: number): void {
    const type: WireType = tag & 7;
    // The reader's own check comes after a skipped field, and a length can be 4 GB.
    if (type > WireType.Bit32) throw new RangeError(`there is no wire type ${type}`);
    this.wire.skip(type, tag >>> 3);
  }

  /** Where the message ends whose length comes next. */
  protected end(): number {
    const length = this.wire.uint32();
    const end = this.wire.pos + length;
    if (end > this.body.length) throw new RangeError("a length goes beyond the end");
    return end;
  }

  /** A text; the same short one as before is not decoded again. */
  protected text(): string {
    const end = this.end();
    const start = this.wire.pos;
    this.wire.pos = end;
    if (end - start > KnownTexts.maxBytes) return this.body.toString("utf8", start, end);
    return this.texts.read(this.body, start, end - start);
  }

  protected hex(): string {
    return this.bytes("hex");
  }

  protected bytes(encoding: "hex" | "base64"): string {
    const end = this.end();
    const text = this.body.toString(encoding, this.wire.pos, end);
    this.wire.pos = end;
    return text;
  }

  protected fixed64(): bigint {
    return BigInt(this.wire.fixed64());
  }
}
