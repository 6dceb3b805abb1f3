import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseValue } from "./values";

describe("normaliseValue", () => {
  it.each([
    ["  Bargeman’s   Rest ", "bargemans rest"],
    ["flat-tyre", "flat tyre"],
    ["Café «Zürich»", "cafe zurich"],
    ["１２３", "123"],
    ["3.50 €", "3 50"],
    ["—", ""],
    ["한국", "한국"],
  ])("%j → %j", (text, expected) => expect(normaliseValue(text)).toBe(expected));

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const once = normaliseValue(text);
        expect(normaliseValue(once)).toBe(once);
      }),
    );
  });
});
