import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue } from "../testing/any-span";
import { attributeToValue, type OtlpValue, valueToText } from "./otlp-value";

describe("values as text", () => {
  it("come back as they were, types and all", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(attributeToValue({ type: value.type, value: valueToText(value) })).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);

  const list = (...values: OtlpValue[]): OtlpValue => ({ type: "array", values });
  const int = (text: string): OtlpValue => ({ type: "int", text });
  const double = (text: string): OtlpValue => ({ type: "double", text });
  const entries = (...pairs: [string, OtlpValue][]): OtlpValue => ({ type: "kvlist", entries: pairs });

  it.each<[OtlpValue, string]>([
    [int("9007199254740993"), "9007199254740993"],
    [double("3"), "3"],
    [list(int("1"), { type: "string", text: "a" }, { type: "bool", text: "true" }), '[1,"a",true]'],
    [list(double("3"), double("1e+21"), double("-0")), "[3.0,1e+21,-0.0]"],
    [list(double("NaN"), { type: "empty", text: "" }), '[{"doubleValue":"NaN"},null]'],
    [list({ type: "bytes", text: "3q0=" }), '[{"bytesValue":"3q0="}]'],
    [entries(["a", int("1")], ["b", list()]), '{"a":1,"b":[]}'],
    [entries(["a", int("1")], ["a", int("2")]), '{"kvlistValue":[["a",1],["a",2]]}'],
    [entries(["bytesValue", { type: "string", text: "3q0=" }]), '{"kvlistValue":[["bytesValue","3q0="]]}'],
  ])("%j is %s", (value, text) => expect(valueToText(value)).toBe(text));

  it.each([
    ["int", "1.5"],
    ["int", "9223372036854775808"],
    ["bool", "yes"],
    ["double", "0x10"],
    ["bytes", "no base64"],
    ["array", "[1,"],
    ["array", '{"a":1}'],
    ["array", "[01]"],
    ["array", `${"[".repeat(100_000)}`],
    ["kvlist", '{"a":1} '.repeat(2)],
    ["kvlist", '{"a":"\n"}'],
    ["empty", "x"],
  ] as const)("a text that is no %s (%s) stays the text that it is", (type, value) => {
    expect(attributeToValue({ type, value })).toEqual({ type: "string", text: value });
  });
});
