import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import type { JobBytes } from "@/lib/workers/job";
import { textPieces, textStart } from "./text-check";

/** A file that arrives in pieces of the given sizes, the rest in one. */
function arriving(content: Uint8Array, sizes: readonly number[] = []): JobBytes {
  return {
    size: () => content.length,
    read: (position, length) => content.subarray(position, position + length),
    *pieces() {
      let position = 0;
      for (const size of [...sizes, content.length]) {
        const bytes = content.subarray(position, position + size);
        if (bytes.length > 0) yield { position, bytes };
        position += bytes.length;
      }
    },
    replace: () => undefined,
  };
}

const read = (content: Uint8Array, sizes?: readonly number[], skipped = 0) =>
  Buffer.concat([...textPieces(arriving(content, sizes), skipped)].map(({ piece }) => Buffer.from(piece)));

const reasonOf = (content: Uint8Array, sizes?: readonly number[]) => {
  try {
    read(content, sizes);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe("textPieces", () => {
  it("takes UTF-8 and nothing else, wherever it is cut", () => {
    const byte = fc.oneof(
      fc.constantFrom(0x0a, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xf5, 0xff),
      fc.integer({ min: 1, max: 255 }),
    );
    const anyBytes = fc.array(byte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes));
    const anyText = fc
      .string({ unit: "grapheme", maxLength: 12 })
      .map((text) => Buffer.from(text.replaceAll("\0", "")));
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(anyBytes, anyText), sizes, (content, cuts) => {
        let isRight = true;
        try {
          new TextDecoder("utf-8", { fatal: true }).decode(content);
        } catch {
          isRight = false;
        }
        expect(reasonOf(content, cuts) === undefined).toBe(isRight);
        if (isRight) expect(read(content, cuts)).toEqual(Buffer.from(content));
      }),
      randomCases(500, 2_000),
    );
  });

  it.each<[string, Uint8Array, readonly number[], string]>([
    ["in the first line", Buffer.from("a\xfc,b\n", "latin1"), [], "line 1 "],
    ["in a later line", Buffer.from("a\nb\nM\xfcller\n", "latin1"), [], "line 3 "],
    ["in a later piece", Buffer.from("a\nb\nM\xfcller\n", "latin1"), [2, 2], "line 3 "],
    ["between two pieces", Uint8Array.from([0x61, 0x0a, 0xe2, 0x82, 0x61]), [4], "line 2 "],
    ["at the end", Uint8Array.from([0x61, 0x0a, 0xe2, 0x82]), [], "cut off"],
    ["that is no text", Uint8Array.from([0x61, 0, 1, 2, 3]), [], "binary"],
    ["that is UTF-16", Buffer.from("a,b\n1,2\n", "utf16le"), [], "UTF-16"],
  ])("says where a byte is wrong: %s", (_where, content, sizes, reason) => {
    expect(reasonOf(content, sizes)).toContain(reason);
  });

  it("leaves out a byte order mark, wherever it is cut", () => {
    const content = Buffer.from("\ufeffab");
    for (const sizes of [[], [1], [1, 1], [2], [3], [4]]) {
      expect(read(content, sizes, 3).toString()).toBe("ab");
    }
    expect([...textPieces(arriving(content, [1]), 3)][0]).toMatchObject({ position: 3 });
  });
});

describe("textStart", () => {
  it("knows a byte order mark, and what is no text", () => {
    expect(textStart(arriving(Buffer.from("\ufeffab")))).toMatchObject({ skipped: 3 });
    expect(textStart(arriving(Buffer.from("ab")))).toMatchObject({ skipped: 0 });
    expect(() => textStart(arriving(Buffer.from("\ufeff")))).toThrow("empty");
    expect(() => textStart(arriving(new Uint8Array(0)))).toThrow("empty");
    expect(() => textStart(arriving(Buffer.from("%PDF-1.7")))).toThrow("PDF");
  });
});
