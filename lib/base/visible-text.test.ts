import fc from "fast-check";
import { expect, it } from "vitest";
import { visibleText } from "./visible-text";

it.each([
  ["my-run-1", "my-run-1"],
  ["käse 🧀 Διαδρομή 走る", "käse 🧀 Διαδρομή 走る"],
  ["a\u202eb", "a\\u{202e}b"],
  ["a\u200bb\u00a0c\u0000\n", "a\\u{200b}b\\u{a0}c\\u{0}\\u{a}"],
  [" a  b ", "\\u{20}a\\u{20} b\\u{20}"],
  ["\ud800x\u{e0041}", "\\u{d800}x\\u{e0041}"],
  ["\u3164", "\\u{3164}"],
  ["\\u{202e}", "\\\\u{202e}"],
  [" ", "\\u{20}"],
])("%j is shown as %s", (text, shown) => expect(visibleText(text)).toBe(shown));

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom(..." \\u{20}\u202e\u200d\n\0"), fc.string({ unit: "binary" })),
});

it("no two texts look the same, and nothing of one is hidden", () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      expect(visibleText(a)).not.toMatch(/[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}|^ | $| {2}/u);
      if (a !== b) expect(visibleText(a)).not.toBe(visibleText(b));
    }),
  );
  // Read back, the text is what it was: the law that makes the shown forms different.
  fc.assert(
    fc.property(anyText, (text) => {
      const back = visibleText(text).replace(/\\(?:\\|u\{([0-9a-f]+)\})/g, (_, code?: string) =>
        code === undefined ? "\\" : String.fromCodePoint(Number.parseInt(code, 16)),
      );
      expect(back).toBe(text);
    }),
  );
});
