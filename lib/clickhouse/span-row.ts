import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import { attributeNames } from "@/lib/trace/names";
import {
  type Attribute,
  attributeTypes,
  type Span,
  type SpanEvent,
  type SpanLink,
  spanKinds,
  statusCodes,
} from "@/lib/trace/span";
import { extrasOfParts, extrasToSpan, spanToExtras } from "./span-extras";

/** Columns of otel_traces in the order in which `spanToLine` writes them. */
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
const lastNs = 9_223_372_036_854_775_807n;

/**
 * A span as one row of JSONCompactEachRow, without a line break. The text is put together here: going through
 * objects for the maps took twice as long. Keys of attributes are expected once each, as OpenTelemetry has it.
 */
export function spanToLine(span: Span): string {
  const { resource, attributes } = span;
  const ids = `${quote(span.traceId)},${quote(span.spanId)},${quote(span.parentSpanId)}`;
  const names = `${quote(span.traceState)},${quote(span.name)},"${span.kind}",${quote(span.serviceName)}`;
  const scope = `${quote(span.scopeName)},${quote(span.scopeVersion)}`;
  const maps = `${attributesToMap(attributes)},${attributesToTypes(attributes)}`;
  const outcome = `"${durationToText(span.durationNs)}","${span.status}",${quote(span.statusMessage)}`;
  const parts = `${eventsToLists(span.events)},${linksToLists(span.links)}`;
  const line =
    `["${nsToDateTime(span.startNs)}",${ids},${names},${resourceToMaps(resource)},${scope},${maps},` +
    `${outcome},${parts},${extrasToMap(span)}]`;
  // Half of a surrogate pair is written as an escape that ClickHouse refuses, and one such span would cost
  // its whole batch. Looking for the escape is cheap, so only suspects are cleaned.
  return line.includes("\\ud") ? JSON.stringify(wellFormed(JSON.parse(line))) : line;
}

