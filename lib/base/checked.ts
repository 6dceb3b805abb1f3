/**
 * Reads and writes by an index that throw outside instead of going on with a made-up value. A function for each type
 * of array: one for all would be called with so many that V8 looks the type up at every read (25 ns instead of 0.8;
 * `starts[i] ?? 0` takes 0.4).
 */

/** The element at `index`. Throws RangeError where there is none: outside, or a hole. */
export function at<T extends NonNullable<unknown> | null>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw outside(values, index);
  return value;
}

/** The number at `index`. Throws RangeError outside. */
export function float64At(column: Float64Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The number at `index`. Throws RangeError outside. */
export function int32At(column: Int32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The number at `index`. Throws RangeError outside. */
export function uint32At(column: Uint32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The number at `index`. Throws RangeError outside. */
export function uint16At(column: Uint16Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The byte at `index`. Throws RangeError outside. */
export function uint8At(column: Uint8Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** The number at `index` of a column as wide as its values need. Throws RangeError outside. */
export function uintAt(column: Uint8Array | Uint16Array | Uint32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw outside(column, index);
  return value;
}

/** Adds `amount` to the number at `index`. Throws RangeError outside. */
export function addToFloat64(column: Float64Array, index: number, amount: number): void {
  column[index] = float64At(column, index) + amount;
}

/** Adds `amount` to the number at `index`. Throws RangeError outside. */
export function addToInt32(column: Int32Array, index: number, amount: number): void {
  column[index] = int32At(column, index) + amount;
}

/** Adds `amount` to the number at `index`. Throws RangeError outside. */
export function addToUint32(column: Uint32Array, index: number, amount: number): void {
  column[index] = uint32At(column, index) + amount;
}

/** The first element. Throws RangeError where there is none. */
export function first<T extends NonNullable<unknown> | null>(values: readonly T[]): T {
  return at(values, 0);
}

/** The last element. Throws RangeError where there is none. */
export function last<T extends NonNullable<unknown> | null>(values: readonly T[]): T {
  return at(values, values.length - 1);
}

function outside({ length }: { readonly length: number }, index: number): RangeError {
  return new RangeError(`There is no element ${index}: the array has ${length}.`);
}
