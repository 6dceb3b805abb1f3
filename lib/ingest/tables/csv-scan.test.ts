import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDelimiter, splitRecord } from "./csv-record";
import { CsvScan } from "./csv-scan";
import { shapes } from "./value-shape";

const limits = { maxColumns: 100, maxRowBytes: 100_000 };

function scan(text: string, chunkBytes = text.length + 1, delimiter = ","): CsvScan {
  const scanned = new CsvScan(delimiter, limits);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanned.push(bytes.slice(at, at + chunkBytes));
  scanned.end();
  return scanned;
}

const field = fc.string({
  unit: fc.constantFrom("a", "7", " ", ",", '"', "\n", "\r\n", "é", "🚲", "-", ";"),
  maxLength: 6,
});
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

describe("CsvScan", () => {
  it("counts the rows of any rightly quoted table, however it is cut", () => {
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), fc.boolean(), (rows, chunkBytes, hasEnd) => {
        const header = rows[0]?.map((_, column) => `c${column}`).join(",") ?? "";
        const lines = rows.map((row) => row.map(quoted).join(","));
        const text = [header, ...lines].join("\r\n") + (hasEnd ? "\r\n" : "");
        const scanned = scan(text, chunkBytes);
        expect(scanned.rows).toBe(rows.length);
        const bytes = new TextEncoder().encode(text);
        expect(scanned.headEnd).toBe(bytes.length);
        expect(new TextDecoder().decode(bytes.slice(scanned.bodyStart))).toBe(text.slice(header.length + 2));
      }),
    );
  });

  it("refuses a table with one field too many or too few, naming the line", () => {
    const row = fc.array(fc.constantFrom("x", '"a\nb"', ""), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 5 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (rows, more, cut) => {
          const good = ["a,b,c", ...rows.map((fields) => fields.join(","))].join("\n");
          const line = good.split("\n").length + 1;
          const bad = more ? "1,2,3,4" : "1,2";
          expect(() => scan(`${good}\n${bad}\n5,6,7`, cut)).toThrow(
            `Line ${line} has ${more ? 4 : 2} fields`,
          );
        },
      ),
    );
  });

  it("marks what a column holds anywhere in it", () => {
    const text =
      "plain,code,phone,long,old,day,moment\n1,0,5,1,2024-01-01,2024-01-01,2024-01-01 10:00:00\n" +
      "2,007,+49,12345678901234567890,1850-01-01,,2024-01-01 10:00:00.5\n";
    for (const chunkBytes of [1, 7, 1_000]) {
      const scanned = scan(text, chunkBytes);
      const has = (column: number, shape: number) => (scanned.marksOf(column) & shape) !== 0;
      expect(has(0, shapes.code | shapes.longNumber | shapes.farDate)).toBe(false);
      expect(has(1, shapes.code)).toBe(true);
      expect(has(2, shapes.code)).toBe(true);
      expect(has(3, shapes.longNumber)).toBe(true);
      expect(has(4, shapes.farDate)).toBe(true);
      expect(has(5, shapes.notBareDate)).toBe(false);
      expect(has(6, shapes.fraction)).toBe(true);
    }
  });

  it("replaces tabs between fields, and only those", () => {
    const bytes = new TextEncoder().encode('a\tb\n1\t"x\ty"\n');
    const scanned = new CsvScan("\t", limits);
    scanned.push(bytes);
    scanned.end();
    expect(new TextDecoder().decode(bytes)).toBe('a\u001fb\n1\u001f"x\ty"\n');
    expect(scanned.header).toEqual(["a", "b"]);
    expect(scanned.storedDelimiter).toBe("\u001f");
  });

  it.each([
    ["a,b\n1,2\n\n", 1],
    ["a,b\n1,2\n\n\n\n", 1],
    ['a,b\n"1" , "2" \n', 1],
    ["a\n\n", 0],
  ])("takes %j", (text, rows) => expect(scan(text).rows).toBe(rows));
});

describe("splitRecord", () => {
  it("reads back what was quoted", () => {
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(",", ";", "\t"),
        (fields, by) => {
          expect(splitRecord(fields.map(quoted).join(by), by)).toEqual(fields.map((each) => each.trim()));
        },
      ),
    );
  });
});

describe("findDelimiter", () => {
  it.each([
    ["a,b;c\n", ","],
    ["a;b\n1,5;2", ";"],
    ["a\tb\n", "\t"],
    ["a|b\n", "|"],
    ['"x,y";b\n', ";"],
    ["alone\n1;2", ","],
  ])("%j", (start, delimiter) => expect(findDelimiter(start)).toBe(delimiter));
});
