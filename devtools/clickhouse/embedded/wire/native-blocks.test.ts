import { describe, expect, it } from "vitest";
import { NativeConverter } from "./native-blocks";

/** Two blocks that ClickHouse 26.7 wrote: one row of six types, two rows of Array(LowCardinality(String)). */
const block = Buffer.from(
  "0601016e0f4e756c6c61626c652855496e74382900010178114e756c6c61626c65284e6f7468696e672901300174145475706c652855496e74382c20537472696e6729010161016c204c6f7743617264696e616c697479284e756c6c61626c6528537472696e6729290100000000000000000600000000000003000000000000000000016101000000000000000201650e4172726179284e6f7468696e67290000000000000000017a075475706c652829",
  "hex",
);
const dictionary = Buffer.from(
  "0102016c1d4172726179284c6f7743617264696e616c697479285374" +
    "72696e672929010000000000000002000000000000000400000000000000000600000000000003000000000000000001780179040000000000000001020102",
  "hex",
);
const info = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);

function convert(bytes: Buffer, revision: number, size = bytes.length): Buffer {
  const converter = new NativeConverter(revision);
  const parts: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += size) parts.push(...converter.push(bytes.subarray(i, i + size)));
  return Buffer.concat([...parts, ...converter.end()]);
}

describe("NativeConverter", () => {
  it("puts fields in front of every block", () => {
    expect(convert(Buffer.concat([block, dictionary]), 54_453)).toEqual(
      Buffer.concat([info, block, info, dictionary]),
    );
  });

  it("says of each column that it is stored plainly", () => {
    // One byte behind the type of the only column.
    const typeEnd = dictionary.indexOf("))") + 2;
    const expected = [info, dictionary.subarray(0, typeEnd), Buffer.from([0]), dictionary.subarray(typeEnd)];
    expect(convert(dictionary, 54_454)).toEqual(Buffer.concat(expected));
    expect(convert(block, 54_454)).toHaveLength(info.length + block.length + 6);
  });

  it("reads blocks however the bytes are cut", () => {
    const bytes = Buffer.concat([block, dictionary, block]);
    const whole = convert(bytes, 54_454);
    for (const size of [1, 2, 13, 100]) expect(convert(bytes, 54_454, size)).toEqual(whole);
  });

  it("refuses a type whose layout it does not know", () => {
    const json = Buffer.from([1, 1, 1, 0x6a, 4, ...Buffer.from("JSON")]);
    expect(() => convert(json, 54_454)).toThrow("Type JSON cannot be sent");
  });
});
