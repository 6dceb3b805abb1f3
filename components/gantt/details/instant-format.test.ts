import { expect, it } from "vitest";
import { formatInstant } from "./instant-format";

it.each([
  [1_767_225_600_000_000_000n, "2026-01-01 00:00:00 UTC"],
  [1_767_225_600_123_456_789n, "2026-01-01 00:00:00.123456789 UTC"],
  [1_767_225_600_120_000_000n, "2026-01-01 00:00:00.12 UTC"],
  [-1n, "1969-12-31 23:59:59.999999999 UTC"],
  [10n ** 30n, `${10n ** 30n} ns`],
])("%s", (ns, text) => expect(formatInstant(ns)).toBe(text));
