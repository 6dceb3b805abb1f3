import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowBinaryWriter } from "./row-binary";

describe("RowBinary", () => {
  it("holds what was written, however small its buffer began", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }).map((text) => ({ text })),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((integer) => ({ integer })),
      fc.nat(2 ** 31 - 1).map((count) => ({ count })),
      fc.uint8Array().map((raw) => ({ raw })),
    );
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const row = new RowBinaryWriter(4);
        for (const one of values) {
          if ("text" in one) row.text(one.text);
          else if ("integer" in one) row.integer(one.integer);
          else if ("count" in one) row.count(one.count);
          else row.raw(one.raw);
        }
        const bytes = row.take();
        expect(row.bytes).toBe(0);
        let at = 0;
        const count = () => {
          let result = 0;
          for (let shift = 0; ; shift += 7) {
            const byte = bytes.readUInt8(at++);
            result += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80) return result;
          }
        };
        for (const one of values) {
          if ("text" in one) {
            const end = count() + at;
            expect(bytes.toString("utf8", at, end)).toBe(Buffer.from(one.text).toString());
            at = end;
          } else if ("integer" in one) {
            expect(bytes.readBigInt64LE(at)).toBe(one.integer);
            at += 8;
          } else if ("count" in one) expect(count()).toBe(one.count);
          else {
            expect(bytes.subarray(at, at + one.raw.length)).toEqual(Buffer.from(one.raw));
            at += one.raw.length;
          }
        }
        expect(at).toBe(bytes.length);
      }),
    );
  });

  it("puts the replacement character for half of a surrogate pair", () => {
    const row = new RowBinaryWriter(16);
    row.text("x\udfff");
    expect([...row.take()]).toEqual([4, 0x78, 0xef, 0xbf, 0xbd]);
  });
});
