import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";

/** OTLP's JSON form as protobuf, for tests: written from the .proto files and apart from the decoder. */
export function otlpJsonToProtobuf(request: unknown): Buffer {
  return Buffer.from(encode("Request", request as Fields).finish());
}

type Fields = Readonly<Record<string, unknown>>;
type FieldType =
  | "string"
  | "bytes"
  | "base64"
  | "bool"
  | "uint32"
  | "int64"
  | "fixed32"
  | "fixed64"
  | "double";

const keyValues = ["KeyValue"] as const;

/** Field name → number and type; a list stands for a repeated message. */
const messages: Readonly<
  Record<string, Readonly<Record<string, readonly [number, FieldType | string | readonly [string]]>>>
> = {
  Request: { resourceSpans: [1, ["ResourceSpans"]] },
  ResourceSpans: { resource: [1, "Resource"], scopeSpans: [2, ["ScopeSpans"]], schemaUrl: [3, "string"] },
  Resource: { attributes: [1, keyValues], droppedAttributesCount: [2, "uint32"] },
  ScopeSpans: { scope: [1, "Scope"], spans: [2, ["Span"]], schemaUrl: [3, "string"] },
  Scope: {
    name: [1, "string"],
    version: [2, "string"],
    attributes: [3, keyValues],
    droppedAttributesCount: [4, "uint32"],
  },
  Span: {
    traceId: [1, "bytes"],
    spanId: [2, "bytes"],
    traceState: [3, "string"],
    parentSpanId: [4, "bytes"],
    name: [5, "string"],
    kind: [6, "uint32"],
    startTimeUnixNano: [7, "fixed64"],
    endTimeUnixNano: [8, "fixed64"],
    attributes: [9, keyValues],
    droppedAttributesCount: [10, "uint32"],
    events: [11, ["Event"]],
    droppedEventsCount: [12, "uint32"],
    links: [13, ["Link"]],
    droppedLinksCount: [14, "uint32"],
    status: [15, "Status"],
    flags: [16, "fixed32"],
  },
  Status: { message: [2, "string"], code: [3, "uint32"] },
  Event: {
    timeUnixNano: [1, "fixed64"],
    name: [2, "string"],
    attributes: [3, keyValues],
    droppedAttributesCount: [4, "uint32"],
  },
  Link: {
    traceId: [1, "bytes"],
    spanId: [2, "bytes"],
    traceState: [3, "string"],
    attributes: [4, keyValues],
    droppedAttributesCount: [5, "uint32"],
    flags: [6, "fixed32"],
  },
  KeyValue: { key: [1, "string"], value: [2, "AnyValue"] },
  AnyValue: {
    stringValue: [1, "string"],
    boolValue: [2, "bool"],
    intValue: [3, "int64"],
    doubleValue: [4, "double"],
    arrayValue: [5, "ArrayValue"],
    kvlistValue: [6, "KeyValueList"],
    bytesValue: [7, "base64"],
  },
  ArrayValue: { values: [1, ["AnyValue"]] },
  KeyValueList: { values: [1, keyValues] },
};

function encode(message: string, fields: Fields, writer = new BinaryWriter()): BinaryWriter {
  for (const [name, [number, type]] of Object.entries(messages[message] ?? {})) {
    const value = fields[name];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) encodeField(number, type[0] ?? "", item, writer);
    else encodeField(number, String(type), value, writer);
  }
  return writer;
}

