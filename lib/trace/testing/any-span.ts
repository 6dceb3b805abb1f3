import fc from "fast-check";
import { nanoseconds } from "@/lib/base/time";
import { doubleToText, type OtlpValue, valueToText } from "../content/otlp-value";
import { type Attribute, type Span, spanKinds, statusCodes } from "../span";

/** Spans and values with everything that OTLP can carry, for property tests. */

/** Keys that mean something to JavaScript or to our own wrappers come often. */
const key = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("__proto__", "constructor", "bytesValue", "doubleValue", "kvlistValue", "a", "10", "9"),
);
const text = fc.string({ unit: "grapheme" });
const count = fc.integer({ min: 1, max: 2 ** 32 - 1 });

/** Any value of OTLP, four levels deep at most. */
export const anyValue: fc.Arbitrary<OtlpValue> = fc.letrec<{ value: OtlpValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text.map((of): OtlpValue => ({ type: "string", text: of })),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((of): OtlpValue => ({ type: "int", text: String(of) })),
    fc
      .oneof(fc.double(), fc.constantFrom(-0, 3, 1e21, Number.NaN, -Number.POSITIVE_INFINITY))
      .map((of): OtlpValue => ({ type: "double", text: doubleToText(of) })),
    fc.boolean().map((of): OtlpValue => ({ type: "bool", text: String(of) })),
    fc.uint8Array().map((of): OtlpValue => ({ type: "bytes", text: Buffer.from(of).toString("base64") })),
    fc.constant<OtlpValue>({ type: "empty", text: "" }),
    fc.array(tie("value"), { maxLength: 4 }).map((values): OtlpValue => ({ type: "array", values })),
    fc
      .array(fc.tuple(key, tie("value")), { maxLength: 4 })
      .map((entries): OtlpValue => ({ type: "kvlist", entries })),
  ),
})).value;

const attribute: fc.Arbitrary<Attribute> = fc
  .tuple(key, anyValue)
  .map(([of, value]) => ({ key: of, value: valueToText(value), type: value.type }));
const attributes = fc.uniqueArray(attribute, { selector: (of) => of.key, maxLength: 6 });

/** Lower-case hex of `bytes` bytes that are not all zero. */
const anyId = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((id) => Buffer.from(id).toString("hex"))
    .filter((id) => !/^0+$/.test(id));

const optional = <T>(name: string, value: fc.Arbitrary<T>) => fc.option(value.map((v) => ({ [name]: v })));

/** Any span that the receiver keeps as it is; `moment` gives its times and those of its events. */
export function anySpanAt(moment: fc.Arbitrary<bigint>): fc.Arbitrary<Span> {
  const event = fc
    .tuple(
      fc.record({ timeNs: moment.map(nanoseconds), name: text, attributes }),
      optional("droppedAttributes", count),
    )
    .map(([fields, dropped]) => ({ ...fields, ...dropped }));
  const link = fc
    .tuple(
      fc.record({ traceId: anyId(16), spanId: anyId(8), traceState: text, attributes }),
      optional("flags", count),
      optional("droppedAttributes", count),
    )
    .map(([fields, flags, dropped]) => ({ ...fields, ...flags, ...dropped }));
  return fc
    .record({
      traceId: anyId(16),
      spanId: anyId(8),
      parentSpanId: fc.oneof(fc.constant(""), anyId(8)),
      traceState: text,
      name: text,
      kind: fc.constantFrom(...spanKinds),
      scopeName: text,
      scopeVersion: text,
      startNs: moment.map(nanoseconds),
      durationNs: fc.bigInt({ min: 0n, max: 10n ** 17n }).map(nanoseconds),
      status: fc.constantFrom(...statusCodes),
      statusMessage: text,
      attributes,
      resource: attributes,
      events: fc.array(event, { maxLength: 3 }),
      links: fc.array(link, { maxLength: 3 }),
      more: fc.tuple(
        optional("flags", count),
        optional("droppedAttributes", count),
        optional("droppedEvents", count),
        optional("droppedLinks", count),
        optional("scopeSchemaUrl", fc.webUrl()),
        optional("resourceSchemaUrl", fc.webUrl()),
        optional("scopeAttributes", fc.uniqueArray(attribute, { selector: (of) => of.key, minLength: 1 })),
        optional("scopeDroppedAttributes", count),
        optional("resourceDroppedAttributes", count),
      ),
    })
    .map(({ more, ...span }): Span => {
      const service = span.resource.find((of) => of.key === "service.name");
      return { serviceName: service?.value ?? "", ...span, ...Object.assign({}, ...more) };
    });
}
