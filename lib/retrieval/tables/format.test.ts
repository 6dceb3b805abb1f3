import { describe, expect, it } from "vitest";
import { formatNumber } from "./format";

describe("formatNumber", () => {
  it.each([
    [31750, "31,750"],
    [19817.914, "19,817.91"],
    [0.175, "0.175"],
    [-0.00012345, "-0.000123"],
    [0, "0"],
    [1.005, "1.01"],
  ])("%d is %s", (value, text) => expect(formatNumber(value)).toBe(text));
});
