import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import { attributeTypes, type Span } from "./span";
import { BadSpanBlock, decodeSpan, encodeSpanBlock } from "./span-blocks";
import { spansToColumns } from "./span-fixture";

const text = fc.oneof(fc.string(), fc.constantFrom("</script>", "__proto__", "10", "9007199254740993", ""));
const attribute = fc.record({ key: text, value: text, type: fc.constantFrom(...attributeTypes) });
/** Of one key once: lists come back in the order of the block's keys, which the test sorts out below. */
const attributes = fc.uniqueArray(attribute, { selector: ({ key }) => key, maxLength: 5 });
const moment = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map(nanoseconds);

const details = fc.record({
  traceState: text,
  scopeName: text,
  scopeVersion: text,
  statusMessage: text,
  attributes,
  resource: attributes,
  events: fc.array(fc.record({ timeNs: moment, name: text, attributes }), { maxLength: 3 }),
  links: fc.array(fc.record({ traceId: text, spanId: text, traceState: text, attributes }), { maxLength: 3 }),
});

const byKey = (span: Span): Span => {
  const sorted = <T extends { readonly key: string }>(list: readonly T[]) =>
    list.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    ...span,
    attributes: sorted(span.attributes),
    resource: sorted(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: sorted(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: sorted(link.attributes) })),
  };
};

describe("span blocks", () => {
  it("give every span back whole", () => {
    fc.assert(
      fc.property(fc.array(details, { minLength: 1, maxLength: 8 }), (all) => {
        const columns = spansToColumns(
          all.map((_, i) => ({ id: i + 1, parent: i, start: i * 1_000, duration: 5, error: i % 2 === 0 })),
        );
        const spans = all.map(
          (rest, i): Span => ({
            traceId: "0123456789abcdef0123456789abcdef",
            spanId: (i + 1).toString(16).padStart(16, "0"),
            parentSpanId: i === 0 ? "" : i.toString(16).padStart(16, "0"),
            name: "span",
            kind: "Internal",
            serviceName: "service",
            startNs: nanoseconds(columns.startNs + BigInt(i * 1_000)),
            durationNs: nanoseconds(5n),
            status: i % 2 === 0 ? "Error" : "Unset",
            ...rest,
          }),
        );
        const bytes = encodeSpanBlock(spans);
        for (const [i, span] of spans.entries()) {
          expect(byKey(decodeSpan(bytes, i, columns, i))).toEqual(byKey(span));
        }
      }),
    );
  });

  it("keeps a key that occurs twice in one span", () => {
    const columns = spansToColumns([{ id: 1 }]);
    const twice = [
      { key: "k", value: "1", type: "int" as const },
      { key: "k", value: "2", type: "int" as const },
    ];
    const bytes = encodeSpanBlock([{ ...decodeSpan(encodeSpanBlock([]), 0, columns, 0), attributes: twice }]);
    expect(decodeSpan(bytes, 0, columns, 0).attributes).toEqual(twice);
  });

  it("refuses other bytes", () => {
    const columns = spansToColumns([{ id: 1 }]);
    expect(() => decodeSpan(Uint8Array.of(1, 2, 3), 0, columns, 0)).toThrow(BadSpanBlock);
    expect(() => decodeSpan(new TextEncoder().encode("null"), 0, columns, 0)).toThrow(BadSpanBlock);
  });
});
