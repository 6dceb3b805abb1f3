import type { Nanoseconds } from "@/lib/base/time";

/** OpenTelemetry's span kinds, in the order of their OTLP numbers (0 is unspecified). */
export const spanKinds = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"] as const;
export type SpanKind = (typeof spanKinds)[number];

const kindsByNumber: ReadonlyMap<unknown, SpanKind> = new Map(spanKinds.entries());

/** The kind of an OTLP number. The enum is open: any other value is unspecified. */
export function spanKindOf(number: unknown): SpanKind {
  return kindsByNumber.get(number) ?? "Unspecified";
}

/** OpenTelemetry's status codes, in the order of their OTLP numbers. */
export const statusCodes = ["Unset", "Ok", "Error"] as const;
export type StatusCode = (typeof statusCodes)[number];

const statusesByNumber: ReadonlyMap<unknown, StatusCode> = new Map(statusCodes.entries());

/** The status of an OTLP number. The enum is open: any other value is unset. */
export function statusCodeOf(number: unknown): StatusCode {
  return statusesByNumber.get(number) ?? "Unset";
}

/**
 * What an attribute's text stands for. The store's maps hold text only; values that are not text say so here,
 * and the text is then JSON (int as decimal digits, bytes as base64), so that OTLP comes out as it went in
 * (lib/trace/content/otlp-value.ts). An empty value is one that was sent without any content; its text is "".
 */
export const attributeTypes = [
  "string",
  "int",
  "double",
  "bool",
  "bytes",
  "array",
  "kvlist",
  "empty",
] as const;
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
  /** Attributes that its sender left out; absent means none. */
  readonly droppedAttributes?: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes?: number;
  /** W3C trace flags in the low 8 bits. */
  readonly flags?: number;
}

/**
 * What OTLP carries beside the fields that every span has. Absent where the sender said nothing, 0 or "": most
 * spans have none of it but the flags.
 */
export interface SpanExtras {
  /** W3C trace flags in the low 8 bits; above them, whether the parent is known to be remote. */
  readonly flags?: number;
  readonly droppedAttributes?: number;
  readonly droppedEvents?: number;
  readonly droppedLinks?: number;
  readonly scopeAttributes?: readonly Attribute[];
  readonly scopeDroppedAttributes?: number;
  readonly scopeSchemaUrl?: string;
  readonly resourceDroppedAttributes?: number;
  readonly resourceSchemaUrl?: string;
}

/** A span as OpenTelemetry defines it. Ids are lower-case hex; `parentSpanId` is "" for a root. */
export interface Span extends SpanExtras {
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
