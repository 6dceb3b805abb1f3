import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { nanoseconds } from "@/lib/base/time";
import { attributeTypes, type Span } from "@/lib/trace/span";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { BadSpanBlock } from "./block-parts";
import { decodeSpan, encodeSpanBlock, SpanBlock } from "./span-blocks";

const text = fc.oneof(fc.string(), fc.constantFrom("</script>", "__proto__", "10", "9007199254740993", ""));
const attribute = fc.record({ key: text, value: text, type: fc.constantFrom(...attributeTypes) });
const attributes = fc.array(attribute, { maxLength: 5 });
const maybe = <T>(key: string, of: fc.Arbitrary<T>) =>
  fc.option(of, { nil: undefined }).map((value) => (value === undefined ? {} : { [key]: value }));
const count = fc.integer({ min: 1, max: 100_000 });
const moment = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map(nanoseconds);

const details = fc
  .tuple(
    fc.record({
      traceState: text,
      scopeName: text,
      scopeVersion: text,
      statusMessage: text,
      attributes,
      resource: attributes,
      events: fc.array(
        fc
          .tuple(fc.record({ timeNs: moment, name: text, attributes }), maybe("droppedAttributes", count))
          .map(([event, dropped]) => ({ ...event, ...dropped })),
        { maxLength: 3 },
      ),
      links: fc.array(
        fc
          .tuple(
            fc.record({ traceId: text, spanId: text, traceState: text, attributes }),
            maybe("flags", count),
          )
          .map(([link, flags]) => ({ ...link, ...flags })),
        { maxLength: 3 },
      ),
    }),
    maybe("flags", count),
    maybe("droppedEvents", count),
    maybe("scopeAttributes", attributes),
    maybe("resourceSchemaUrl", text),
  )
  .map((parts): Omit<Span, keyof typeof drawn> => Object.assign({}, ...parts));

/** What the columns know. */
const drawn = {
  traceId: "0123456789abcdef0123456789abcdef",
  spanId: "",
  parentSpanId: "",
  name: "span",
  kind: "Internal" as const,
  serviceName: "service",
  startNs: nanoseconds(0n),
  durationNs: nanoseconds(5n),
  status: "Unset" as const,
};

/** A span with nothing that the columns do not know. */
const bare: Span = {
  ...drawn,
  traceState: "",
  scopeName: "",
  scopeVersion: "",
  statusMessage: "",
  attributes: [],
  resource: [],
  events: [],
  links: [],
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
            ...drawn,
            spanId: (i + 1).toString(16).padStart(16, "0"),
            parentSpanId: i === 0 ? "" : i.toString(16).padStart(16, "0"),
            startNs: nanoseconds(columns.startNs + BigInt(i * 1_000)),
            status: i % 2 === 0 ? "Error" : "Unset",
            ...rest,
          }),
        );
        const bytes = encodeSpanBlock(spans);
        for (const [i, span] of spans.entries()) {
          expect(decodeSpan(bytes, i, columns, i)).toEqual(span);
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
    const bytes = encodeSpanBlock([{ ...bare, attributes: twice }]);
    expect(decodeSpan(bytes, 0, columns, 0).attributes).toEqual(twice);
  });

  it("refuses a span that the block or the columns do not have", () => {
    const columns = spansToColumns([{ id: 1 }]);
    const block = new SpanBlock(encodeSpanBlock([bare]));
    expect(() => block.span(1, columns, 0)).toThrow(BadSpanBlock);
    expect(() => block.span(0, columns, 1)).toThrow(RangeError);
  });

  it("packs random ids, numbers and measurements to little more than they are worth", () => {
    const columns = spansToColumns(Array.from({ length: 1_000 }, (_, i) => ({ id: i + 1 })));
    // A middle-square sequence: any digits that do not repeat.
    let state = 675_248n;
    const digits = (many: number) => {
      state = (state * state + 12_345_678_987_654_321n) % 2n ** 128n;
      return state.toString(16).padStart(32, "0").slice(0, many);
    };
    const spans = Array.from({ length: 1_000 }, () => ({
      ...bare,
      attributes: [
        { key: "id", value: `q-${digits(8)}-${digits(4)}`, type: "string" as const },
        { key: "rows", value: String(Number.parseInt(digits(4), 16)), type: "int" as const },
        { key: "score", value: String(Number.parseInt(digits(4), 16) / 10_000), type: "double" as const },
        {
          key: "sql",
          value: `SELECT a FROM b WHERE c = ${Number.parseInt(digits(2), 16)}`,
          type: "string" as const,
        },
      ],
    }));
    const bytes = encodeSpanBlock(spans);
    // 6 bytes of id, 2 of rows, 3 of score (up to 65,535 ten thousandths) and 1 of SQL.
    expect(bytes.length / 1_000).toBeLessThan(11.5);
    const block = new SpanBlock(bytes);
    expect(spans.map((_, i) => block.span(i, columns, i).attributes)).toEqual(
      spans.map(({ attributes: list }) => list),
    );
  });

  it("never breaks in another way, whatever byte is changed", () => {
    const columns = spansToColumns([{ id: 1 }]);
    const attributes = [{ key: "k", value: "a-1", type: "string" as const }];
    const bytes = encodeSpanBlock(
      Array.from({ length: 20 }, (_, i) => ({
        ...bare,
        attributes,
        traceState: `s-${i}`,
        statusMessage: `${i}`,
      })),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const changed = isCut ? bytes.slice(0, at) : bytes.slice();
        if (!isCut) changed[at] = value;
        try {
          expect(decodeSpan(changed, 0, columns, 0).spanId).toBe("0000000000000001");
        } catch (error) {
          expect(error).toBeInstanceOf(BadSpanBlock);
        }
      }),
      randomCases(100, 500),
    );
  });

  it("refuses other bytes", () => {
    const columns = spansToColumns([{ id: 1 }]);
    expect(() => decodeSpan(Uint8Array.of(1, 2, 3), 0, columns, 0)).toThrow(BadSpanBlock);
    expect(() => decodeSpan(new TextEncoder().encode("null"), 0, columns, 0)).toThrow(BadSpanBlock);
  });
});
