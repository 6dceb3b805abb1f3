import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";
import { insertColumns, spanToLine } from "./span-row";
import { makeSpan } from "./test-spans";

/** Any UTF-16, halves of surrogate pairs too. */
const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));

const column = (span: Span, name: (typeof insertColumns)[number]): unknown =>
  (JSON.parse(spanToLine(span)) as unknown[])[insertColumns.indexOf(name)];

describe("spanToLine", () => {
  it("writes every nanosecond, also of early and impossible times", () => {
    const at = (ns: bigint) => column(makeSpan({ startNs: nanoseconds(ns) }), "Timestamp");
    expect(at(1_767_225_600_123_456_789n)).toBe("1767225600.123456789");
    expect(at(5n)).toBe("0000000000.000000005");
    expect(at(-5n)).toBe("0000000000.000000000");
    expect(at(2n ** 64n - 1n)).toBe("9223372036.854775807");
  });

  it("keeps keys that mean something to JavaScript", () => {
    const line = spanToLine(
      makeSpan({
        attributes: [
          { key: "__proto__", value: "a", type: "string" },
          { key: "constructor", value: "1", type: "int" },
        ],
      }),
    );
    expect(line).toContain('{"__proto__":"a","constructor":"1"}');
    expect(line).toContain('{"constructor":"int"}');
  });

  it("is one line of JSON without half a surrogate pair, whatever the texts hold", () => {
    const text = fc.oneof(anyText, fc.constantFrom("\ud800", "x\udfff\\ud800", "\n\0"));
    fc.assert(
      fc.property(text, text, (key, value) => {
        const line = spanToLine(
          makeSpan({ name: value, attributes: [{ key, value, type: "string" }], statusMessage: key }),
        );
        expect(line).not.toContain("\n");
        const parsed = JSON.parse(line) as unknown[];
        expect(parsed).toHaveLength(insertColumns.length);
        expect(JSON.stringify(parsed[5])).not.toMatch(/^"([^\\]|\\\\)*\\ud[89a-f]/);
        if (!/\p{Surrogate}/u.test(value)) expect(parsed[5]).toBe(value);
      }),
    );
  });
});
