import { type Attribute, spanKinds, statusCodes } from "../span";
import { normalBase64 } from "./base64";
import { parseLosslessJson } from "./lossless-json";
import { type ItemBudget, OtlpDecodeError } from "./otlp-limits";
import { doubleToText, isInt64, maxValueDepth, type OtlpValue, valueToText } from "./otlp-value";
import { type SentEvent, type SentLink, type SentSpan, type SpanOrigin, toOrigin } from "./sent-span";

/**
 * OTLP in JSON, as protobuf's JSON mapping and OTLP's own rules have it: ids are hex in any case, enums are
 * numbers (names are taken too), 64-bit integers are texts or numbers, null is the default, and unknown fields
 * are ignored. Objects hold data from anywhere: only fields that are spelled out here are read from them.
 */

/** Calls `take` for every span of an ExportTraceServiceRequest. Throws OtlpDecodeError or OtlpTooLarge. */
export function readJson(
  text: string,
  budget: ItemBudget,
  take: (span: SentSpan, origin: SpanOrigin) => void,
): void {
  const reader = new JsonReader(budget);
  const request = objectOf(parseLosslessJson(text, budget.most), "the request");
  for (const resourceSpans of objectsOf(request.resourceSpans, "resourceSpans")) {
    const resource = objectOf(resourceSpans.resource ?? {}, "resource");
    const attributes = reader.attributes(resource.attributes);
    for (const scopeSpans of objectsOf(resourceSpans.scopeSpans, "scopeSpans")) {
      const scope = objectOf(scopeSpans.scope ?? {}, "scope");
      const origin = toOrigin({
        resource: attributes,
        resourceDropped: uint32Of(resource.droppedAttributesCount, "droppedAttributesCount"),
        resourceSchemaUrl: textOf(resourceSpans.schemaUrl, "schemaUrl"),
        scopeName: textOf(scope.name, "scope.name"),
        scopeVersion: textOf(scope.version, "scope.version"),
        scopeAttributes: reader.attributes(scope.attributes),
        scopeDropped: uint32Of(scope.droppedAttributesCount, "droppedAttributesCount"),
        scopeSchemaUrl: textOf(scopeSpans.schemaUrl, "schemaUrl"),
      });
      for (const span of objectsOf(scopeSpans.spans, "spans")) take(reader.span(span), origin);
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

class JsonReader {
  constructor(private readonly budget: ItemBudget) {}

  span(span: Fields): SentSpan {
    this.budget.take();
    const status = objectOf(span.status ?? {}, "status");
    return {
      traceId: idOf(span.traceId, "traceId"),
      spanId: idOf(span.spanId, "spanId"),
      parentSpanId: idOf(span.parentSpanId, "parentSpanId"),
      traceState: textOf(span.traceState, "traceState"),
      flags: uint32Of(span.flags, "flags"),
      name: textOf(span.name, "name"),
      kind: enumOf(span.kind, "kind", "SPAN_KIND_", spanKinds),
      startNs: uint64Of(span.startTimeUnixNano, "startTimeUnixNano"),
      endNs: uint64Of(span.endTimeUnixNano, "endTimeUnixNano"),
      attributes: this.attributes(span.attributes),
      droppedAttributes: uint32Of(span.droppedAttributesCount, "droppedAttributesCount"),
      events: objectsOf(span.events, "events").map((event) => this.event(event)),
      droppedEvents: uint32Of(span.droppedEventsCount, "droppedEventsCount"),
      links: objectsOf(span.links, "links").map((link) => this.link(link)),
      droppedLinks: uint32Of(span.droppedLinksCount, "droppedLinksCount"),
      statusCode: enumOf(status.code, "status.code", "STATUS_CODE_", statusCodes),
      statusMessage: textOf(status.message, "status.message"),
    };
  }

  private event(event: Fields): SentEvent {
    this.budget.take();
    return {
      timeNs: uint64Of(event.timeUnixNano, "timeUnixNano"),
      name: textOf(event.name, "event.name"),
      attributes: this.attributes(event.attributes),
      droppedAttributes: uint32Of(event.droppedAttributesCount, "droppedAttributesCount"),
    };
  }

  private link(link: Fields): SentLink {
    this.budget.take();
    return {
      traceId: idOf(link.traceId, "link.traceId"),
      spanId: idOf(link.spanId, "link.spanId"),
      traceState: textOf(link.traceState, "link.traceState"),
      attributes: this.attributes(link.attributes),
      droppedAttributes: uint32Of(link.droppedAttributesCount, "droppedAttributesCount"),
      flags: uint32Of(link.flags, "link.flags"),
    };
  }

  attributes(list: unknown): Attribute[] {
    return objectsOf(list, "attributes").map((entry) => {
      const [key, value] = this.keyValue(entry, 0);
      return { key, type: value.type, value: valueToText(value) };
    });
  }

  private keyValue(entry: Fields, depth: number): readonly [string, OtlpValue] {
    this.budget.take();
    return [textOf(entry.key, "key"), this.value(entry.value, depth)];
  }

  private value(sent: unknown, depth: number): OtlpValue {
    const value = objectOf(sent ?? {}, "value");
    const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value;
    if (isSet(stringValue)) return { type: "string", text: textOf(stringValue, "stringValue") };
    if (isSet(boolValue)) return { type: "bool", text: String(booleanOf(boolValue)) };
    if (isSet(intValue)) return { type: "int", text: int64Of(intValue) };
    if (isSet(doubleValue)) return { type: "double", text: doubleToText(doubleOf(doubleValue)) };
    if (isSet(arrayValue)) return { type: "array", values: this.array(arrayValue, depth + 1) };
    if (isSet(kvlistValue)) return { type: "kvlist", entries: this.entries(kvlistValue, depth + 1) };
    if (isSet(bytesValue)) return { type: "bytes", text: base64Of(bytesValue) };
    return { type: "empty", text: "" };
  }

  private array(sent: unknown, depth: number): OtlpValue[] {
    checkDepth(depth);
    return listOf(objectOf(sent, "arrayValue").values, "values").map((value) => {
      this.budget.take();
      return this.value(value, depth);
    });
  }

  private entries(sent: unknown, depth: number): (readonly [string, OtlpValue])[] {
    checkDepth(depth);
    return objectsOf(objectOf(sent, "kvlistValue").values, "values").map((entry) =>
      this.keyValue(entry, depth),
    );
  }
}

function checkDepth(depth: number): void {
  if (depth > maxValueDepth) throw wrong("value", `nested ${maxValueDepth} levels deep at most`);
}

function wrong(field: string, expected: string): OtlpDecodeError {
  return new OtlpDecodeError(
    `The body is no ExportTraceServiceRequest in JSON: ${field} must be ${expected}.`,
  );
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function objectOf(value: unknown, field: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(field, "an object");
}

function listOf(value: unknown, field: string): readonly unknown[] {
  if (!isSet(value)) return [];
  if (Array.isArray(value)) return value;
  throw wrong(field, "a list");
}

function objectsOf(value: unknown, field: string): readonly Fields[] {
  return listOf(value, field).map((entry) => objectOf(entry, `an entry of ${field}`));
}

function textOf(value: unknown, field: string): string {
  if (!isSet(value)) return "";
  if (typeof value === "string") return value;
  throw wrong(field, "text");
}

/** What is no hex stays as it is: the span is rejected by itself. */
function idOf(value: unknown, field: string): string {
  return textOf(value, field).toLowerCase();
}

function booleanOf(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrong("boolValue", "true or false");
}

/** A whole number that was sent as a text or a number, in decimal digits; undefined for anything else. */
function wholeOf(value: unknown): bigint | undefined {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  return undefined;
}

function int64Of(value: unknown): string {
  const text = String(wholeOf(value));
  if (isInt64(text)) return text;
  throw wrong("intValue", "a whole number of 64 bits");
}

function uint64Of(value: unknown, field: string): bigint {
  if (!isSet(value)) return 0n;
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= 0n && whole < 2n ** 64n) return whole;
  throw wrong(field, "a whole number of nanoseconds since 1970");
}

function uint32Of(value: unknown, field: string): number {
  if (!isSet(value)) return 0;
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= 0n && whole < 2n ** 32n) return Number(whole);
  throw wrong(field, "a whole number of 32 bits");
}

function doubleOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && value.trim() !== "") {
    const number = Number(value);
    if (!Number.isNaN(number) || value === "NaN") return number;
  }
  throw wrong("doubleValue", "a number");
}

function base64Of(value: unknown): string {
  const base64 = normalBase64(textOf(value, "bytesValue"));
  if (base64 !== undefined) return base64;
  throw wrong("bytesValue", "base64");
}

/** The number of an enum's value that was sent as its number or its name; a number that nobody knows passes. */
function enumOf(value: unknown, field: string, prefix: string, names: readonly string[]): number {
  if (!isSet(value)) return 0;
  if (typeof value === "string" && value.startsWith(prefix)) {
    const index = names.findIndex((name) => name.toUpperCase() === value.slice(prefix.length));
    if (index >= 0) return index;
  }
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= -(2n ** 31n) && whole < 2n ** 31n) return Number(whole);
  throw wrong(field, "one of its numbers");
}
