import { expect, it } from "vitest";
import { columnTypeToWords } from "./column-type";

it.each([
  ["Nullable(Int64)", "integer"],
  ["UInt8", "integer"],
  ["Nullable(Float64)", "number"],
  ["Decimal(10, 2)", "number"],
  ["Nullable(DateTime64(0, 'UTC'))", "date and time"],
  ["Nullable(Date32)", "date"],
  ["LowCardinality(Nullable(String))", "text"],
  ["Bool", "yes or no"],
  ["Array(String)", "list"],
  ["Tuple(a Int64)", "Tuple(a Int64)"],
])("%s is %s", (type, words) => expect(columnTypeToWords(type)).toBe(words));
