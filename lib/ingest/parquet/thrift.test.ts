import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStruct, walkStruct } from "./thrift";

const bounds = { maxNesting: 16, maxElements: 10_000 };
const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes);
const read = (bytes: Uint8Array) => readStruct(bytes, 0, bounds);

/** A field of a structure by its number and type. */
const field = (delta: number, type: number) => (delta << 4) | type;

describe("readStruct", () => {
  it("reads every type", () => {
    const bytes = bytesOf(
      ...[field(1, 1), field(1, 2), field(1, 3), 0xff, field(1, 5), 0x03, field(1, 6), 0xc8, 0x01],
      ...[field(1, 8), 2, 0x68, 0x69, field(1, 9), 0x25, 0x02, 0x04, field(1, 12), field(15, 5), 0x02, 0],
      ...[field(0, 5), 0x80, 0x01, 0x0a, 0, 0x7f],
    );
    const { struct, end } = read(bytes);
    expect(end).toBe(bytes.length - 1);
    expect([...struct]).toEqual([
      [1, true],
      [2, false],
      [3, -1],
      [4, -2],
      [5, 100],
      [6, bytesOf(0x68, 0x69)],
      [7, [1, 2]],
      [8, new Map([[15, 1]])],
      [64, 5],
    ]);
  });

  it("reads numbers of up to ten bytes", () => {
    const numberOf = (...bytes: number[]) => read(bytesOf(field(1, 6), ...bytes, 0)).struct.get(1);
    expect(numberOf(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)).toBe(-(2 ** 52));
    expect(numberOf(...Array(9).fill(0x80), 0x01)).toBe(2 ** 62);
  });

  it.each<[string, Uint8Array, string]>([
    ["nothing", bytesOf(), "too early"],
    ["no end", bytesOf(field(1, 1)), "too early"],
    ["a long number", bytesOf(field(1, 6), ...Array(11).fill(0xff), 0, 0), "more than 10 bytes"],
    ["a long text", bytesOf(field(1, 8), 0xff, 0xff, 0x03, 0), "65535 bytes in"],
    ["a long list", bytesOf(field(1, 9), 0xf5, 0xff, 0xff, 0x03, 0), "65535 entries in"],
    ["lists in lists", bytesOf(field(1, 9), ...Array(60).fill(0x19), 0), "nested too deep"],
    ["structures in structures", bytesOf(...Array(60).fill(field(1, 12)), 0), "nested too deep"],
    ["a map", bytesOf(field(1, 11), 0, 0), "type 11"],
    ["many entries", bytesOf(field(1, 9), 0xf1, 0xff, 0xff, 0x01, ...Array(40_000).fill(1), 0), "too many"],
  ])("refuses %s", (_what, bytes, reason) => {
    expect(() => read(bytes)).toThrow(reason);
    expect(() => walkStruct(bytes, bounds)).toThrow(reason);
  });

  it("ends soon, and as a walk does, whatever the bytes are", () => {
    const outcome = (work: () => unknown) => {
      try {
        work();
        return "read";
      } catch (error) {
        return String(error);
      }
    };
    const anyByte = fc.oneof(fc.constantFrom(0, 0x15, 0x18, 0x19, 0x1c, 0xf9, 0xff), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(anyByte, { maxLength: 60 }).map((bytes) => Uint8Array.from(bytes)),
        (bytes) => {
          const said = outcome(() => read(bytes));
          expect(said).toBe(outcome(() => walkStruct(bytes, bounds)));
          expect(said).toMatch(/^(read$|BadThrift: it )/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
