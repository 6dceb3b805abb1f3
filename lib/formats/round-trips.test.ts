import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { nanoseconds } from "@/lib/base/time";
import { parseLosslessJson } from "@/lib/otlp/json/lossless-json";
import { parseOtlpJson } from "@/lib/otlp/json/parse-otlp-json";
import { spansToOtlpJson } from "@/lib/otlp/json/spans-to-otlp-json";
import { spansToColumns } from "@/lib/trace/columns/spans-to-columns";
import { type Attribute, attributeTypes, type Span, spanKinds, statusCodes } from "@/lib/trace/span";
import { readChrome } from "./read-chrome";
import { readJaeger } from "./read-jaeger";
import { spansToChromeJson } from "./spans-to-chrome-json";
import { spansToJaegerJson } from "./spans-to-jaeger-json";

async function* batches(spans: readonly Span[], size = 3): AsyncGenerator<readonly Span[]> {
  for (let at = 0; at < spans.length; at += size) yield spans.slice(at, at + size);
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

const parse = (text: string) => parseLosslessJson(text, 1_000_000);
const jaegerText = (spans: readonly Span[]) => textOf(spansToJaegerJson(batches(spans)));
const chromeText = (spans: readonly Span[]) =>
  textOf(spansToChromeJson(spansToColumns(spans, "run"), batches(spans)));

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: digits, maxLength: digits })
    .map((letters) => letters.join(""))
    .filter((id) => !/^0+$/.test(id));

const hostile = [
  "</script><!--",
  "__proto__",
  "constructor",
  "10",
  "span.kind",
  "error",
  "otel.status_code",
  "jiva.span",
  "jiva.event",
  "jiva.process",
  "event",
  "service.name",
  "\u2028\u0000",
  "🚲",
  "",
];
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...hostile));

/** Values as the receiver and the store have them, and texts that claim to be values. */
const value = fc.oneof(
  text,
  fc.constantFrom(
    ...["0", "-0", "3", "3.0", "0.5", "1e+21", "NaN", "-Infinity", "true", "9007199254740993", "null"],
    ...["9223372036854775807", "1000000000000000", '[1,2.5,"a",null]', "[1,2.0]", "[1234567890123456]"],
    ...['{"a":{"b":[true]}}', '{"10":1,"a":2}', '{"bytesValue":"AAE="}', "AAE=", "[", "{}", "[]"],
  ),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.double().map(String),
);
const attribute: fc.Arbitrary<Attribute> = fc.record({
  key: text,
  value,
  type: fc.constantFrom(...attributeTypes),
});
const attributes = fc.array(attribute, { maxLength: 5 });
const maybe = <T>(key: string, of: fc.Arbitrary<T>) =>
  fc.option(of, { nil: undefined }).map((v) => (v === undefined ? {} : { [key]: v }));
const count = fc.integer({ min: 1, max: 1_000 });

const extras = fc
  .tuple(
    maybe("flags", count),
    maybe("droppedAttributes", count),
    maybe("droppedEvents", count),
    maybe("droppedLinks", count),
    maybe("scopeAttributes", fc.array(attribute, { minLength: 1, maxLength: 2 })),
    maybe("scopeSchemaUrl", text),
    maybe("resourceDroppedAttributes", count),
  )
  .map((parts) => Object.assign({}, ...parts));

const startNs = 1_767_225_600_000_000_000n;
const moment = fc
  .oneof(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.constant(2n ** 55n + 1n))
  .map((offset) => nanoseconds(startNs + offset));

const traceIds = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"] as const;

const anySpan: fc.Arbitrary<Span> = fc
  .record({
    traceId: fc.constantFrom(...traceIds),
    spanId: hex(16),
    parentSpanId: fc.oneof(fc.constant(""), hex(16)),
    traceState: text,
    name: text,
    kind: fc.constantFrom(...spanKinds),
    serviceName: text,
    scopeName: text,
    scopeVersion: text,
    startNs: moment,
    durationNs: fc.bigInt({ min: 0n, max: 2n ** 54n }).map(nanoseconds),
    status: fc.constantFrom(...statusCodes),
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
          fc.record({
            traceId: fc.oneof(fc.constantFrom(...traceIds), text),
            spanId: fc.oneof(hex(16), text),
            traceState: text,
            attributes,
          }),
          maybe("flags", count),
        )
        .map(([link, flags]) => ({ ...link, ...flags })),
      { maxLength: 2 },
    ),
    named: fc.boolean(),
  })
  .chain(({ named, ...span }) =>
    extras.map((more) => ({
      ...span,
      ...more,
      // As nearly all resources are.
      ...(named &&
        span.serviceName !== "" && {
          resource: [
            { key: "service.name", value: span.serviceName, type: "string" as const },
            ...span.resource,
          ],
        }),
    })),
  );

const run = fc
  .uniqueArray(anySpan, { selector: ({ spanId }) => spanId, maxLength: 8 })
  .map((spans) => spans.toSorted((a, b) => (a.traceId < b.traceId ? -1 : a.traceId > b.traceId ? 1 : 0)));

