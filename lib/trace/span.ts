import type { Nanoseconds } from "@/lib/base/time";

/** OpenTelemetry's span kinds, in the order of their OTLP numbers (0 is unspecified). */
export const spanKinds = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"] as const;
export type SpanKind = (typeof spanKinds)[number];

/** OpenTelemetry's status codes, in the order of their OTLP numbers. */
export const statusCodes = ["Unset", "Ok", "Error"] as const;
export type StatusCode = (typeof statusCodes)[number];

/**
 * What an attribute's text stands for. The store's maps hold text only; values that are not text say so here,
 * and the text is then JSON (int as decimal digits, bytes as base64), so that OTLP comes out as it went in.
 */
export const attributeTypes = ["string", "int", "double", "bool", "bytes", "array", "kvlist"] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** One attribute. Keys and values are data from anywhere: never use a key as a property name. */
export interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly type: AttributeType;
}

export interface SpanEvent {
  readonly timeNs: Nanoseconds;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
}

/** A span as OpenTelemetry defines it. Ids are lower-case hex; `parentSpanId` is "" for a root. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly serviceName: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** Since the epoch. */
  readonly startNs: Nanoseconds;
  readonly durationNs: Nanoseconds;
  readonly status: StatusCode;
  readonly statusMessage: string;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

/** The text of an attribute, or undefined where there is none of that key. */
export function attributeText(attributes: readonly Attribute[], key: string): string | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value;
}
