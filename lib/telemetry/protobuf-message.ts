import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Walks the fields of protobuf messages: a library reads the wire, what it leaves open is checked here. */
export class MessageReader {
  protected readonly wire: BinaryReader;

  constructor(protected readonly body: Buffer) {
    this.wire = new BinaryReader(body);
  }

  /** Walks a message's fields up to `end`; `read` says whether it knew the tag and read the field. */
  protected fields(end: number, read: (tag: number) => boolean): void {
    const { wire } = this;
    while (wire.pos < end) {
      const tag = wire.uint32();
      if (tag < 8) throw new RangeError("a field has the number 0");
      if (!read(tag)) this.skip(tag);
    }
    if (wire.pos !== end) throw new RangeError("a field is longer than its message");
  }

  private skip(tag: number): void {
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
