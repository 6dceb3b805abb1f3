import { type Fields, fieldOf, isRecord, listOrEmpty, textOrEmpty } from "@/lib/base/json-fields";
import { nanoseconds } from "@/lib/base/time";
import {
  type Attribute,
  type AttributeType,
  attributeTypes,
  type Span,
  type SpanEvent,
  type SpanExtras,
  type SpanLink,
} from "../span";

/**
 * Parts of a span as compact JSON that keeps everything, for the side tags in which our files of other formats
 * carry what those formats cannot hold. Read back with the same distrust as the rest of a file.
 */

/** [key, type as an index, value] */
type ExactAttribute = readonly [string, number, string];

export function toExactAttributes(attributes: readonly Attribute[]): readonly ExactAttribute[] {
  return attributes.map(({ key, type, value }) => [key, attributeTypes.indexOf(type), value]);
}

export function fromExactAttributes(json: unknown): Attribute[] {
  return listOrEmpty(json).flatMap((entry): Attribute[] => {
    const [key, type, value] = listOrEmpty(entry);
    return [{ key: textOrEmpty(key), type: attributeTypeOf(type), value: textOrEmpty(value) }];
  });
}

/** An attribute's type from its number; text for what is none. */
export function attributeTypeOf(json: unknown): AttributeType {
  return (typeof json === "number" ? attributeTypes[json] : undefined) ?? "string";
}

export function toExactLink(link: SpanLink) {
  const { traceId, spanId, traceState, attributes, droppedAttributes, flags } = link;
  return { traceId, spanId, traceState, attributes: toExactAttributes(attributes), droppedAttributes, flags };
}

export function fromExactLink(json: unknown): SpanLink {
  const link = isRecord(json) ? json : {};
  return {
    traceId: textOrEmpty(link.traceId),
    spanId: textOrEmpty(link.spanId),
    traceState: textOrEmpty(link.traceState),
    attributes: fromExactAttributes(link.attributes),
    ...countIn(link, "droppedAttributes"),
    ...countIn(link, "flags"),
  };
}

export function toExactEvent({ timeNs, name, attributes, droppedAttributes }: SpanEvent) {
  return { timeNs: timeNs.toString(), name, attributes: toExactAttributes(attributes), droppedAttributes };
}

export function fromExactEvent(json: unknown): SpanEvent {
  const event = isRecord(json) ? json : {};
  return {
    timeNs: nanoseconds(bigintOf(event.timeNs) ?? 0n),
    name: textOrEmpty(event.name),
    attributes: fromExactAttributes(event.attributes),
    ...countIn(event, "droppedAttributes"),
  };
}

const extraCounts = [
  "flags",
  "droppedAttributes",
  "droppedEvents",
  "droppedLinks",
  "scopeDroppedAttributes",
  "resourceDroppedAttributes",
] as const;
const extraTexts = ["scopeSchemaUrl", "resourceSchemaUrl"] as const;

/** What OTLP carries beside the usual fields; undefined where the span has none of it. */
export function toExactExtras(span: Span): Fields | undefined {
  const extras: Record<string, unknown> = {};
  for (const key of [...extraCounts, ...extraTexts]) if (span[key] !== undefined) extras[key] = span[key];
  if (span.scopeAttributes) extras.scopeAttributes = toExactAttributes(span.scopeAttributes);
  return Object.keys(extras).length === 0 ? undefined : extras;
}

export function fromExactExtras(json: unknown): SpanExtras {
  if (!isRecord(json)) return {};
  const extras: { -readonly [K in keyof SpanExtras]: SpanExtras[K] } = {};
  for (const key of extraCounts) Object.assign(extras, countIn(json, key));
  for (const key of extraTexts) {
    const text = fieldOf(json, key);
    if (typeof text === "string") extras[key] = text;
  }
  if (Array.isArray(json.scopeAttributes)) extras.scopeAttributes = fromExactAttributes(json.scopeAttributes);
  return extras;
}

function countIn<K extends string>(fields: Fields, key: K): { [P in K]?: number } {
  const count = fieldOf(fields, key);
  return typeof count === "number" && Number.isFinite(count)
    ? ({ [key]: count } as { [P in K]?: number })
    : {};
}

/** A whole number in decimal digits. */
export function bigintOf(json: unknown): bigint | undefined {
  return typeof json === "string" && /^-?\d{1,30}$/.test(json) ? BigInt(json) : undefined;
}

export function sameAttributes(a: readonly Attribute[], b: readonly Attribute[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ key, type, value }, i) => {
      const other = b[i];
      return other?.key === key && other.type === type && other.value === value;
    })
  );
}