function encodeField(number: number, type: string, value: unknown, writer: BinaryWriter): void {
  const text = String(value);
  switch (type) {
    case "string":
      return void writer.tag(number, WireType.LengthDelimited).string(text);
    case "bytes":
      return void writer.tag(number, WireType.LengthDelimited).bytes(Buffer.from(text, "hex"));
    case "base64":
      return void writer.tag(number, WireType.LengthDelimited).bytes(Buffer.from(text, "base64"));
    case "bool":
      return void writer.tag(number, WireType.Varint).bool(value === true);
    case "uint32":
      return void writer.tag(number, WireType.Varint).uint32(Number(value));
    case "int64":
      return void writer.tag(number, WireType.Varint).int64(text);
    case "fixed32":
      return void writer.tag(number, WireType.Bit32).fixed32(Number(value));
    case "fixed64":
      return void writer.tag(number, WireType.Bit64).fixed64(text);
    case "double":
      return void writer.tag(number, WireType.Bit64).double(Number(value));
    default:
      writer.tag(number, WireType.LengthDelimited).fork();
      encode(type, value as Fields, writer);
      writer.join();
  }
}

/**
 * What examples/trace.json of the OTLP repository says (github.com/open-telemetry/opentelemetry-proto, Apache-2.0),
 * where the times are bare numbers.
 */
export const publishedExample = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "my.service" } }] },
      scopeSpans: [
        {
          scope: {
            name: "my.library",
            version: "1.0.0",
            attributes: [{ key: "my.scope.attribute", value: { stringValue: "some scope attribute" } }],
          },
          spans: [
            {
              traceId: "5B8EFFF798038103D269B633813FC60C",
              spanId: "EEE19B7EC3C1B174",
              parentSpanId: "EEE19B7EC3C1B173",
              name: "I'm a server span",
              startTimeUnixNano: "1544712660000000000",
              endTimeUnixNano: "1544712661000000000",
              kind: 2,
              attributes: [{ key: "my.span.attr", value: { stringValue: "some value" } }],
            },
          ],
        },
      ],
    },
  ],
};

/** One way to break a body: at a share of its length, with a byte or a number of bytes. */
export interface Mutation {
  readonly at: number;
  readonly byte: number;
  readonly what: (typeof mutations)[number];
}

const mutations = [
  "replace",
  "flip a bit",
  "nudge", // of a length prefix or a digit, to its neighbour
  "insert",
  "remove",
  "repeat",
  "splice",
  "swap the type",
  "cut",
] as const;

/** One to three of them. */
export const anyMutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    byte: fc.nat(255),
    what: fc.constantFrom(...mutations),
  }),
  { minLength: 1, maxLength: 3 },
);

const literals = ["null", "true", "-1", '"x"', "[]", "{}", "1e400", "18446744073709551616"];

export function mutate(body: Buffer, { at, byte, what }: Mutation): Buffer {
  const index = Math.floor(at * body.length);
  const [head, tail] = [body.subarray(0, index), body.subarray(index)];
  const changed = (to: number) => Buffer.concat([head, Buffer.from([to & 255]), tail.subarray(1)]);
  const here = tail[0] ?? 0;
  switch (what) {
    case "replace":
      return changed(byte);
    case "flip a bit":
      return changed(here ^ (1 << (byte & 7)));
    case "nudge":
      return changed(here + (byte & 1 ? 1 : -1));
    case "insert":
      return Buffer.concat([head, Buffer.from([byte]), tail]);
    case "remove":
      return Buffer.concat([head, tail.subarray(1 + (byte % 8))]);
    case "repeat":
      return Buffer.concat([head, tail.subarray(0, byte), tail]);
    case "splice":
      return Buffer.concat([head, body.subarray(Math.floor((body.length * byte) / 256))]);
    case "swap the type":
      return body[0] === 0x7b ? swapLiteral(head, tail, byte) : changed((here & ~7) | (byte & 7));
    case "cut":
      return head;
  }
}

/** The next value of a JSON text, in exchange for one of another type. */
function swapLiteral(head: Buffer, tail: Buffer, byte: number): Buffer {
  const next = /:("[^"]*"|-?[\d.]+|true|false|\[[^\]]*\]|\{[^}]*\})/;
  const text = tail.toString().replace(next, `:${literals[byte % literals.length]}`);
  return Buffer.concat([head, Buffer.from(text)]);
}
