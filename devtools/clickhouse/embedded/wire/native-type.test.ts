import { describe, expect, it } from "vitest";
import { parseNativeType } from "./native-type";

describe("parseNativeType", () => {
  it.each([
    ["UInt64", 8],
    ["DateTime64(9, 'UTC')", 8],
    ["Enum8('a' = 1, 'b, c)' = 2)", 1],
    ["FixedString(17)", 17],
    ["Decimal(9, 2)", 4],
    ["Decimal(10, 2)", 8],
    ["Decimal(38, 2)", 16],
    ["Decimal(76, 2)", 32],
    ["IntervalDay", 8],
    ["SimpleAggregateFunction(max, DateTime64(3))", 8],
  ])("%s is %d bytes wide", (text, bytes) => {
    expect(parseNativeType(text)).toEqual({ kind: "fixed", bytes });
  });

  it("reads names of elements away", () => {
    const string = { kind: "string" };
    const elements = [string, { kind: "fixed", bytes: 8 }];
    for (const text of [
      "Tuple(String, UInt64)",
      "Tuple(a String, b UInt64)",
      "Tuple(`a, (b` String, `c d` UInt64)",
    ])
      expect(parseNativeType(text)).toEqual({ kind: "tuple", elements });
    expect(parseNativeType("Nested(a String, b UInt64)")).toEqual({ kind: "array", elements });
  });

  it("reads types within types", () => {
    const key = { kind: "dictionary", elements: [{ kind: "string" }] };
    expect(parseNativeType("Array(Map(LowCardinality(String), Nullable(Int8)))")).toEqual({
      kind: "array",
      elements: [
        { kind: "array", elements: [key, { kind: "nullable", elements: [{ kind: "fixed", bytes: 1 }] }] },
      ],
    });
    expect(parseNativeType("LowCardinality(Nullable(String))")).toEqual(key);
  });

  it("says what to do about a type that it does not know", () => {
    expect(() => parseNativeType("Array(JSON)")).toThrow("Type JSON cannot be sent to this client in Native");
  });
});
