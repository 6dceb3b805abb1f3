import { uint8At } from "@/lib/base/checked";
import type { TimeUnit } from "./leaf";

/* Values that no column type of the database holds exactly, as text; and bytes as numbers. */

const dayMs = 86_400_000;
const dayNs = 86_400_000_000_000n;

/** Days since 1970-01-01 as "2024-01-31", in the Gregorian calendar however far away. */
export function dateText(days: number): string {
  const ms = days * dayMs;
  const date = new Date(ms);
  // What Date can hold; 32 bits of days reach further.
  if (!Number.isNaN(date.getTime()))
    return yearText(date.getUTCFullYear()) + date.toISOString().slice(-20, -14);
  const cycles = Math.floor(days / cycleDays);
  const inCycle = new Date((days - cycles * cycleDays) * dayMs);
  return yearText(inCycle.getUTCFullYear() + cycles * cycleYears) + inCycle.toISOString().slice(-20, -14);
}

/** The calendar repeats after 400 years. */
const cycleYears = 400;
const cycleDays = 146_097;

function yearText(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, "0");
  if (year < 0) return `-${digits}`;
  return year > 9999 ? `+${digits}` : digits;
}

/** Nanoseconds since 1970 as "2024-01-31 10:00:00.123456", with `digits` of the fraction. */
export function timestampText(ns: bigint, digits: TimeUnit): string {
  const days = floorDiv(ns, dayNs);
  return `${dateText(Number(days))} ${timeText(ns - days * dayNs, digits)}`;
}

/** Nanoseconds since midnight as "10:00:00.123456". Values beyond a day simply continue the count of hours. */
export function timeText(ns: bigint, digits: TimeUnit): string {
  const sign = ns < 0n ? "-" : "";
  const positive = ns < 0n ? -ns : ns;
  const seconds = positive / 1_000_000_000n;
  const two = (number: bigint) => String(number).padStart(2, "0");
  const fraction = String(positive % 1_000_000_000n)
    .padStart(9, "0")
    .slice(0, digits);
  return `${sign}${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}.${fraction}`;
}

/** An unscaled number with the point `scale` digits from its end: (12345n, 2) is "123.45". */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const sign = unscaled < 0n ? "-" : "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function uuidText(bytes: Uint8Array): string {
  const hex = hexText(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Big-endian, two's complement, of any length. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${hexText(bytes)}`));
}

/** IEEE 754's half, little-endian. */
export function bytesToHalf(bytes: Uint8Array): number {
  const bits = uint8At(bytes, 0) | (uint8At(bytes, 1) << 8);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** 1970-01-01 as a Julian day. */
const julianEpoch = 2_440_588n;

/** Impala's and Spark's old timestamp (nanoseconds of the day in the low 64 bits, a Julian day above) since 1970. */
export function int96ToNs(value: bigint): bigint {
  const low = BigInt.asIntN(64, value);
  const day = BigInt.asIntN(32, (value - low) >> 64n);
  return (day - julianEpoch) * dayNs + low;
}

export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
