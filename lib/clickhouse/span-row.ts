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
] as const;

/** The last moment that DateTime64(9) can hold, in April 2262. */
const lastNs = 9_223_372_036_854_775_807n;

/** A span as one row of JSONCompactEachRow, without a line break. */
export function spanToLine(span: Span): string {
  const row = [
    nsToDateTime(span.startNs),
    span.traceId,
    span.spanId,
    span.parentSpanId,
    span.traceState,
    span.name,
    span.kind,
    span.serviceName,
    attributesToMap(span.resource),
    attributesToTypes(span.resource),
    span.scopeName,
    span.scopeVersion,
    attributesToMap(span.attributes),
    attributesToTypes(span.attributes),
    (span.durationNs < 0n ? 0n : span.durationNs).toString(),
    span.status,
    span.statusMessage,
    span.events.map(({ timeNs }) => nsToDateTime(timeNs)),
    span.events.map(({ name }) => name),
    span.events.map(({ attributes }) => attributesToMap(attributes)),
    span.links.map(({ traceId }) => traceId),
    span.links.map(({ spanId }) => spanId),
    span.links.map(({ traceState }) => traceState),
    span.links.map(({ attributes }) => attributesToMap(attributes)),
  ];
  const line = JSON.stringify(row);
  // Half of a surrogate pair is written as an escape that ClickHouse refuses, and one such span would cost
  // its whole batch. Looking for the escape is cheap, so only suspects are cleaned.
  return line.includes("\\ud") ? JSON.stringify(wellFormed(row)) : line;
}

/** Seconds with nine decimals: the one form that DateTime64 reads alike in every time zone. */
function nsToDateTime(timeNs: bigint): string {
  const digits = (timeNs < 0n ? 0n : timeNs > lastNs ? lastNs : timeNs).toString().padStart(19, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** Keys come from anywhere: without a prototype, `__proto__` is a key like any other. */
function attributesToMap(attributes: readonly Attribute[]): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const { key, value } of attributes) map[key] = value;
  return map;
}

function attributesToTypes(attributes: readonly Attribute[]): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const { key, type } of attributes) if (type !== "string") map[key] = type;
  return map;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
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
  Links.TraceState AS linkStates, Links.Attributes AS linkAttributes`;

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
}

export function rowToSpan(row: SpanRow): Span {
  const { durationNs, isMarked } = parseDuration(row.Duration);
  const attributes = mapToAttributes(row.SpanAttributes, row.SpanAttributeTypes);
  if (isMarked && !attributes.some(({ key }) => key === attributeNames.endBeforeStart)) {
    attributes.push({ key: attributeNames.endBeforeStart, value: "true", type: "bool" });
  }
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
    resource: mapToAttributes(row.ResourceAttributes, row.ResourceAttributeTypes),
    events: row.eventNs.map(
      (timeNs, i): SpanEvent => ({
        timeNs: nanoseconds(BigInt(timeNs)),
        name: row.eventNames[i] ?? "",
        attributes: mapToAttributes(row.eventAttributes[i] ?? {}, {}),
      }),
    ),
    links: row.linkTraceIds.map(
      (traceId, i): SpanLink => ({
        traceId,
        spanId: row.linkSpanIds[i] ?? "",
        traceState: row.linkStates[i] ?? "",
        attributes: mapToAttributes(row.linkAttributes[i] ?? {}, {}),
      }),
    ),
  };
}

/** A Collector writes an end before the start as a negative length, which UInt64 turns into 2^63 or more. */
function parseDuration(text: string): { durationNs: Nanoseconds; isMarked: boolean } {
  const duration = BigInt(text);
  return duration > lastNs
    ? { durationNs: nanoseconds(0n), isMarked: true }
    : { durationNs: nanoseconds(duration), isMarked: false };
}

function mapToAttributes(map: TextMap, types: TextMap): Attribute[] {
  const typeOf = new Map(Object.entries(types));
  return Object.entries(map).map(([key, value]) => ({
    key,
    value,
    type: oneOf(attributeTypes, typeOf.get(key) ?? ""),
  }));
}

/** The entry of `list` that `text` is, or its first: "Unspecified", "Unset", "string". */
function oneOf<T extends string>(list: readonly [T, ...T[]], text: string): T {
  return list.find((entry) => entry === text) ?? list[0];
}
