import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { hrTimeToNs } from "@/lib/base/time";
import { type Attribute, type Span, spanKindOf, statusCodeOf } from "@/lib/trace/span";

/** What the SDK recorded, as a span of this house. */
export function readableSpanToSpan(span: ReadableSpan): Span {
  const { traceId, spanId, traceState } = span.spanContext();
  const { service, attributes: resource } = resourceOf(span);
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? "",
    traceState: traceState?.serialize() ?? "",
    name: span.name,
    // The SDK counts from INTERNAL = 0, OTLP from UNSPECIFIED = 0.
    kind: spanKindOf(span.kind + 1),
    serviceName: service,
    scopeName: span.instrumentationScope.name,
    scopeVersion: span.instrumentationScope.version ?? "",
    startNs: hrTimeToNs(span.startTime),
    durationNs: hrTimeToNs(span.duration),
    status: statusCodeOf(span.status.code),
    statusMessage: span.status.message ?? "",
    attributes: toAttributes(span.attributes),
    resource,
    events: span.events.map((event) => ({
      timeNs: hrTimeToNs(event.time),
      name: event.name,
      attributes: toAttributes(event.attributes ?? {}),
    })),
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      traceState: link.context.traceState?.serialize() ?? "",
      attributes: toAttributes(link.attributes ?? {}),
    })),
  };
}

/** Every span of a process has the same resource, so it is converted once. */
const resources = new WeakMap<object, { service: string; attributes: readonly Attribute[] }>();

function resourceOf({ resource }: ReadableSpan): { service: string; attributes: readonly Attribute[] } {
  let known = resources.get(resource);
  if (!known) {
    const attributes = toAttributes(resource.attributes);
    known = { service: String(resource.attributes["service.name"] ?? ""), attributes };
    resources.set(resource, known);
  }
  return known;
}

function toAttributes(attributes: Attributes): Attribute[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [toAttribute(key, value)],
  );
}

function toAttribute(key: string, value: AttributeValue): Attribute {
  if (typeof value === "string") return { key, value, type: "string" };
  if (typeof value === "boolean") return { key, value: String(value), type: "bool" };
  if (typeof value === "number") {
    return { key, value: String(value), type: Number.isInteger(value) ? "int" : "double" };
  }
  return { key, value: JSON.stringify(value), type: "array" };
}
