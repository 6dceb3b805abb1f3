import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentenceSegments } from "./sentence-segments";

const whole = new Intl.Segmenter("en", { granularity: "sentence" });

describe("sentenceSegments", () => {
  it("gives the same in windows as all at once", () => {
    const piece = fc.constantFrom(
      "Ab. ",
      "cd ",
      "Dr. ",
      "3.5 ",
      "e.g. x ",
      "é! ",
      "“Q?” ",
      "\n",
      "\r\n",
      "🚲 ",
      "…",
      "東。",
    );
    const text = fc.array(piece, { maxLength: 900 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 600, max: 1_500 }), (made, windowChars) => {
        const expected = [...whole.segment(made)].map(({ segment, index }) => ({
          text: segment,
          start: index,
        }));
        expect([...sentenceSegments(made, windowChars)]).toEqual(expected);
      }),
    );
  });

  it("takes a sentence that is longer than any window", () => {
    const long = "word ".repeat(20_000);
    expect([...sentenceSegments(`${long}end. Next.`)].map(({ text }) => text.length)).toEqual([
      long.length + 5,
      5,
    ]);
  });

  it("takes 40,000 sentences in one paragraph: at once they would take a minute", () => {
    expect([...sentenceSegments("Ab. Cd. ".repeat(20_000))]).toHaveLength(40_000);
  });
});
