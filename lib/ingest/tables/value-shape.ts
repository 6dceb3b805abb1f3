import { uint8At } from "@/lib/base/checked";

/**
 * What the database's reader would get wrong without a word, found by looking at every value: it reads 007 as
 * 7, wraps a number of 20 digits around, and makes 1970-01-01 of a date before 1900 (measured, 26.7). A type is
 * chosen from the first rows; these marks are of all rows.
 */
export const shapes = {
  /** A number with a leading zero or plus sign: an article number, a phone number. */
  code: 1,
  /** 19 digits or more: beyond 64 bits, or close. */
  longNumber: 2,
  /** A date outside of 1900–2299. */
  farDate: 4,
  /** Anything but a bare YYYY-MM-DD. */
  notBareDate: 8,
  /** A fraction of a second, or what looks like one. */
  fraction: 16,
} as const;

/** As much of a value as its shape is judged by. */
export const shapeBytes = 32;

const zero = 0x30;
const dash = 0x2d;
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= zero && byte <= 0x39;

/** The marks of one value, of which `bytes` holds at least the first `shapeBytes`; 0 for an empty one. */
export function shapeOf(bytes: Uint8Array, length: number): number {
  if (length === 0) return 0;
  const first = uint8At(bytes, 0);
  // Most values are words.
  if (first > 0x39 || (first < zero && first !== 0x2b && first !== dash)) return shapes.notBareDate;
  let marks = 0;
  const signed = bytes[0] === 0x2b || bytes[0] === dash ? 1 : 0;
  let digits = 0;
  while (signed + digits < length && isDigit(bytes[signed + digits])) digits++;
  if (digits > 0 && bytes[0] === 0x2b) marks |= shapes.code;
  if (digits > 1 && bytes[signed] === zero) marks |= shapes.code;
  if (digits >= 19) marks |= shapes.longNumber;

  const isDate =
    signed === 0 &&
    digits === 4 &&
    length >= 10 &&
    bytes[4] === dash &&
    bytes[7] === dash &&
    isDigit(bytes[9]);
  if (!isDate || length !== 10) marks |= shapes.notBareDate;
  if (isDate) {
    const year = Number.parseInt(String.fromCharCode(...bytes.subarray(0, 4)), 10);
    if (year < 1900 || year > 2299) marks |= shapes.farDate;
    if (bytes[19] === 0x2e && length > 20) marks |= shapes.fraction;
  }
  return marks;
}
