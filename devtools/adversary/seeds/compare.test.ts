import { describe, expect, it } from "vitest";
import { differenceOf } from "./compare";
import type { Cells, Expected } from "./seed";

const table = (...rows: Cells[]): Expected => ({ kind: "rows", columns: ["a", "b"], rows });

describe("differenceOf", () => {
  it("finds none where only order and zeros behind a point differ", () => {
    const stored = table(["2", null], ["1.5", "2024-01-31 09:00:00.120000"]);
    expect(differenceOf(table(["1.50", "2024-01-31 09:00:00.12"], ["2", null]), stored)).toBeUndefined();
  });

  it.each<[string, Expected]>([
    ["a cell of another value", table(["1", "x"], ["2", "z"])],
    ["an empty cell", table(["1", "x"], ["2", null])],
    ["a text for an empty cell", table(["1", "x"], ["2", ""])],
    ["a row less", table(["1", "x"])],
    ["a row twice", table(["1", "x"], ["2", "y"], ["2", "y"])],
    ["a zero before the point", table(["10", "x"], ["2", "y"])],
    [
      "other columns",
      {
        kind: "rows",
        columns: ["a", "c"],
        rows: [
          ["1", "x"],
          ["2", "y"],
        ],
      },
    ],
    ["another kind", { kind: "passages", passages: [] }],
  ])("finds %s", (_, found) => {
    expect(differenceOf(table(["1", "x"], ["2", "y"]), found)).toMatch(/missing|beyond/);
  });

  it("finds a passage that lost a word, or its heading", () => {
    const passages = (heading: string, text: string): Expected => ({
      kind: "passages",
      passages: [{ heading, text }],
    });
    expect(differenceOf(passages("H", "a b\nc"), passages("H", "a b c"))).toBeUndefined();
    expect(differenceOf(passages("H", "a b c"), passages("H", "a b"))).toBeDefined();
    expect(differenceOf(passages("H", "a b c"), passages("", "a b c"))).toBeDefined();
  });
});