describe("our own files give the same spans back", () => {
  it("Jaeger", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (spans) => {
        const back = readJaeger(parse(await jaegerText(spans)));
        expect(back).toEqual({ spans, remarks: [] });
      }),
      randomCases(60, 300),
    );
  });

  it("Chrome", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (spans) => {
        const back = readChrome(parse(await chromeText(spans)));
        expect(back).toEqual({ spans, remarks: [] });
      }),
      randomCases(60, 300),
    );
  });

  it("OTLP, once a receiver has put the spans right", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (spans) => {
        const options = { receivedNs: startNs };
        const first = parseOtlpJson(await textOf(spansToOtlpJson(batches(spans))), options).spans;
        expect(first.map(({ spanId }) => spanId).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
        const second = parseOtlpJson(await textOf(spansToOtlpJson(batches(first, 100))), options).spans;
        expect(bySpanId(second)).toEqual(bySpanId(first));
      }),
    );
  });
});

const bySpanId = (spans: readonly Span[]) => spans.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));

const jaegerValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom("1", "NaN", "true", 1e300, -0, 5e-324),
);
const jaegerTag = fc.record(
  {
    key: fc.oneof(
      text,
      fc.constantFrom("span.kind", "error", "otel.status_code", "otel.scope.name", "w3c.tracestate"),
    ),
    type: fc.constantFrom("string", "bool", "int64", "float64", "binary", "odd"),
    value: fc.oneof(jaegerValue, fc.constantFrom("client", "ERROR", "OK", true)),
  },
  { requiredKeys: ["key"] },
);
const jaegerReference = fc.record({
  refType: fc.constantFrom("CHILD_OF", "FOLLOWS_FROM", "ODD"),
  traceID: fc.oneof(fc.constantFrom("1f", traceIds[0]), text),
  spanID: fc.oneof(hex(16), fc.constant("2"), text),
});
const jaegerSpan = fc.record(
  {
    traceID: fc.constantFrom("1f", traceIds[0]),
    spanID: fc.oneof(hex(16), hex(3), text),
    operationName: text,
    references: fc.array(jaegerReference, { maxLength: 3 }),
    startTime: fc.oneof(fc.integer({ min: 0 }), fc.constantFrom(1_767_225_600_000_123, 12.5)),
    duration: fc.integer(),
    tags: fc.array(jaegerTag, { maxLength: 5 }),
    logs: fc.array(fc.record({ timestamp: fc.nat(), fields: fc.array(jaegerTag, { maxLength: 3 }) }), {
      maxLength: 3,
    }),
    processID: fc.constantFrom("p1", "p2", "__proto__"),
    warnings: fc.option(fc.array(fc.string(), { maxLength: 2 })),
  },
  { requiredKeys: ["traceID", "spanID", "startTime"] },
);
const jaegerFile = fc.record({
  data: fc.array(
    fc.record({
      traceID: fc.constantFrom("1f", traceIds[0]),
      spans: fc.array(jaegerSpan, { maxLength: 4 }),
      processes: fc.record(
        { p1: fc.record({ serviceName: text, tags: fc.array(jaegerTag, { maxLength: 3 }) }) },
        { requiredKeys: [] },
      ),
    }),
    { maxLength: 2 },
  ),
});

const chromeEvent = fc.record(
  {
    ph: fc.constantFrom(..."XXBEBEbenCsiIMQSFTp"),
    name: text,
    cat: text,
    pid: fc.constantFrom(1, 2, "browser"),
    tid: fc.constantFrom(1, 2),
    id: fc.constantFrom("0x1", 2),
    ts: fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.double({ min: 0, max: 1e6, noNaN: true }), text),
    dur: fc.integer({ min: -10, max: 500 }),
    args: fc.oneof(fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }), fc.jsonValue()),
    s: fc.constantFrom("t", "p", "g"),
  },
  { requiredKeys: ["ph", "ts"] },
);

describe("foreign files", () => {
  it("of Jaeger are the same after the first import, and never throw", async () => {
    await fc.assert(
      fc.asyncProperty(jaegerFile, async (file) => {
        const first = readJaeger(parse(JSON.stringify(file))).spans;
        expect(readJaeger(parse(await jaegerText(first))).spans).toEqual(first);
      }),
      randomCases(60, 300),
    );
  });

  it("of Chrome are the same after the first import, and never throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(chromeEvent, { maxLength: 12 }), fc.boolean(), async (events, isList) => {
        const first = readChrome(parse(JSON.stringify(isList ? events : { traceEvents: events }))).spans;
        expect(readChrome(parse(await chromeText(first))).spans).toEqual(first);
      }),
      randomCases(60, 300),
    );
  });

  it("never throw, whatever the JSON is", () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ data: fc.array(fc.record({ spans: fc.jsonValue(), processes: fc.jsonValue() })) }),
      fc.record({ data: fc.array(fc.record({ spans: fc.array(fc.jsonValue()) })) }),
      fc.record({ traceEvents: fc.jsonValue() }),
      fc.record({ traceEvents: fc.array(fc.jsonValue()) }),
    );
    fc.assert(
      fc.property(anything, (json) => {
        expect(Array.isArray(readJaeger(json).spans)).toBe(true);
        expect(Array.isArray(readChrome(json).spans)).toBe(true);
      }),
    );
  });
});
