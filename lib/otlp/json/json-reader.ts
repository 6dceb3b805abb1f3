import type { Fields } from "@/lib/base/json-fields";
import {
  doubleToText,
  emptyValue,
  maxValueDepth,
  type OtlpValue,
  valueToText,
} from "@/lib/trace/content/otlp-value";
import { type Attribute, spanKinds, statusCodes } from "@/lib/trace/span";
import type { ItemBudget } from "../otlp-limits";
import type { SentEvent, SentLink, SentSpan } from "../sent-span";
import { type SpanOrigin, toOrigin } from "../span-origin";
import {
  base64Of,
  booleanOf,
  doubleOf,
  enumOf,
  idOf,
  intOf,
  isSet,
  listOf,
  objectOf,
  objectsOf,
  textOf,
  uint32Of,
  uint64Of,
} from "./json-fields";
import { parseLosslessJson } from "./lossless-json";

/**
 * OTLP in JSON, as protobuf's JSON mapping and OTLP's own rules have it: ids are hex in any case, enums are
 * numbers (names are taken too), 64-bit integers are texts or numbers, null is the default, and unknown fields
 * are ignored. Objects hold data from anywhere: only fields that are spelled out here are read from them.
 */

/** Calls `take` for every span of an ExportTraceServiceRequest. Throws OtlpDecodeError or OtlpTooLarge. */
export function readJsonText(
  text: string,
  budget: ItemBudget,
  take: (span: SentSpan, origin: SpanOrigin) => void,
): void {
  readRequest(parseLosslessJson(text, budget.most), budget, take);
}

/** The same for a request whose JSON was parsed already (lossless-json.ts). */
export function readRequest(
  json: unknown,
  budget: ItemBudget,
  take: (span: SentSpan, origin: SpanOrigin) => void,
): void {
  const reader = new JsonReader(budget);
  const request = objectOf(json, "the request");
  for (const resourceSpans of objectsOf(request.resourceSpans, "resourceSpans")) {
    const resource = objectOf(resourceSpans.resource ?? {}, "resource");
    const resourceCut: string[] = [];
    const attributes = reader.attributes(resource.attributes, resourceCut);
    for (const scopeSpans of objectsOf(resourceSpans.scopeSpans, "scopeSpans")) {
      const scope = objectOf(scopeSpans.scope ?? {}, "scope");
      const scopeCut: string[] = [];
      const origin = toOrigin({
        resource: attributes,
        resourceCut,
        resourceDropped: uint32Of(resource.droppedAttributesCount, "droppedAttributesCount"),
        resourceSchemaUrl: textOf(resourceSpans.schemaUrl, "schemaUrl"),
        scopeName: textOf(scope.name, "scope.name"),
        scopeVersion: textOf(scope.version, "scope.version"),
        scopeAttributes: reader.attributes(scope.attributes, scopeCut),
        scopeCut,
        scopeDropped: uint32Of(scope.droppedAttributesCount, "droppedAttributesCount"),
        scopeSchemaUrl: textOf(scopeSpans.schemaUrl, "schemaUrl"),
      });
      for (const span of objectsOf(scopeSpans.spans, "spans")) take(reader.span(span), origin);
    }
  }
}

class JsonReader {
  /** Whether a part of the value that was read last was too deep to be kept. */
  private isTooDeep = false;

  constructor(private readonly budget: ItemBudget) {}

  span(span: Fields): SentSpan {
    this.budget.take();
    const status = objectOf(span.status ?? {}, "status");
    const cut: string[] = [];
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
      attributes: this.attributes(span.attributes, cut),
      droppedAttributes: uint32Of(span.droppedAttributesCount, "droppedAttributesCount"),
      events: objectsOf(span.events, "events").map((event) => this.event(event, cut)),
      droppedEvents: uint32Of(span.droppedEventsCount, "droppedEventsCount"),
      links: objectsOf(span.links, "links").map((link) => this.link(link, cut)),
      droppedLinks: uint32Of(span.droppedLinksCount, "droppedLinksCount"),
      statusCode: enumOf(status.code, "status.code", "STATUS_CODE_", statusCodes),
      statusMessage: textOf(status.message, "status.message"),
      cut,
    };
  }

  private event(event: Fields, cut: string[]): SentEvent {
    this.budget.take();
    return {
      timeNs: uint64Of(event.timeUnixNano, "timeUnixNano"),
      name: textOf(event.name, "event.name"),
      attributes: this.attributes(event.attributes, cut),
      droppedAttributes: uint32Of(event.droppedAttributesCount, "droppedAttributesCount"),
    };
  }

  private link(link: Fields, cut: string[]): SentLink {
    this.budget.take();
    return {
      traceId: idOf(link.traceId, "link.traceId"),
      spanId: idOf(link.spanId, "link.spanId"),
      traceState: textOf(link.traceState, "link.traceState"),
      attributes: this.attributes(link.attributes, cut),
      droppedAttributes: uint32Of(link.droppedAttributesCount, "droppedAttributesCount"),
      flags: uint32Of(link.flags, "link.flags"),
    };
  }

  /** Keys of values that were too deep go to `cut`. */
  attributes(list: unknown, cut: string[]): Attribute[] {
    return objectsOf(list, "attributes").map((entry) => {
      this.isTooDeep = false;
      const [key, value] = this.keyValue(entry, 0);
      if (this.isTooDeep) cut.push(key);
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
    if (isSet(intValue)) return intOf(intValue);
    if (isSet(doubleValue)) return { type: "double", text: doubleToText(doubleOf(doubleValue)) };
    if (isSet(bytesValue)) return { type: "bytes", text: base64Of(bytesValue) };
    if (!isSet(arrayValue) && !isSet(kvlistValue)) return emptyValue;
    if (depth === maxValueDepth) {
      this.isTooDeep = true;
      return emptyValue;
    }
    if (isSet(arrayValue)) return { type: "array", values: this.array(arrayValue, depth + 1) };
    return { type: "kvlist", entries: this.entries(kvlistValue, depth + 1) };
  }

  private array(sent: unknown, depth: number): OtlpValue[] {
    return listOf(objectOf(sent, "arrayValue").values, "values").map((value) => {
      this.budget.take();
      return this.value(value, depth);
    });
  }

  private entries(sent: unknown, depth: number): (readonly [string, OtlpValue])[] {
    return objectsOf(objectOf(sent, "kvlistValue").values, "values").map((entry) =>
      this.keyValue(entry, depth),
    );
  }
}
