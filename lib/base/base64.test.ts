import fc from "fast-check";
import { expect, it } from "vitest";
import { isBase64, normalBase64 } from "./base64";

it("takes what encoders write, of either alphabet, padded or not, as one text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64");
      expect(isBase64(text)).toBe(true);
      expect(normalBase64(text)).toBe(text);
      expect(normalBase64(text.replace(/=+$/, ""))).toBe(text);
      expect(normalBase64(Buffer.from(bytes).toString("base64url"))).toBe(text);
    }),
  );
});

it("knows every text that is base64, and no other", () => {
  const near = fc.string({ unit: fc.constantFrom(..."AQgwEIBcz059+/=-_ \n?é"), maxLength: 9 });
  fc.assert(
    fc.property(near, (text) => {
      expect(isBase64(text)).toBe(Buffer.from(text, "base64").toString("base64") === text);
    }),
    { numRuns: 5_000 },
  );
});

it("is not worn out by long texts", () => {
  const long = "A".repeat(8_000_000);
  expect(isBase64(long)).toBe(true);
  expect(isBase64(`${long}?`)).toBe(false);
});
