import { describe, expect, it } from "vitest";
import { formatAgo, formatMoment } from "./moment-format";

const now = Date.UTC(2026, 10, 23, 12);

describe("formatAgo", () => {
  it.each([
    [0, "just now"],
    [59_999, "just now"],
    [60_000, "1 minute ago"],
    [3_599_000, "59 minutes ago"],
    [3_600_000, "1 hour ago"],
    [86_400_000, "yesterday"],
    [5 * 86_400_000, "5 days ago"],
    [-120_000, "in 2 minutes"],
  ])("%d ms is %s", (elapsedMs, text) => expect(formatAgo(now - elapsedMs, now)).toBe(text));
});

describe("formatMoment", () => {
  it("keeps milliseconds and names the zone", () => {
    expect(formatMoment(now + 7)).toMatch(/^2026-11-2[34] \d\d:\d\d:00\.007 UTC([+-]\d{1,2}(:\d\d)?)?$/);
  });
});
