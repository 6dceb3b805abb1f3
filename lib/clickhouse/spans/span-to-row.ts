import type { Attribute, Span, SpanEvent, SpanLink } from "@/lib/trace/span";
import { RowBinaryWriter } from "../wire/row-binary";
import { spanToExtras } from "./span-extras";

/** Columns of otel_traces in the order in which `writeSpan` writes them. */
export const insertColumns = [
  "Timestamp",
  "TraceId",
  "SpanId",
  "ParentSpanId",
  "TraceState",
  "SpanName",
  "SpanKind",
  "ServiceName",
  "ResourceAttributes",
  "ResourceAttributeTypes",
  "ScopeName",
  "ScopeVersion",
  "SpanAttributes",
  "SpanAttributeTypes",
  "Duration",
  "StatusCode",
  "StatusMessage",
  "`Events.Timestamp`",
  "`Events.Name`",
  "`Events.Attributes`",
  "`Links.TraceId`",
  "`Links.SpanId`",
  "`Links.TraceState`",
  "`Links.Attributes`",
  "SpanExtras",
] as const;

/** The last moment that DateTime64(9) can hold, in April 2262. */
export const lastNs = 9_223_372_036_854_775_807n;

/** A span as one row of RowBinary. Keys of attributes are expected once each, as OpenTelemetry has it. */
export function writeSpan(row: RowBinaryWriter, span: Span): void {
  row.integer(boundTime(span.startNs));
  row.text(span.traceId);
  row.text(span.spanId);
  row.text(span.parentSpanId);
  row.text(span.traceState);
  row.text(span.name);
  row.text(span.kind);
  row.text(span.serviceName);
  row.raw(resourceToMaps(span.resource));
  row.text(span.scopeName);
  row.text(span.scopeVersion);
  writeMap(row, span.attributes);
  writeTypes(row, span.attributes);
  row.integer(span.durationNs < 0n ? 0n : span.durationNs);
  row.text(span.status);
  row.text(span.statusMessage);
  writeEvents(row, span.events);
  writeLinks(row, span.links);
  writeEntries(row, spanToExtras(span));
}

function boundTime(timeNs: bigint): bigint {
  return timeNs < 0n ? 0n : timeNs > lastNs ? lastNs : timeNs;
}

function writeMap(row: RowBinaryWriter, attributes: readonly Attribute[]): void {
  row.count(attributes.length);
  for (const { key, value } of attributes) {
    row.text(key);
    row.text(value);
  }
}

/** Only of values that are not text. */
function writeTypes(row: RowBinaryWriter, attributes: readonly Attribute[]): void {
  let typed = 0;
  for (const { type } of attributes) if (type !== "string") typed++;
  row.count(typed);
  for (const { key, type } of attributes) {
    if (type === "string") continue;
    row.text(key);
    row.text(type);
  }
}

function writeEntries(row: RowBinaryWriter, entries: readonly (readonly [string, string])[]): void {
  row.count(entries.length);
  for (const [key, value] of entries) {
    row.text(key);
    row.text(value);
  }
}

/** The spans of a process or a batch share their resource. */
const resourceMaps = new WeakMap<readonly Attribute[], Buffer>();

/** The resource's two columns. */
function resourceToMaps(resource: readonly Attribute[]): Buffer {
  const known = resourceMaps.get(resource);
  if (known) return known;
  const row = new RowBinaryWriter(1_024);
  writeMap(row, resource);
  writeTypes(row, resource);
  const maps = row.take();
  resourceMaps.set(resource, maps);
  return maps;
}

function writeEvents(row: RowBinaryWriter, events: readonly SpanEvent[]): void {
  row.count(events.length);
  for (const { timeNs } of events) row.integer(boundTime(timeNs));
  row.count(events.length);
  for (const { name } of events) row.text(name);
  row.count(events.length);
  for (const { attributes } of events) writeMap(row, attributes);
}

function writeLinks(row: RowBinaryWriter, links: readonly SpanLink[]): void {
  row.count(links.length);
  for (const { traceId } of links) row.text(traceId);
  row.count(links.length);
  for (const { spanId } of links) row.text(spanId);
  row.count(links.length);
  for (const { traceState } of links) row.text(traceState);
  row.count(links.length);
  for (const { attributes } of links) writeMap(row, attributes);
}
