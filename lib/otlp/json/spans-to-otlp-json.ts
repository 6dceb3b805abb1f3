import { attributeToValue, type OtlpValue } from "@/lib/trace/content/otlp-value";
import {
  type Attribute,
  type Span,
  type SpanEvent,
  type SpanLink,
  spanKinds,
  statusCodes,
} from "@/lib/trace/span";

/** A group of spans is closed at about this size, so that a file's parts can be sent one by one. */
const groupChars = 1024 * 1024;

/**
 * Spans as one ExportTraceServiceRequest in JSON, in pieces; the receiver takes it back as it was. Spans that
 * follow one another are grouped by their resource and scope, a MiB at a time, and each ResourceSpans is a line of
 * its own. The text depends on nothing but the spans and their order. Fields that say nothing (0, "", no entries)
 * are left out, and doubles are written as they are, so the text is put together here and not by JSON.stringify.
 */
export async function* spansToOtlpJson(
  batches: AsyncIterable<readonly Span[]> | Iterable<readonly Span[]>,
): AsyncGenerator<string> {
  yield '{"resourceSpans":[';
  let separator = "\n";
  let group = new SpanGroup();
  for await (const batch of batches) {
    for (const span of batch) {
      group.add(span);
      if (group.chars < groupChars) continue;
      yield separator + group.toJson();
      separator = ",\n";
      group = new SpanGroup();
    }
  }
  yield group.chars > 0 ? `${separator}${group.toJson()}\n]}\n` : "\n]}\n";
}

/** Spans as texts, by the text of their resource and of their scope. */
class SpanGroup {
  chars = 0;
  private readonly resources = new Map<string, Map<string, string[]>>();

  add(span: Span): void {
    const resource = resourceToJson(span);
    const scopes = this.resources.get(resource) ?? new Map<string, string[]>();
    this.resources.set(resource, scopes);
    const scope = scopeToJson(span);
    const text = spanToJson(span);
    const spans = scopes.get(scope);
    if (spans) spans.push(text);
    else scopes.set(scope, [text]);
    this.chars += text.length;
  }

  /** ResourceSpans, a line each. */
  toJson(): string {
    return [...this.resources]
      .map(([resource, scopes]) => {
        const scopeSpans = [...scopes].map(([scope, spans]) => `{${scope}"spans":[${spans.join(",")}]}`);
        return `{${resource}"scopeSpans":[${scopeSpans.join(",")}]}`;
      })
      .join(",\n");
  }
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
