import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonScan } from "./json-scan";
import { shapes } from "./value-shape";

const limits = { maxColumns: 50, maxRowBytes: 100_000 };

function scan(text: string, chunkBytes = 1_000_000): JsonScan {
  const scanned = new JsonScan(limits);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanned.push(bytes.subarray(at, at + chunkBytes));
  scanned.end();
  return scanned;
}

describe("JsonScan", () => {
  it("finds the rows and keys of any objects, however they are written and cut", () => {
    const key = fc.string({
      unit: fc.constantFrom("a", "é", '"', "\\", "{", "}", "[", ",", ":", "\n"),
      maxLength: 4,
    });
    const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });
    const written = fc.tuple(
      fc.array(object, { minLength: 1, maxLength: 6 }),
      fc.constantFrom("array", "pretty", "lines"),
      fc.integer({ min: 1, max: 20 }),
    );
    fc.assert(
      fc.property(written, ([objects, form, chunkBytes]) => {
        const text =
          form === "lines"
            ? objects.map((each) => JSON.stringify(each)).join("\n")
            : JSON.stringify(objects, null, form === "pretty" ? 2 : 0);
        const scanned = scan(text, chunkBytes);
        expect(scanned.rows).toBe(objects.length);
        expect(scanned.isArray).toBe(form !== "lines");
        // In the order of the text; keys such as "1" come first in an object of JavaScript's, and in its JSON.
        expect(scanned.keys).toEqual([...new Set(objects.flatMap((each) => Object.keys(each)))]);
        const head = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, scanned.headEnd));
        if (scanned.isArray) expect(JSON.parse(`${head}]`)).toEqual(JSON.parse(text));
        else expect(head).toBe(text);
      }),
    );
  });

  it("marks what a key's values look like", () => {
    for (const chunkBytes of [1, 5, 1_000]) {
      const { marksOf } = {
        marksOf: (key: string) =>
          scan('[{"n":12345678901234567890,"z":null},{"d":"1850-01-01","z" : 5 }]', chunkBytes).marksOf(key),
      };
      expect(marksOf("n") & shapes.longNumber).not.toBe(0);
      expect(marksOf("d") & shapes.farDate).not.toBe(0);
      expect(marksOf("z") & (shapes.longNumber | shapes.farDate | shapes.code)).toBe(0);
    }
    expect(scan('{"d":null}\n{"d":"2024-01-01"}').marksOf("d") & shapes.notBareDate).toBe(0);
  });

  it.each([
    ['{"a":1', "cut off"],
    ['{"a":"x', "cut off"],
    ["[1]", "not an object"],
    ['"text"', "not an object"],
    ["hello", "not an object"],
    ['[[{"a":1}]]', "not an object"],
    ['[{"a":1}]]', "never opened"],
    ['[{"a":1}] {"a":2}', "behind the end"],
    ['{"a":1}\n\n7', "Line 3"],
    [`{"a":${"[".repeat(40)}`, "nested deeper"],
    [`{"${"k".repeat(3_000)}":1}`, "very long"],
    ['{"\\x":1}', "not valid JSON"],
    [`{"a":"${"x".repeat(100_001)}"}`, "longer than"],
    [JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, n]))), "more than 50"],
  ])("refuses %j", (text, reason) => {
    expect(() => scan(text)).toThrow(reason);
    expect(() => scan(text, 3)).toThrow(reason);
  });
});
