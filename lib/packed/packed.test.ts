import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { BadSpanColumns, maxSpans } from "@/lib/trace/columns/span-columns";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { BadPackedBytes, ByteReader, ByteWriter } from "./bytes";
import { packColumns, unpackColumns } from "./columns";
import { packNumbers, unpackNumbers } from "./numbers";
import { packTexts, unpackTexts } from "./texts";

function numbersBack(values: readonly number[]) {
  const writer = new ByteWriter();
  packNumbers(writer, values);
  const bytes = writer.finish();
  return { back: Array.from(unpackNumbers(new ByteReader(bytes), values.length)), size: bytes.length };
}

function textsBack(values: readonly string[]) {
  const writer = new ByteWriter();
  packTexts(writer, values);
  const bytes = writer.finish();
  return { back: unpackTexts(new ByteReader(bytes), values.length), size: bytes.length };
}

describe("numbers", () => {
  it("come back as they were, whatever they are", () => {
    const any = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.constantFrom(-0, 0, 2 ** 60, 1_000),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 50 }), (values) => {
        const { back } = numbersBack(values);
        expect(back.every((value, i) => Object.is(value, values[i]))).toBe(true);
        expect(back).toHaveLength(values.length);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger(), { maxLength: 50 }), (values) => {
        expect(numbersBack(values).back).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  it("lose what they have in common", () => {
    const microseconds = Array.from({ length: 1_000 }, (_, i) => 5e12 + ((i * 37) % 256) * 1_000);
    expect(numbersBack(microseconds).size).toBeLessThan(1_020);
    const inOrder = Array.from({ length: 1_000 }, (_, i) => i * i);
    // Distances up to 2,000 take two bytes where the squares take three.
    expect(numbersBack(inOrder).size).toBeLessThan(2_020);
    expect(numbersBack(new Array(1_000).fill(7)).size).toBeLessThan(10);
  });
});

describe("texts", () => {
  const word = fc.oneof(
    fc.string({ unit: "binary", maxLength: 10 }),
    fc.constantFrom("", "0", "007", "12", "deadbeef", "\ufeff", "\ud800", "a-b", "\0", "9007199254740993"),
  );

  it("come back as they were, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (values) => {
        expect(textsBack(values).back).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  it("of a few shapes come back too", () => {
    const shaped = fc
      .tuple(
        fc.constantFrom("q-", "s3://x/part-", "SELECT 1 WHERE a = ", ""),
        fc.nat(70_000),
        fc.constantFrom("", ".gz"),
      )
      .map(([before, number, after]) => `${before}${number.toString(16).padStart(5, "0")}-${number}${after}`);
    fc.assert(
      fc.property(fc.array(shaped, { minLength: 1, maxLength: 200 }), (values) => {
        expect(textsBack(values).back).toEqual(values);
      }),
    );
  });

  it("of random digits take half a byte a digit", () => {
    const ids = Array.from({ length: 500 }, (_, i) =>
      Math.imul(i + 1, 0x9e3779b1)
        .toString(16)
        .slice(-6)
        .padStart(6, "0"),
    );
    expect(textsBack(ids.map((id) => `req-${id}.json`)).size).toBeLessThan(500 * 3 + 60);
  });

  it("are refused where their kind is none", () => {
    expect(() => unpackTexts(new ByteReader(Uint8Array.of(99)), 1)).toThrow(BadPackedBytes);
  });
});

describe("columns of a file", () => {
  const columns = spansToColumns([
    { id: 1, start: 0, duration: 900, name: "ask" },
    { id: 2, parent: 1, start: 10, duration: 90, name: "plan", work: 1 },
    { id: 3, parent: 4, start: 20, duration: 0.5, error: true },
    { id: 4, parent: 3, start: 20, duration: 7 },
    { id: 5, parent: 99, start: 30, duration: -4 },
    { id: 5, parent: 5, start: 31 },
  ]);

  it("come back as they were: roots, orphans, cycles, a parent behind its child, an id twice", () => {
    expect(unpackColumns(packColumns(columns))).toEqual(columns);
  });

  it("come back as they were for any spans", () => {
    const span = fc.record({
      id: fc.integer({ min: 1, max: 30 }),
      parent: fc.integer({ min: 0, max: 35 }),
      start: fc.nat(1_000_000),
      duration: fc.nat(10_000),
      name: fc.constantFrom("a", "b", "</script>"),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 40 }), (spans) => {
        const any = spansToColumns(spans);
        expect(unpackColumns(packColumns(any))).toEqual(any);
      }),
    );
  });

  it("throw where a parent, a kind or a work is none that there is", () => {
    const broken = { ...columns, parent: Int32Array.of(-1, 99, 3, 2, -1, 4) };
    expect(() => unpackColumns(packColumns(broken))).toThrow(BadSpanColumns);
    expect(() => unpackColumns(packColumns({ ...columns, work: new Uint8Array(6).fill(200) }))).toThrow(
      BadSpanColumns,
    );
    expect(() =>
      unpackColumns(packColumns({ ...columns, kindAndStatus: new Uint8Array(6).fill(0x31) })),
    ).toThrow(BadSpanColumns);
    expect(() => packColumns({ ...columns, parent: Int32Array.of(-1) })).toThrow(RangeError);
  });

  it("break in one way only, whatever byte is changed or missing", () => {
    const bytes = packColumns(columns);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const changed = isCut ? bytes.slice(0, at) : bytes.slice();
        if (!isCut) changed[at] = value;
        try {
          expect(unpackColumns(changed).count).toBeLessThanOrEqual(maxSpans);
        } catch (error) {
          expect(error).toBeInstanceOf(BadSpanColumns);
        }
      }),
      randomCases(200, 1_000),
    );
  });
});
