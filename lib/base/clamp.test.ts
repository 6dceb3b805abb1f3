import { expect, test } from "vitest";
import { clamp } from "./clamp";

test.each([
  [5, 0, 10, 5],
  [-1, 0, 10, 0],
  [11, 0, 10, 10],
  [5, 3, 1, 1],
])("%d from %d to %d is %d", (value, min, max, clamped) => expect(clamp(value, min, max)).toBe(clamped));
