import { describe, expect, it } from "vitest";
import { formatDuration, hrTimeToNs, msToNs, nanoseconds, nsToMs } from "./time";

describe("conversions", () => {
  it("keeps every nanosecond of an epoch", () => {
    expect(hrTimeToNs([1_767_225_600, 123_456_789])).toBe(1_767_225_600_123_456_789n);
  });

  it("goes to milliseconds and back", () => {
    expect(msToNs(1.5)).toBe(1_500_000n);
    expect(nsToMs(nanoseconds(1_767_225_600_123_456_789n))).toBe(1_767_225_600_123.456);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [7, "7 ns"],
    [999, "999 ns"],
    [1_500, "1.50 µs"],
    [482_000, "482 µs"],
    [999_600, "1.00 ms"],
    [12_340_000, "12.3 ms"],
    [999_940_000, "1.00 s"],
    [1_250_000_000, "1.25 s"],
    [90e9, "1.50 min"],
    [-2_000_000, "-2.00 ms"],
  ])("%d ns is %s", (durationNs, text) => expect(formatDuration(durationNs)).toBe(text));
});
