import { expect, test } from "vitest";
import {
  addToFloat64,
  addToInt32,
  addToUint32,
  at,
  first,
  float64At,
  int32At,
  last,
  uint8At,
  uint16At,
  uint32At,
  uintAt,
} from "./checked";

const outside = [-1, 3, 0.5, Number.NaN];

test.each([
  ["at", (index: number) => at([1, 2, 3], index)],
  ["float64At", (index: number) => float64At(Float64Array.of(1, 2, 3), index)],
  ["int32At", (index: number) => int32At(Int32Array.of(1, 2, 3), index)],
  ["uint32At", (index: number) => uint32At(Uint32Array.of(1, 2, 3), index)],
  ["uint16At", (index: number) => uint16At(Uint16Array.of(1, 2, 3), index)],
  ["uintAt of bytes", (index: number) => uintAt(Uint8Array.of(1, 2, 3), index)],
  ["uintAt of words", (index: number) => uintAt(Uint32Array.of(1, 2, 3), index)],
  ["uint8At", (index: number) => uint8At(Uint8Array.of(1, 2, 3), index)],
])("%s reads inside and throws outside", (_, read) => {
  expect([0, 1, 2].map(read)).toEqual([1, 2, 3]);
  for (const index of outside)
    expect(() => read(index)).toThrow(`There is no element ${index}: the array has 3.`);
});

test.each([
  ["addToFloat64", addToFloat64, Float64Array],
  ["addToInt32", addToInt32, Int32Array],
  ["addToUint32", addToUint32, Uint32Array],
] as const)("%s adds inside and leaves the column alone outside", (_, add, Column) => {
  const column = Column.of(1, 2);
  // The pairs above belong together.
  (add as (column: unknown, index: number, amount: number) => void)(column, 1, 5);
  expect([...column]).toEqual([1, 7]);
  expect(() => (add as (column: unknown, index: number, amount: number) => void)(column, 2, 5)).toThrow(
    RangeError,
  );
  expect([...column]).toEqual([1, 7]);
});

test("null and 0 are elements, a hole is none", () => {
  expect(at([null, 0, ""], 0)).toBeNull();
  expect(at([null, 0, ""], 1)).toBe(0);
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
  expect(() => at([1, , 3] as number[], 1)).toThrow(RangeError);
});

test("first and last throw where there is nothing", () => {
  expect([first([4, 5]), last([4, 5])]).toEqual([4, 5]);
  expect(() => first([])).toThrow("There is no element 0: the array has 0.");
  expect(() => last([])).toThrow("There is no element -1: the array has 0.");
});
