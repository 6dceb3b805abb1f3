import { at } from "@/lib/base/checked";
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
import { extrasOfParts, extrasToSpan } from "./span-extras";
import { ownIdDigits, parentIdDigits } from "./span-id-sql";
import { lastNs } from "./span-to-row";

/** What to select from otel_traces for `rowToSpan`, with FORMAT JSONEachRow and quoted 64-bit integers. */
export const spanSelection = `
  toUnixTimestamp64Nano(Timestamp) AS startNs, TraceId, ${ownIdDigits("otel_traces.SpanId")} AS SpanId,
  ${parentIdDigits("otel_traces.ParentSpanId")} AS ParentSpanId, TraceState, SpanName, SpanKind,
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
        name: at(row.eventNames, i),
        attributes: mapToAttributes(at(row.eventAttributes, i), eventExtras[i]?.types),
        ...eventExtras[i]?.fields,
      }),
    ),
    links: row.linkTraceIds.map(
      (traceId, i): SpanLink => ({
        traceId,
        spanId: at(row.linkSpanIds, i),
        traceState: at(row.linkStates, i),
        attributes: mapToAttributes(at(row.linkAttributes, i), linkExtras[i]?.types),
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