/** Seconds with nine decimals: the one form that DateTime64 reads alike in every time zone. */
function nsToDateTime(timeNs: bigint): string {
  const digits = (timeNs < 0n ? 0n : timeNs > lastNs ? lastNs : timeNs).toString().padStart(19, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function durationToText(durationNs: bigint): string {
  return durationNs < 0n ? "0" : durationNs.toString();
}

/** Most texts need nothing but quotes, and finding that out is cheaper than JSON.stringify. */
function quote(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

const needsEscape = /["\\\p{Cc}\p{Cs}]/u;

function attributesToMap(attributes: readonly Attribute[]): string {
  if (attributes.length === 0) return "{}";
  let map = "";
  for (const { key, value } of attributes) map += `,${quote(key)}:${quote(value)}`;
  return `{${map.slice(1)}}`;
}

function attributesToTypes(attributes: readonly Attribute[]): string {
  let map = "";
  for (const { key, type } of attributes) if (type !== "string") map += `,${quote(key)}:"${type}"`;
  return `{${map.slice(1)}}`;
}

/** The spans of a process or a batch share their resource. */
const resourceMaps = new WeakMap<readonly Attribute[], string>();

/** The resource's two columns. */
function resourceToMaps(resource: readonly Attribute[]): string {
  const known = resourceMaps.get(resource);
  if (known !== undefined) return known;
  const maps = `${attributesToMap(resource)},${attributesToTypes(resource)}`;
  resourceMaps.set(resource, maps);
  return maps;
}

function eventsToLists(events: readonly SpanEvent[]): string {
  if (events.length === 0) return "[],[],[]";
  return [
    listOf(events, ({ timeNs }) => `"${nsToDateTime(timeNs)}"`),
    listOf(events, ({ name }) => quote(name)),
    listOf(events, ({ attributes }) => attributesToMap(attributes)),
  ].join(",");
}

function linksToLists(links: readonly SpanLink[]): string {
  if (links.length === 0) return "[],[],[],[]";
  return [
    listOf(links, ({ traceId }) => quote(traceId)),
    listOf(links, ({ spanId }) => quote(spanId)),
    listOf(links, ({ traceState }) => quote(traceState)),
    listOf(links, ({ attributes }) => attributesToMap(attributes)),
  ].join(",");
}

function listOf<T>(items: readonly T[], toJson: (item: T) => string): string {
  return `[${items.map(toJson).join(",")}]`;
}

function extrasToMap(span: Span): string {
  let map = "";
  for (const [key, value] of spanToExtras(span)) map += `,"${key}":${quote(value)}`;
  return `{${map.slice(1)}}`;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  // Keys come from anywhere: without a prototype, `__proto__` is a key like any other.
  const clean: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) clean[String(wellFormed(key))] = wellFormed(inner);
  return clean;
}

/** What to select from otel_traces for `rowToSpan`, with FORMAT JSONEachRow and quoted 64-bit integers. */
export const spanSelection = `
  toUnixTimestamp64Nano(Timestamp) AS startNs, TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind,
  ServiceName, ResourceAttributes, ResourceAttributeTypes, ScopeName, ScopeVersion, SpanAttributes,
  SpanAttributeTypes, Duration, StatusCode, StatusMessage,
  arrayMap(t -> toUnixTimestamp64Nano(t), Events.Timestamp) AS eventNs, Events.Name AS eventNames,
  Events.Attributes AS eventAttributes, Links.TraceId AS linkTraceIds, Links.SpanId AS linkSpanIds,
  Links.TraceState AS linkStates, Links.Attributes AS linkAttributes, SpanExtras`;

type TextMap = Record<string, string>;

export interface SpanRow {
  readonly startNs: string;
  readonly TraceId: string;
  readonly SpanId: string;
  readonly ParentSpanId: string;
  readonly TraceState: string;
  readonly SpanName: string;
  readonly SpanKind: string;
  readonly ServiceName: string;
  readonly ResourceAttributes: TextMap;
  readonly ResourceAttributeTypes: TextMap;
  readonly ScopeName: string;
  readonly ScopeVersion: string;
  readonly SpanAttributes: TextMap;
  readonly SpanAttributeTypes: TextMap;
  readonly Duration: string;
  readonly StatusCode: string;
  readonly StatusMessage: string;
  readonly eventNs: readonly string[];
  readonly eventNames: readonly string[];
  readonly eventAttributes: readonly TextMap[];
  readonly linkTraceIds: readonly string[];
  readonly linkSpanIds: readonly string[];
  readonly linkStates: readonly string[];
  readonly linkAttributes: readonly TextMap[];
  readonly SpanExtras: TextMap;
}

export function rowToSpan(row: SpanRow): Span {
  const { durationNs, isMarked } = parseDuration(row.Duration);
  const attributes = mapToAttributes(row.SpanAttributes, toMap(row.SpanAttributeTypes));
  if (isMarked && !attributes.some(({ key }) => key === attributeNames.endBeforeStart)) {
    attributes.push({ key: attributeNames.endBeforeStart, value: "true", type: "bool" });
  }
  const eventExtras = extrasOfParts(row.SpanExtras.events);
  const linkExtras = extrasOfParts(row.SpanExtras.links);
  return {
    traceId: row.TraceId,
    spanId: row.SpanId,
    parentSpanId: row.ParentSpanId,
    traceState: row.TraceState,
    name: row.SpanName,
    kind: oneOf(spanKinds, row.SpanKind),
    serviceName: row.ServiceName,
    scopeName: row.ScopeName,
    scopeVersion: row.ScopeVersion,
    startNs: nanoseconds(BigInt(row.startNs)),
    durationNs,
    status: oneOf(statusCodes, row.StatusCode),
    statusMessage: row.StatusMessage,
    attributes,
    resource: mapToAttributes(row.ResourceAttributes, toMap(row.ResourceAttributeTypes)),
    events: row.eventNs.map(
      (timeNs, i): SpanEvent => ({
        timeNs: nanoseconds(BigInt(timeNs)),
        name: row.eventNames[i] ?? "",
        attributes: mapToAttributes(row.eventAttributes[i] ?? {}, eventExtras[i]?.types),
        ...eventExtras[i]?.fields,
      }),
    ),
    links: row.linkTraceIds.map(
      (traceId, i): SpanLink => ({
        traceId,
        spanId: row.linkSpanIds[i] ?? "",
        traceState: row.linkStates[i] ?? "",
        attributes: mapToAttributes(row.linkAttributes[i] ?? {}, linkExtras[i]?.types),
        ...linkExtras[i]?.fields,
      }),
    ),
    ...extrasToSpan(row.SpanExtras),
  };
}

/** A Collector writes an end before the start as a negative length, which UInt64 turns into 2^63 or more. */
function parseDuration(text: string): { durationNs: Nanoseconds; isMarked: boolean } {
  const duration = BigInt(text);
  return duration > lastNs
    ? { durationNs: nanoseconds(0n), isMarked: true }
    : { durationNs: nanoseconds(duration), isMarked: false };
}

function mapToAttributes(map: TextMap, types: ReadonlyMap<string, string> = new Map()): Attribute[] {
  return Object.entries(map).map(([key, value]) => ({
    key,
    value,
    type: oneOf(attributeTypes, types.get(key) ?? ""),
  }));
}

function toMap(map: TextMap): ReadonlyMap<string, string> {
  return new Map(Object.entries(map));
}

/** The entry of `list` that `text` is, or its first: "Unspecified", "Unset", "string". */
function oneOf<T extends string>(list: readonly [T, ...T[]], text: string): T {
  return list.find((entry) => entry === text) ?? list[0];
}
