import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize } from "./tokens";

const words = (text: string) => tokenize(text).map((token) => token.text);

describe("tokenize", () => {
  it.each([
    ["How many e-bikes are there?", ["How", "many", "e", "bikes", "are", "there"]],
    ["Bargeman's Rest, St. Ives’ quay", ["Bargeman's", "Rest", "St", "Ives", "quay"]],
    ["1,250.50 euros, 3.5 km, 12,5", ["1,250.50", "euros", "3.5", "km", "12", "5"]],
    ["model E1 of 2025-03-10", ["model", "E1", "of", "2025", "03", "10"]],
    ["the U.S. market", ["the", "U.S.", "market"]],
    ["Zürich Ōsaka Łódź", ["Zürich", "Ōsaka", "Łódź"]],
    ["東京 の bike", ["東", "京", "の", "bike"]],
    ["distance_km <b>&amp;</b>", ["distance", "km", "b", "amp", "b"]],
    ["  — … !", []],
  ])("reads %j", (text, expected) => expect(words(text)).toEqual(expected));

  it("gives offsets that cut the token out of the text, in order, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
        let last = 0;
        for (const token of tokenize(text)) {
          expect(text.slice(token.start, token.end)).toBe(token.text);
          expect(token.start).toBeGreaterThanOrEqual(last);
          expect(token.text.length).toBeGreaterThan(0);
          last = token.end;
        }
      }),
    );
  });
});
