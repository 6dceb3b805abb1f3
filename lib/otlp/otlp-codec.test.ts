import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomCases } from "@/lib/base/testing/length";
import { type ReceivedSpans, sayRejections } from "@/lib/otlp/json/parse-otlp-json";
import { spansToOtlpJson } from "@/lib/otlp/json/spans-to-otlp-json";
import { otlpLimits } from "@/lib/otlp/otlp-limits";
import type { Span } from "@/lib/trace/span";
import { anySpanAt } from "@/lib/trace/testing/any-span";
import { decodeTraceRequest, type OtlpForm } from "./otlp-request";
import { encodeStatus, encodeSuccess } from "./otlp-response";
import { anyMutations, mutate, otlpJsonToProtobuf, publishedExample } from "./testing/otlp-bodies";

const receivedNs = 1_767_225_600_000_000_000n;

async function exported(spans: readonly Span[]): Promise<string> {
  let text = "";
  for await (const piece of spansToOtlpJson([spans])) text += piece;
  return text;
}

const fromJson = (json: string | object) =>
  decodeTraceRequest(Buffer.from(typeof json === "string" ? json : JSON.stringify(json)), "json", receivedNs);
const fromProtobuf = (json: object) => decodeTraceRequest(otlpJsonToProtobuf(json), "protobuf", receivedNs);

const bothForms: readonly [OtlpForm, (request: object) => ReceivedSpans][] = [
  ["json", fromJson],
  ["protobuf", fromProtobuf],
];

const anySpan = anySpanAt(fc.bigInt({ min: 1n, max: 4_000_000_000_000_000_000n }));

/** Spans in an order of their own: a request is grouped by resource and scope. */
const sorted = (spans: readonly Span[]) =>
  [...spans].sort((a, b) => (a.traceId + a.spanId < b.traceId + b.spanId ? -1 : 1));

describe("a request", () => {
  it("comes back from both forms as it went in", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anySpan, { selector: ({ traceId, spanId }) => traceId + spanId, maxLength: 4 }),
        async (spans) => {
          const json = await exported(spans);
          const decoded = fromJson(json);
          expect(sorted(decoded.spans)).toEqual(sorted(spans));
          expect(decoded.rejections.size).toBe(0);
          expect(fromProtobuf(JSON.parse(json)).spans).toEqual(decoded.spans);
          expect(await exported(decoded.spans)).toBe(json);
        },
      ),
      randomCases(60, 300),
    );
  }, 60_000);

  it.each(bothForms)("takes the published example (%s)", async (_form, decode) => {
    const { spans } = decode(publishedExample);
    expect(spans).toMatchObject([
      {
        traceId: "5b8efff798038103d269b633813fc60c",
        spanId: "eee19b7ec3c1b174",
        parentSpanId: "eee19b7ec3c1b173",
        kind: "Server",
        serviceName: "my.service",
        scopeName: "my.library",
        scopeAttributes: [{ key: "my.scope.attribute", value: "some scope attribute", type: "string" }],
        startNs: 1_544_712_660_000_000_000n,
        durationNs: 1_000_000_000n,
      },
    ]);
    const lowerIds = JSON.stringify(publishedExample).replace(/"[0-9A-F]{16,32}"/g, (id) => id.toLowerCase());
    expect(JSON.parse(await exported(spans))).toEqual(JSON.parse(lowerIds));
    // The times are bare numbers in the repository's file.
    expect(fromJson(JSON.stringify(publishedExample).replace(/"(\d{19})"/g, "$1")).spans).toEqual(spans);
  });

  it("takes 64-bit integers as numbers, every digit, and enums by name", () => {
    const { spans } = fromJson(`{"resourceSpans":[{"scopeSpans":[{"spans":[{
      "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","kind":"SPAN_KIND_CLIENT",
      "startTimeUnixNano":1544712660000000001,"endTimeUnixNano":1544712661000000003,"unknown":{"x":[null]},
      "status":{"code":"STATUS_CODE_ERROR","message":null},
      "attributes":[{"key":"a","value":{"intValue":-9007199254740993}},{"key":"b","value":{"doubleValue":"NaN"}},
        {"key":"too big","value":{"intValue":1e21}},{"key":"too small","value":{"intValue":-9223372036854775809}},
        {"key":"1234567890123456789","value":{"stringValue":"\\"1234567890123456789\\\\"}}]}]}]}]}`);
    expect(spans).toMatchObject([
      {
        kind: "Client",
        status: "Error",
        startNs: 1_544_712_660_000_000_001n,
        durationNs: 1_000_000_002n,
        attributes: [
          { key: "a", value: "-9007199254740993", type: "int" },
          { key: "b", value: "NaN", type: "double" },
          { key: "too big", value: "1e+21", type: "double" },
          { key: "too small", value: "-9223372036854776000", type: "double" },
          { key: "1234567890123456789", value: '"1234567890123456789\\', type: "string" },
        ],
      },
    ]);
  });

  it("reads protobuf fields in any order, skips what it does not know, and takes the last of a value", () => {
    const field = (number: number, ...bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];
    const span = [
      ...field(15, ...field(2, 0x6e, 0x6f)), // status.message "no"
      0xb8,
      0x06,
      0x2a, // field 103, a varint
      ...field(2, 1, 2, 3, 4, 5, 6, 7, 8),
      ...field(1, ...Array(16).fill(0xab)),
      ...field(9, ...field(2, ...field(1, 0x78), 0x10, 0x01), ...field(1, 0x6b)), // "x" and then true
    ];
    const scope = field(1, ...field(1, 0x73));
    const resource = field(1, ...field(1, ...field(1, 0x72), ...field(2, ...field(1, 0x76))));
    const body = Buffer.from(field(1, ...field(2, ...field(2, ...span), ...scope), ...resource));
    const { spans } = decodeTraceRequest(body, "protobuf", receivedNs);
    expect(spans).toMatchObject([
      {
        traceId: "ab".repeat(16),
        statusMessage: "no",
        scopeName: "s",
        resource: [{ key: "r", value: "v" }],
        attributes: [{ key: "k", value: "true", type: "bool" }, { key: "jiva.time_error" }],
      },
    ]);
  });

  it("decodes what OpenTelemetry's own serializer writes", () => {
    expect(ProtobufTraceSerializer.serializeRequest([])).toHaveLength(0);
    expect(decodeTraceRequest(Buffer.alloc(0), "protobuf", receivedNs).spans).toEqual([]);
    expect(fromJson("{}").spans).toEqual([]);
  });
});

