import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFileName, datasetNameOf, formatOf, isDatasetName } from "./file-names";
import { Refusal } from "./refusal";

describe("datasetNameOf", () => {
  it.each([
    ["trips.csv", "trips"],
    ["Trips (2024).csv", "Trips 2024"],
    ["año fiscal.v2.tsv", "año fiscal.v2"],
    ["a/b.csv", "a b"],
    ["  x  y .csv", "x y"],
    ["東京.json", "東京"],
  ])("%s becomes %s", (file, dataset) => expect(datasetNameOf(file)).toBe(dataset));

  it("gives a name that a dataset can have, or refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 150 }), (stem) => {
        try {
          expect(isDatasetName(datasetNameOf(`${stem}.csv`))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});

describe("checkFileName", () => {
  it.each(["", " ", "a/b.csv", "..\\b.csv", ".env", "a\u0000.csv", "a\u202e.csv", `${"x".repeat(201)}`])(
    "refuses %j",
    (name) => expect(() => checkFileName(name)).toThrow(Refusal),
  );
  it.each(["a.csv", "ü (1) & co.md", "a..b.txt"])("takes %j", (name) => checkFileName(name));
});

describe("formatOf", () => {
  it.each([
    ["a.CSV", "csv"],
    ["a.b.jsonl", "ndjson"],
    ["a.markdown", "markdown"],
  ])("%s is %s", (name, format) => expect(formatOf(name)).toBe(format));
  it.each(["a.constructor", "a", "a.", "a.pdf", "a.zip"])("refuses %s", (name) => {
    expect(() => formatOf(name)).toThrow(Refusal);
  });
});
