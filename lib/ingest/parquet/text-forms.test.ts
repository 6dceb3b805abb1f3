import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesToHalf,
  bytesToInteger,
  dateText,
  decimalText,
  int96ToNs,
  timestampText,
  timeText,
} from "./text-forms";
import { JsonNumber, toJson } from "./words";

describe("dates", () => {
  it("are those of the calendar, also where JavaScript's end", () => {
    expect(dateText(0)).toBe("1970-01-01");
    expect(dateText(-719_529)).toBe("-0001-12-31");
    expect(dateText(2_932_897)).toBe("+10000-01-01");
    expect(dateText(2 ** 31 - 1)).toBe("+5881580-07-11");
    expect(dateText(-(2 ** 31))).toBe("-5877641-06-23");
  });

  it("agree on both sides of that end, 400 years apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: 90_000_000, max: 99_000_000 }), (days) => {
        expect(dateText(days + 400_000_000).slice(-6)).toBe(
          dateText(days + 400_000_000 - 146_097 * 2_800).slice(-6),
        );
      }),
    );
  });

  it("have times that count up from midnight, before 1970 too", () => {
    expect(timestampText(-1n, 9)).toBe("1969-12-31 23:59:59.999999999");
    expect(timestampText(1_706_691_600_123_456_789n, 3)).toBe("2024-01-31 09:00:00.123");
    expect(timeText(86_399_999_999_999n, 6)).toBe("23:59:59.999999");
    expect(timeText(-1_000_000n, 3)).toBe("-00:00:00.001");
    expect(int96ToNs((2_440_589n << 64n) | 5n)).toBe(86_400_000_000_005n);
  });
});

describe("numbers", () => {
  it("keep all digits of a decimal", () => {
    expect(decimalText(12_345n, 2)).toBe("123.45");
    expect(decimalText(-5n, 3)).toBe("-0.005");
    expect(decimalText(7n, 0)).toBe("7");
    expect(decimalText(7n, -2)).toBe("700");
  });

  it("are read from bytes of any length, as they are written", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 255n), max: 2n ** 255n - 1n }), (number) => {
        const hex = BigInt.asUintN(256, number).toString(16).padStart(64, "0");
        expect(bytesToInteger(Buffer.from(hex, "hex"))).toBe(number);
      }),
    );
    expect(bytesToInteger(Uint8Array.from([0xff]))).toBe(-1n);
    expect(bytesToInteger(new Uint8Array(0))).toBe(0n);
  });

  it("are read from a half", () => {
    expect(
      [0x3c00, 0xc000, 0x0001, 0x7c00, 0x8000].map((bits) =>
        bytesToHalf(Uint8Array.from([bits & 255, bits >> 8])),
      ),
    ).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY, -0]);
  });
});

describe("toJson", () => {
  it("is JSON for whatever JSON can say, and keeps digits where JavaScript would not", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(toJson({ a: [2n ** 64n, undefined, new JsonNumber("1.10")] })).toBe(
      '{"a":[18446744073709551616,null,1.10]}',
    );
  });
});
