import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packFrame, readFrames, unpackFrame } from "./frames";

const repeated = Buffer.from(Array.from({ length: 30 }, (_, i) => i % 4));
const spans = Buffer.from(Array.from({ length: 30 }, (_, i) => `span ${i % 3}`).join(""));
const numbers = Buffer.alloc(240);
for (let i = 0; i < 30; i++) numbers.writeBigUInt64LE(BigInt(i * 1_000_003), i * 8);

/** Frames that ClickHouse 26.7 wrote: the same 30 rows in columns with three codecs, cut out of its part files. */
const written: [name: string, hex: string, data: Buffer][] = [
  [
    "no compression, 39 bytes hashed",
    "8e30cf50dfed3a6ad1c576b74d37718702270000001e000000000102030001020300010203000102030001020300010203000102030001",
    repeated,
  ],
  [
    "LZ4",
    "e15769db842c1c95a13cc3646dc36b1f8224000000b4000000617370616e2030060011310600113206000f1200855070616e2032",
    spans,
  ],
  [
    "LZ4 of a short repeat",
    "47ad4f869e08e1546f59793d81e6b93482170000001e0000004f00010203040002500102030001",
    repeated,
  ],
  [
    "ZSTD",
    "7103719520f883fd48b9e108bb570d96901c0000001e00000028b52ffd201e55000020000102030100db8e08",
    repeated,
  ],
  [
    "ZSTD, 188 bytes hashed",
    "d300eda3795231bc8f6f41a25bb77db490bc000000f000000028b52ffd20f05505003407000043420f0086841e00c9c62d000c093d004f4b4c00928d5b00d5cf6a0018127a005b5489009e969800e1d8a700241bb700675dc600aa9fd500ede1e4003024f4007366030100000000b6a812f9ea213c2d317f6f40c2b14f05f45e48366e8b787dceba8c11fd9b543fab9781ba01000000001c004006b801da0032c00dd00690016e8036808c95f3c00830028c0023c00830028c0023c00830028c0023c00830028c004b068005",
    numbers,
  ],
];

const chunked = async function* (bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
};

async function readAll(bytes: Uint8Array, size: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of readFrames(chunked(bytes, size))) parts.push(part);
  return Buffer.concat(parts);
}

describe("unpackFrame", () => {
  it.each(written)("reads what the engine writes: %s", (_name, hex, data) => {
    expect(Buffer.from(unpackFrame(Buffer.from(hex, "hex")))).toEqual(data);
  });

  it("refuses a frame in which any one bit has changed", () => {
    const [, hex] = written[1] ?? ["", ""];
    fc.assert(
      fc.property(fc.nat(hex.length * 4 - 1), (bit) => {
        const frame = Buffer.from(hex, "hex");
        frame[bit >> 3] = (frame[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => unpackFrame(frame)).toThrow("Checksum doesn't match");
      }),
    );
  });
});

describe("packFrame", () => {
  const letters = fc
    .array(fc.constantFrom(97, 98, 99), { maxLength: 3000 })
    .map((list) => Uint8Array.from(list));

  it("packs anything so that it reads back", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), letters), (data) => {
        expect(Buffer.from(unpackFrame(packFrame(data)))).toEqual(Buffer.from(data));
      }),
    );
  });

  it("makes what repeats smaller", () => {
    expect(packFrame(Buffer.alloc(100_000, "spans ")).length).toBeLessThan(1000);
  });
});

describe("readFrames", () => {
  const stream = Buffer.concat(written.map(([, hex]) => Buffer.from(hex, "hex")));
  const data = Buffer.concat(written.map(([, , part]) => part));

  it("reads frames however the bytes are cut", async () => {
    for (const size of [1, 7, 25, 64, stream.length]) expect(await readAll(stream, size)).toEqual(data);
  });

  it("refuses a stream that ends within a frame", async () => {
    await expect(readAll(stream.subarray(0, -1), 50)).rejects.toMatchObject({ code: 33 });
    await expect(readAll(stream.subarray(0, 10), 50)).rejects.toMatchObject({ code: 33 });
  });

  it("refuses a frame that claims a huge size before it takes the memory", async () => {
    const frame = Buffer.from(stream);
    frame.writeUInt32LE(0xffffffff, 21);
    await expect(readAll(frame, 50)).rejects.toMatchObject({ code: 39 });
  });
});
