import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentences } from "./sentences";

const cut = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));

describe("sentences", () => {
  it.each([
    ["It opened in 2016. It has 36 docks.", ["It opened in 2016.", "It has 36 docks."]],
    ["Ask Dr. Halloran, e.g. on Mondays. She knows.", ["Ask Dr. Halloran, e.g. on Mondays.", "She knows."]],
    ["J. R. Tolkien wrote it. We read it.", ["J. R. Tolkien wrote it.", "We read it."]],
    ["The fee is 3.50 a day. Pay at once.", ["The fee is 3.50 a day.", "Pay at once."]],
    ["Use dock No. 5 there! Why? Because.", ["Use dock No. 5 there!", "Why?", "Because."]],
    ["1. Unlock it.\n2. Ride it.\n- Park", ["1. Unlock it.", "2. Ride it.", "- Park"]],
    ["| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]],
    [
      "The line of this text was wrapped before\nHarbour Clock and goes on.\nShort line\nNext",
      ["The line of this text was wrapped before\nHarbour Clock and goes on.", "Short line", "Next"],
    ],
    [
      "One paragraph without a dot\n\nanother paragraph",
      ["One paragraph without a dot", "another paragraph"],
    ],
    ["", []],
  ])("cuts %j", (text, expected) => expect(cut(text)).toEqual(expected));

  it("covers every visible character once, in order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), (text) => {
        let last = 0;
        for (const { start, end } of sentences(text)) {
          expect(text.slice(last, start).trim()).toBe("");
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(text.slice(last).trim()).toBe("");
      }),
    );
  });
});
