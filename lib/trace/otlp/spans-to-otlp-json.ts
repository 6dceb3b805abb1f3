import { type Attribute, type Span, type SpanEvent, type SpanLink, spanKinds, statusCodes } from "../span";
import { attributeToValue, type OtlpValue } from "./otlp-value";

/**
 * Spans as one ExportTraceServiceRequest in JSON, in pieces: the spans of a batch are grouped by their resource
 * and scope. The receiver takes it back as it was. Fields that say nothing (0, "", no entries) are left out, and
 * doubles are written as they are, so the text is put together here and not by JSON.stringify.
 */
export async function* spansToOtlpJson(batches: AsyncIterable<readonly Span[]>): AsyncGenerator<string> {
  yield '{"resourceSpans":[';
  let isFirst = true;
  for await (const batch of batches) {
    for (const piece of groupsToJson(batch)) {
      yield isFirst ? piece : `,${piece}`;
      isFirst = false;
    }
  }
  yield "]}\n";
}

/** The batch's ResourceSpans, one text each. */
function groupsToJson(batch: readonly Span[]): string[] {
  const resources = new Map<string, Map<string, string[]>>();
  for (const span of batch) {
    const resource = resourceToJson(span);
    const scopes = resources.get(resource) ?? new Map<string, string[]>();
    resources.set(resource, scopes);
    const scope = scopeToJson(span);
    const spans = scopes.get(scope);
    if (spans) spans.push(spanToJson(span));
    else scopes.set(scope, [spanToJson(span)]);
  }
  return [...resources].map(([resource, scopes]) => {
    const scopeSpans = [...scopes].map(([scope, spans]) => `{${scope}"spans":[${spans.join(",")}]}`);
    return `{${resource}"scopeSpans":[${scopeSpans.join(",")}]}`;
  });
}

/** The fields of ResourceSpans beside its scopes, each with a comma behind it; the same for all spans of one. */
function resourceToJson(span: Span): string {
  const resource = object([
    list("attributes", span.resource.map(attributeToJson)),
    count("droppedAttributesCount", span.resourceDroppedAttributes),
  ]);
  return `"resource":${resource},${withComma(text("schemaUrl", span.resourceSchemaUrl))}`;
}

function scopeToJson(span: Span): string {
  const scope = object([
    text("name", span.scopeName),
    text("version", span.scopeVersion),
    list("attributes", (span.scopeAttributes ?? []).map(attributeToJson)),
    count("droppedAttributesCount", span.scopeDroppedAttributes),
  ]);
  return `"scope":${scope},${withComma(text("schemaUrl", span.scopeSchemaUrl))}`;
}

function spanToJson(span: Span): string {
  const code = statusCodes.indexOf(span.status);
  const status = object([count("code", code), text("message", span.statusMessage)]);
  return object([
    text("traceId", span.traceId),
    text("spanId", span.spanId),
    text("traceState", span.traceState),
    text("parentSpanId", span.parentSpanId),
    count("flags", span.flags),
    text("name", span.name),
    count("kind", spanKinds.indexOf(span.kind)),
    `"startTimeUnixNano":"${span.startNs}"`,
    `"endTimeUnixNano":"${span.startNs + span.durationNs}"`,
    list("attributes", span.attributes.map(attributeToJson)),
    count("droppedAttributesCount", span.droppedAttributes),
    list("events", span.events.map(eventToJson)),
    count("droppedEventsCount", span.droppedEvents),
    list("links", span.links.map(linkToJson)),
    count("droppedLinksCount", span.droppedLinks),
    status === "{}" ? "" : `"status":${status}`,
  ]);
}

function eventToJson(event: SpanEvent): string {
  return object([
    `"timeUnixNano":"${event.timeNs}"`,
    text("name", event.name),
    list("attributes", event.attributes.map(attributeToJson)),
    count("droppedAttributesCount", event.droppedAttributes),
  ]);
}

function linkToJson(link: SpanLink): string {
  return object([
    text("traceId", link.traceId),
    text("spanId", link.spanId),
    text("traceState", link.traceState),
    list("attributes", link.attributes.map(attributeToJson)),
    count("droppedAttributesCount", link.droppedAttributes),
    count("flags", link.flags),
  ]);
}

function attributeToJson(attribute: Attribute): string {
  return keyValueToJson(attribute.key, attributeToValue(attribute));
}

function keyValueToJson(key: string, value: OtlpValue): string {
  return `{"key":${JSON.stringify(key)},"value":${valueToJson(value)}}`;
}

function valueToJson(value: OtlpValue): string {
  switch (value.type) {
    case "string":
      return `{"stringValue":${JSON.stringify(value.text)}}`;
    case "int":
      return `{"intValue":"${value.text}"}`;
    case "double":
      return `{"doubleValue":${Number.isFinite(Number(value.text)) ? value.text : `"${value.text}"`}}`;
    case "bool":
      return `{"boolValue":${value.text}}`;
    case "bytes":
      return `{"bytesValue":"${value.text}"}`;
    case "empty":
      return "{}";
    case "array":
      return `{"arrayValue":${object([list("values", value.values.map(valueToJson))])}}`;
    case "kvlist": {
      const entries = value.entries.map(([key, of]) => keyValueToJson(key, of));
      return `{"kvlistValue":${object([list("values", entries)])}}`;
    }
  }
}

function object(fields: readonly string[]): string {
  return `{${fields.filter((field) => field !== "").join(",")}}`;
}

function text(name: string, value: string | undefined): string {
  return value ? `"${name}":${JSON.stringify(value)}` : "";
}

function count(name: string, value: number | undefined): string {
  return value ? `"${name}":${value}` : "";
}

function list(name: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `"${name}":[${items.join(",")}]`;
}

function withComma(field: string): string {
  return field === "" ? "" : `${field},`;
}
