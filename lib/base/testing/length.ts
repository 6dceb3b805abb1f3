import { inject } from "vitest";

/**
 * Tests have a long form, for `npm run test:long` and for `npm test` with `--ci`; a plain `npm test` takes the short one.
 */
export const isLong = inject("isLong");

/** For fast-check: in the short form `few` cases, the same every time; in the long one `all`, others every time. */
export function randomCases(few: number, all: number): { numRuns: number; seed?: number } {
  return isLong ? { numRuns: all } : { numRuns: few, seed: 1 };
}
