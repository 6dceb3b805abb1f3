import {
  type Attribute,
  type AttributeType,
  attributeTypes,
  type Span,
  type SpanEvent,
  type SpanExtras,
  type SpanLink,
} from "@/lib/trace/span";

/**
 * What OTLP carries and the exporter's table has no column for, in one map of ours (SpanExtras) that holds
 * nothing where a span has nothing of it. Numbers are digits; lists are JSON.
 */

const countFields = [
  ["flags", "flags"],
  ["droppedAttributes", "dropped_attributes_count"],
  ["droppedEvents", "dropped_events_count"],
  ["droppedLinks", "dropped_links_count"],
  ["scopeDroppedAttributes", "scope.dropped_attributes_count"],
  ["resourceDroppedAttributes", "resource.dropped_attributes_count"],
] as const satisfies readonly (readonly [keyof SpanExtras, string])[];

const textFields = [
  ["scopeSchemaUrl", "scope.schema_url"],
  ["resourceSchemaUrl", "resource.schema_url"],
] as const satisfies readonly (readonly [keyof SpanExtras, string])[];

/** Of an event or a link; entry i belongs to event i. Null where there is nothing to say of it. */
interface PartExtras {
  readonly types?: readonly (readonly [string, AttributeType])[];
  readonly dropped?: number;
  readonly flags?: number;
}

type TextMap = Readonly<Record<string, string>>;

/** The map's entries; called for every span that is stored, and most have nothing but their flags. */
export function spanToExtras(span: Span): (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  for (const [field, key] of countFields) {
    const count = span[field];
    if (count) entries.push([key, String(count)]);
  }
  for (const [field, key] of textFields) {
    const text = span[field];
    if (text) entries.push([key, text]);
  }
  if (span.scopeAttributes?.length) entries.push(["scope.attributes", JSON.stringify(span.scopeAttributes)]);
  const events = partsToText(span.events);
  if (events) entries.push(["events", events]);
  const links = partsToText(span.links);
  if (links) entries.push(["links", links]);
  return entries;
}

function partsToText(parts: readonly (SpanEvent | SpanLink)[]): string | undefined {
  if (parts.length === 0) return undefined;
  const extras = parts.map(partToExtras);
  return extras.some((extra) => extra !== null) ? JSON.stringify(extras) : undefined;
}

function partToExtras(part: SpanEvent | SpanLink): PartExtras | null {
  const typed = part.attributes.filter(({ type }) => type !== "string");
  const flags = "flags" in part ? part.flags : undefined;
  if (typed.length === 0 && !part.droppedAttributes && !flags) return null;
  return {
    ...(typed.length > 0 && { types: typed.map(({ key, type }) => [key, type] as const) }),
    ...(part.droppedAttributes && { dropped: part.droppedAttributes }),
    ...(flags && { flags }),
  };
}

/** What the map says of the span itself. Anybody may write the table: what is malformed is left out. */
export function extrasToSpan(map: TextMap): SpanExtras {
  const extras: { -readonly [K in keyof SpanExtras]: SpanExtras[K] } = {};
  for (const [field, key] of countFields) {
    const count = parseCount(map[key]);
    if (count) extras[field] = count;
  }
  for (const [field, key] of textFields) {
    const text = map[key];
    if (text) extras[field] = text;
  }
  const scopeAttributes = parseList(map["scope.attributes"]).filter(isAttribute);
  if (scopeAttributes.length > 0) extras.scopeAttributes = scopeAttributes;
  return extras;
}

/** What the map says of each event or link: the types of its attributes, and the rest of its fields. */
export function extrasOfParts(text: string | undefined): readonly ParsedPart[] {
  return parseList(text).map((part) => {
    if (typeof part !== "object" || part === null) return {};
    const { types, dropped, flags } = part as { [K in keyof PartExtras]: unknown };
    return {
      types: new Map(Array.isArray(types) ? types.filter(isTyped) : []),
      fields: {
        ...(isCount(dropped) && { droppedAttributes: dropped }),
        ...(isCount(flags) && { flags }),
      },
    };
  });
}

export interface ParsedPart {
  readonly types?: ReadonlyMap<string, string>;
  readonly fields?: { readonly droppedAttributes?: number; readonly flags?: number };
}

function parseList(text: string | undefined): unknown[] {
  if (!text) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function parseCount(text: string | undefined): number | undefined {
  const count = Number(text);
  return isCount(count) ? count : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isTyped(value: unknown): value is [string, string] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string";
}

function isAttribute(value: unknown): value is Attribute {
  if (typeof value !== "object" || value === null) return false;
  const { key, value: text, type } = value as { [K in keyof Attribute]: unknown };
  return (
    typeof key === "string" && typeof text === "string" && attributeTypes.some((known) => known === type)
  );
}