describe("a span", () => {
  const good = {
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    startTimeUnixNano: "1544712660000000000",
    endTimeUnixNano: "1544712661000000000",
  };
  const request = (...spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  it.each(bothForms)("with bad ids is rejected by itself (%s)", (_form, decode) => {
    const { spans, rejections } = decode(
      request(
        good,
        { ...good, traceId: "00".repeat(16) },
        { ...good, traceId: "abcd" },
        { ...good, spanId: undefined },
        { ...good, parentSpanId: "abcd" },
        { ...good, parentSpanId: "0000000000000000" },
      ),
    );
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(["", ""]);
    expect(sayRejections(rejections)).toBe(
      "2 spans: the trace id is not 16 bytes, or all zero; 1 span: the span id is not 8 bytes, or all zero; " +
        "1 span: the parent's span id is neither empty nor 8 bytes",
    );
  });

  it.each(bothForms)("with impossible times is put right and marked (%s)", (_form, decode) => {
    const start = BigInt(good.startTimeUnixNano);
    const marks = (over: object) => {
      const [span] = decode(request({ ...good, ...over })).spans;
      return [span?.startNs, span?.durationNs, span?.attributes.map(({ key }) => key)];
    };
    expect(marks({ endTimeUnixNano: "5" })).toEqual([start, 0n, ["jiva.end_before_start"]]);
    expect(marks({ endTimeUnixNano: "0" })).toEqual([start, 0n, ["jiva.time_error"]]);
    expect(marks({ startTimeUnixNano: "0" })).toEqual([start + 1_000_000_000n, 0n, ["jiva.time_error"]]);
    expect(marks({ startTimeUnixNano: "0", endTimeUnixNano: "0" })).toEqual([
      receivedNs,
      0n,
      ["jiva.time_error"],
    ]);
    expect(marks({ endTimeUnixNano: String(2n ** 64n - 1n) })).toEqual([start, 0n, ["jiva.time_error"]]);
    expect(
      marks({
        endTimeUnixNano: "5",
        attributes: [{ key: "jiva.end_before_start", value: { boolValue: true } }],
      }),
    ).toEqual([start, 0n, ["jiva.end_before_start"]]);
  });

  it.each(bothForms)("with a run_id that no address holds keeps it, marked (%s)", (_form, decode) => {
    const named = (runId: string) => {
      const attributes = [{ key: "run_id", value: { stringValue: runId } }];
      return decode(request({ ...good, attributes })).spans[0]?.attributes;
    };
    const fits = "🧀".repeat(1_000);
    expect(named(fits)).toEqual([{ key: "run_id", value: fits, type: "string" }]);
    expect(named(`${fits}x`)).toEqual([
      { key: "run_id", value: `${fits}x`, type: "string" },
      { key: "jiva.run_id_error", value: expect.stringContaining("1000 characters"), type: "string" },
    ]);
  });

  it.each(bothForms)("with too much in it is cut and marked (%s)", (_form, decode) => {
    const long = "x".repeat(otlpLimits.valueChars + 1);
    const list = Array.from({ length: otlpLimits.attributes + 7 }, (_, n) => ({
      key: `k${n}`,
      value: n === 3 ? { arrayValue: { values: [{ stringValue: long }] } } : { intValue: "1" },
    }));
    const [span] = decode(
      request({
        ...good,
        name: long,
        attributes: list,
        droppedAttributesCount: 2,
        events: Array(otlpLimits.events + 5).fill({ timeUnixNano: good.startTimeUnixNano }),
        links: [
          { traceId: "ab", spanId: "cd" },
          { traceId: good.traceId, spanId: good.spanId },
        ],
      }),
    ).spans;
    expect(span?.name).toHaveLength(otlpLimits.nameChars);
    expect(span?.attributes).toHaveLength(otlpLimits.attributes + 1);
    expect(span?.attributes[3]?.value).toHaveLength(otlpLimits.valueChars);
    expect(span?.attributes.at(-1)).toEqual({ key: "jiva.cut", value: "k3, name", type: "string" });
    expect(span).toMatchObject({ droppedAttributes: 9, droppedEvents: 5, droppedLinks: 1 });
    expect(span?.links).toHaveLength(1);
  });

  it.each(bothForms)(
    "says what of its resource and its scope was cut, and splits no character (%s)",
    (_form, decode) => {
      const long = `${"x".repeat(otlpLimits.valueChars - 1)}🚲`;
      const [span] = decode({
        resourceSpans: [
          {
            resource: { attributes: [{ key: "r", value: { stringValue: long } }] },
            scopeSpans: [{ scope: { name: "n".repeat(otlpLimits.nameChars + 1) }, spans: [good] }],
          },
        ],
      }).spans;
      expect(span?.resource[0]?.value).toBe("x".repeat(otlpLimits.valueChars - 1));
      expect(span?.scopeName).toHaveLength(otlpLimits.nameChars);
      expect(span?.attributes).toEqual([
        { key: "jiva.cut", value: "resource r, scope name", type: "string" },
      ]);
    },
  );

  it.each(bothForms)("keeps what nests too deep down to a level, and is marked (%s)", (_form, decode) => {
    const nested = (depth: number): object =>
      depth === 0 ? { intValue: "1" } : { arrayValue: { values: [nested(depth - 1)] } };
    const list = (key: string, depth: number) => [{ key, value: nested(depth) }];
    const [span, next] = decode({
      resourceSpans: [
        {
          resource: { attributes: list("r", 65) },
          scopeSpans: [
            {
              spans: [
                {
                  ...good,
                  attributes: [...list("kept", 64), ...list("deep", 65), ...list("deeper", 300)],
                  events: [{ timeUnixNano: good.startTimeUnixNano, attributes: list("in event", 65) }],
                },
                { ...good, spanId: "01".repeat(8) },
              ],
            },
          ],
        },
      ],
    }).spans;
    const empty = `${"[".repeat(64)}null${"]".repeat(64)}`;
    expect(span?.attributes).toEqual([
      { key: "kept", value: `${"[".repeat(64)}1${"]".repeat(64)}`, type: "array" },
      { key: "deep", value: empty, type: "array" },
      { key: "deeper", value: empty, type: "array" },
      { key: "jiva.cut", value: "resource r, deep, deeper, in event", type: "string" },
    ]);
    expect(next?.attributes).toEqual([{ key: "jiva.cut", value: "resource r", type: "string" }]);
  });

  it("may be beside an unknown field of any depth that parses", () => {
    const deep = `${"[".repeat(9_000)}${"]".repeat(9_000)}`;
    const json = JSON.stringify(request(good)).replace('"spanId"', `"unknown":${deep},"spanId"`);
    expect(fromJson(json).spans).toHaveLength(1);
  });

  it.each(bothForms)("that was put right comes back as it was put (%s)", async (_form, decode) => {
    const whole = {
      ...good,
      startTimeUnixNano: "0",
      attributes: Array.from({ length: otlpLimits.attributes + 7 }, (_, n) => ({
        key: `k${n}`,
        value: { stringValue: n === 3 ? "x".repeat(otlpLimits.valueChars + 1) : "short" },
      })),
      events: [{ name: "timeless" }],
    };
    const { spans } = decode(request(whole));
    expect(spans[0]?.attributes.slice(otlpLimits.attributes)).toEqual([
      { key: "jiva.event_time_error", value: "1: the span's start stands for it", type: "string" },
      { key: "jiva.time_error", value: "the start was 0 ns: the end stands for it", type: "string" },
      { key: "jiva.cut", value: "k3", type: "string" },
    ]);
    expect(spans[0]?.events).toMatchObject([{ timeNs: BigInt(good.endTimeUnixNano) }]);
    expect(decode(JSON.parse(await exported(spans))).spans).toEqual(spans);
  });

  it.each(bothForms)("keeps each key once, as a map would (%s)", (_form, decode) => {
    const [span] = decode(
      request({
        ...good,
        attributes: [
          { key: "a", value: { intValue: "1" } },
          { key: "b", value: {} },
          { key: "a", value: { stringValue: "last" } },
        ],
      }),
    ).spans;
    expect(span?.attributes).toEqual([
      { key: "a", value: "last", type: "string" },
      { key: "b", value: "", type: "empty" },
    ]);
  });
});

describe("what cannot be decoded", () => {
  it.each([
    "",
    "[]",
    "{",
    '{"resourceSpans":1}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"18446744073709551616"}]}]}]}',
    '{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"intValue":"1.5"}}]}}]}',
    '{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"bytesValue":"?"}}]}}]}',
    "[".repeat(1_000_000),
  ])("is said so (%.60s)", (body) => {
    expect(() => fromJson(body)).toThrow(expect.objectContaining({ name: "OtlpDecodeError" }));
  });

  it.each([[[0x0a]], [[0x0a, 0x05, 0x01]], [[0x00]], [[0x0a, 0x02, 0x12, 0x7f]], [[0x0b]], [[0x0f]]])(
    "is said so (bytes %j)",
    (bytes) => {
      expect(() => decodeTraceRequest(Buffer.from(bytes), "protobuf", receivedNs)).toThrow(
        expect.objectContaining({ name: "OtlpDecodeError" }),
      );
    },
  );

  it("holds too much", () => {
    const crowd = Buffer.alloc(2 * (otlpLimits.items + 1));
    for (let i = 0; i < crowd.length; i += 2) crowd.writeUInt16BE(0x1200, i);
    const length = (n: number) => [(n & 127) | 128, ((n >> 7) & 127) | 128, ((n >> 14) & 127) | 128, n >> 21];
    const inside = Buffer.concat([Buffer.from([0x12, ...length(crowd.length)]), crowd]);
    const body = Buffer.concat([Buffer.from([0x0a, ...length(inside.length)]), inside]);
    expect(() => decodeTraceRequest(body, "protobuf", receivedNs)).toThrow(
      expect.objectContaining({ name: "OtlpTooLarge" }),
    );
  });

  it("never hangs, crashes or throws anything else, however a request is broken", async () => {
    const [sample] = fc.sample(fc.array(anySpan, { minLength: 3, maxLength: 3 }), { numRuns: 1, seed: 7 });
    const json = await exported(sample ?? []);
    const bodies = { json: Buffer.from(json), protobuf: otlpJsonToProtobuf(JSON.parse(json)) };
    const cases = randomCases(2_000, 10_000);
    const outcomes = { decoded: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom<OtlpForm>("json", "protobuf"), anyMutations, (form, edits) => {
        const broken = edits.reduce(mutate, bodies[form]);
        try {
          decodeTraceRequest(broken, form, receivedNs);
          outcomes.decoded++;
        } catch (error) {
          expect((error as Error).name).toMatch(/^Otlp(DecodeError|TooLarge)$/);
          outcomes.refused++;
        }
      }),
      cases,
    );
    // Both happen, or the mutations say nothing.
    expect(Math.min(outcomes.decoded, outcomes.refused)).toBeGreaterThan(cases.numRuns / 20);
  }, 60_000);
});

describe("answers", () => {
  it("are of the request's form", () => {
    const protobuf = (body: Uint8Array) => Buffer.from(body).toString("hex");
    const json = (body: Uint8Array) => JSON.parse(new TextDecoder().decode(body));
    expect(encodeSuccess("protobuf", 0, "").body).toHaveLength(0);
    expect(json(encodeSuccess("json", 0, "").body)).toEqual({});
    expect(protobuf(encodeSuccess("protobuf", 2, "no").body)).toBe("0a0608021202" + "6e6f");
    expect(json(encodeSuccess("json", 2, "no").body)).toEqual({
      partialSuccess: { rejectedSpans: "2", errorMessage: "no" },
    });
    expect(protobuf(encodeStatus("protobuf", 3, "no").body)).toBe("080312026e6f");
    expect(json(encodeStatus("json", 3, "no").body)).toEqual({ code: 3, message: "no" });
    expect(encodeStatus("protobuf", 3, "").contentType).toBe("application/x-protobuf");
  });
});
