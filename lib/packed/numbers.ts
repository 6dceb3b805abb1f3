import { float64At, uint8At } from "@/lib/base/checked";
import { BadPackedBytes, type ByteReader, type ByteWriter } from "./bytes";

/**
 * Columns of numbers, made small for a compressor that sees bytes: whole numbers lose their common minimum and
 * divisor (microseconds that are written as nanoseconds lose three digits), are written as differences where those
 * are shorter, and are stored in planes, all lowest bytes first, so that bytes of like meaning are adjacent.
 */

const modes = { whole: 0, differences: 1, doubles: 2 } as const;

/** Any numbers; whole, safe ones take the least room. The caller passes their count to the reader. */
export function packNumbers(writer: ByteWriter, numbers: ArrayLike<number>): void {
  const values = numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
  const whole = measure(values, false);
  if (!whole) {
    packDoubles(writer, values);
    return;
  }
  const differences = measure(values, true);
  const isDifferent = differences !== undefined && differences.bits < whole.bits * 0.9;
  const { least, divisor, largest } = isDifferent ? differences : whole;
  writer.byte(isDifferent ? modes.differences : modes.whole);
  let before = isDifferent ? float64At(values, 0) : 0;
  if (isDifferent) writer.signed(before);
  writer.signed(least);
  writer.count(divisor);
  const width = byteWidth(largest);
  writer.byte(width);
  const planes = writer.reserve(width * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = float64At(values, i);
    let rest = (value - before - least) / divisor;
    if (isDifferent) before = value;
    for (let at = i; at < planes.length; at += values.length) {
      planes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
}

export function unpackNumbers(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  const mode = reader.byte();
  if (mode === modes.doubles) return unpackDoubles(reader, values);
  if (mode !== modes.whole && mode !== modes.differences)
    throw new BadPackedBytes("A column is of no known kind.");
  let before = mode === modes.differences ? reader.signed() : 0;
  const least = reader.signed();
  const divisor = reader.count();
  const width = reader.byte();
  const planes = reader.bytes(width * count);
  for (let i = 0; i < count; i++) {
    let rest = 0;
    for (let plane = width - 1; plane >= 0; plane--) rest = rest * 256 + uint8At(planes, plane * count + i);
    const value = before + least + rest * divisor;
    if (mode === modes.differences) before = value;
    values[i] = value;
  }
  return values;
}

/** Passes over what `unpackNumbers` would read. */
export function skipNumbers(reader: ByteReader, count: number): void {
  const mode = reader.byte();
  if (mode === modes.doubles) {
    reader.bytes(8 * count);
    return;
  }
  if (mode === modes.differences) reader.signed();
  reader.signed();
  reader.count();
  reader.bytes(reader.byte() * count);
}

interface Measured {
  readonly least: number;
  readonly divisor: number;
  /** Of the values without the least and the divisor. */
  readonly largest: number;
  /** About the bits that they take when each is as short as it can be. */
  readonly bits: number;
}

/** Undefined where values, or the distances between them, are not whole or not exact. */
function measure(values: Float64Array, isDifference: boolean): Measured | undefined {
  if (values.length === 0) return { least: 0, divisor: 1, largest: 0, bits: 0 };
  const base = isDifference ? float64At(values, 0) : 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let before = base;
  for (const value of values) {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return undefined;
    const step = value - before;
    if (isDifference) before = value;
    if (step < least) least = step;
    if (step > most) most = step;
  }
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || !Number.isSafeInteger(most - least))
    return undefined;
  let divisor = 0;
  before = base;
  for (const value of values) {
    divisor = greatestDivisor(value - before - least, divisor);
    if (divisor === 1) break;
    if (isDifference) before = value;
  }
  divisor ||= 1;
  let bits = 0;
  before = base;
  for (const value of values) {
    bits += bitLength((value - before - least) / divisor);
    if (isDifference) before = value;
  }
  return { least, divisor, largest: (most - least) / divisor, bits };
}

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32);
}

function byteWidth(largest: number): number {
  let width = 0;
  for (let rest = largest; rest > 0; rest = Math.floor(rest / 256)) width++;
  return width;
}

function packDoubles(writer: ByteWriter, values: Float64Array): void {
  writer.byte(modes.doubles);
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const planes = writer.reserve(raw.length);
  const count = values.length;
  for (let i = 0; i < count; i++) {
    for (let plane = 0; plane < 8; plane++) planes[plane * count + i] = uint8At(raw, 8 * i + plane);
  }
}

function unpackDoubles(reader: ByteReader, values: Float64Array): Float64Array {
  const raw = new Uint8Array(values.buffer);
  const planes = reader.bytes(raw.length);
  const count = values.length;
  for (let i = 0; i < count; i++) {
    for (let plane = 0; plane < 8; plane++) raw[8 * i + plane] = uint8At(planes, plane * count + i);
  }
  return values;
}
