import fc from "fast-check";
import { expect, it } from "vitest";
import { highest, lowest } from "./bigints";

it("finds the ends of any list", () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.array(fc.bigInt()), (first, others) => {
      const sorted = [first, ...others].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(lowest(first, ...others)).toBe(sorted[0]);
      expect(highest(first, ...others)).toBe(sorted.at(-1));
    }),
  );
});
