import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textToSegments } from "./mark-segments";

describe("textToSegments", () => {
  it("gives an unmarked text whole, and nothing for none", () => {
    expect(textToSegments("plain", [])).toEqual([{ text: "plain", score: null }]);
    expect(textToSegments("", [{ start: 0, end: 3, score: 1 }])).toEqual([]);
  });

  it("takes the better score where marks overlap", () => {
    const marks = [
      { start: 2, end: 6, score: 0.4 },
      { start: 4, end: 8, score: 0.9 },
    ];
    expect(textToSegments("abcdefghij", marks)).toEqual([
      { text: "ab", score: null },
      { text: "cd", score: 0.4 },
      { text: "efgh", score: 0.9 },
      { text: "ij", score: null },
    ]);
  });

  it("ignores empty and turned marks and cuts those that reach outside", () => {
    const marks = [
      { start: 3, end: 3, score: 1 },
      { start: 4, end: 2, score: 1 },
      { start: -5, end: 1, score: 0.5 },
      { start: 9, end: 99, score: 0.5 },
    ];
    expect(textToSegments("abcde", marks)).toEqual([
      { text: "a", score: 0.5 },
      { text: "bcde", score: null },
    ]);
  });

  it("loses no character, marks exactly what is covered and joins like neighbours", () => {
    const mark = fc.record({
      start: fc.integer({ min: -5, max: 40 }),
      end: fc.integer({ min: -5, max: 40 }),
      score: fc.constantFrom(0.1, 0.5, 0.9),
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(mark, { maxLength: 8 }), (text, marks) => {
        const segments = textToSegments(text, marks);
        expect(segments.map((segment) => segment.text).join("")).toBe(text);
        let offset = 0;
        for (const [i, segment] of segments.entries()) {
          expect(segment.score).not.toBe(segments[i + 1]?.score);
          for (const at of [...segment.text].keys()) {
            const scores = marks
              .filter(({ start, end }) => start <= offset + at && offset + at < end)
              .map(({ score }) => score);
            expect(segment.score).toBe(scores.length === 0 ? null : Math.max(...scores));
          }
          offset += segment.text.length;
        }
      }),
    );
  });
});
