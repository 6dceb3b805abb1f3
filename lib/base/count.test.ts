import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCount, formatQuantity } from "./count";

it("writes what Intl would", () => {
  const intl = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -99_999, max: 99_999 })), (count) => {
      expect(formatCount(count)).toBe(intl.format(count));
    }),
  );
});

describe("formatQuantity", () => {
  it("agrees in number", () => {
    expect([0, 1, 2_000].map((count) => formatQuantity(count, "row"))).toEqual([
      "0 rows",
      "1 row",
      "2,000 rows",
    ]);
    expect(formatQuantity(2, "query", "queries")).toBe("2 queries");
  });
});
