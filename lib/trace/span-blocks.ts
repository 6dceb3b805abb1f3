import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import type { Attribute, AttributeType, Span, SpanEvent, SpanLink } from "./span";
import { attributeTypes, spanKinds, statusCodes } from "./span";
import type { SpanColumns } from "./span-columns";
import { spanIdText } from "./span-ids";

/**
 * What the columns of a run leave out (attributes, events, links, resource), for a block of spans at a time:
 * an exported file unpacks only the block of the span that somebody opens. Within a block the values of one
 * attribute lie together, and as a dictionary where they repeat, which is what makes them small once zipped.
 * Attributes of a span come back in the order in which their keys first occur in the block.
 */

/** Texts of a column: all of them, or the distinct ones and an index for each. */
type TextColumn =
  | readonly string[]
  | { readonly texts: readonly string[]; readonly index: readonly number[] };

interface AttributeColumn {
  readonly key: string;
  readonly type: AttributeType;
  /** The owners (spans, events or links) by number; left out where each owner has exactly one. */
  readonly of?: readonly number[];
  readonly values: TextColumn;
}

interface Block {
  readonly v: 1;
  readonly traceState: TextColumn;
  readonly scopeName: TextColumn;
  readonly scopeVersion: TextColumn;
  readonly statusMessage: TextColumn;
  readonly resources: readonly (readonly AttributeColumn[])[];
  readonly resource: readonly number[];
  readonly attributes: readonly AttributeColumn[];
  /** Owners of events and links; `afterNs` counts from the start of the span. */
  readonly eventOf: readonly number[];
  readonly eventAfterNs: TextColumn;
  readonly eventName: TextColumn;
  readonly eventAttributes: readonly AttributeColumn[];
  readonly linkOf: readonly number[];
  readonly linkTraceId: TextColumn;
  readonly linkSpanId: TextColumn;
  readonly linkTraceState: TextColumn;
  readonly linkAttributes: readonly AttributeColumn[];
}

/** The bytes are not those of a block. */
export class BadSpanBlock extends Error {
  override readonly name = "BadSpanBlock";
}

/** The parts of the spans that the columns leave out, as bytes (not zipped yet). */
export function encodeSpanBlock(spans: readonly Span[]): Uint8Array<ArrayBuffer> {
  const resources: (readonly AttributeColumn[])[] = [];
  const resourceIndex = new Map<string, number>();
  const resource = spans.map((span) => {
    const key = JSON.stringify(span.resource);
    const known = resourceIndex.get(key);
    if (known !== undefined) return known;
    resourceIndex.set(key, resources.length);
    return resources.push(toColumns([span.resource])) - 1;
  });
  const events = spans.flatMap((span, of) =>
    span.events.map((event) => ({ of, event, startNs: span.startNs })),
  );
  const links = spans.flatMap((span, of) => span.links.map((link) => ({ of, link })));
  const block: Block = {
    v: 1,
    traceState: texts(spans.map((span) => span.traceState)),
    scopeName: texts(spans.map((span) => span.scopeName)),
    scopeVersion: texts(spans.map((span) => span.scopeVersion)),
    statusMessage: texts(spans.map((span) => span.statusMessage)),
    resources,
    resource,
    attributes: toColumns(spans.map((span) => span.attributes)),
    eventOf: events.map(({ of }) => of),
    eventAfterNs: texts(events.map(({ event, startNs }) => (event.timeNs - startNs).toString())),
    eventName: texts(events.map(({ event }) => event.name)),
    eventAttributes: toColumns(events.map(({ event }) => event.attributes)),
    linkOf: links.map(({ of }) => of),
    linkTraceId: texts(links.map(({ link }) => link.traceId)),
    linkSpanId: texts(links.map(({ link }) => link.spanId)),
    linkTraceState: texts(links.map(({ link }) => link.traceState)),
    linkAttributes: toColumns(links.map(({ link }) => link.attributes)),
  };
  return new TextEncoder().encode(JSON.stringify(block));
}

/**
 * The whole span `at` of a block, with what the columns know of it (as span `index`). Throws BadSpanBlock for
 * other bytes.
 */
export function decodeSpan(bytes: Uint8Array, at: number, columns: SpanColumns, index: number): Span {
  let block: Block;
  try {
    block = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new BadSpanBlock("The details of this span cannot be read. Export the run again.");
  }
  if (block?.v !== 1) throw new BadSpanBlock("The details of this span are of another version.");
  const startNs = nanoseconds(columns.startNs + BigInt(Math.round(columns.startOffsetNs[index] ?? 0)));
  const kindAndStatus = columns.kindAndStatus[index] ?? 0;
  return {
    traceId: columns.traceIds[columns.trace[index] ?? 0] ?? "",
    spanId: spanIdText(columns.spanIds, index),
    parentSpanId: spanIdText(columns.parentIds, index),
    traceState: textAt(block.traceState, at),
    name: columns.names[columns.name[index] ?? 0] ?? "",
    kind: spanKinds[kindAndStatus & 15] ?? "Unspecified",
    serviceName: columns.services[columns.service[index] ?? 0] ?? "",
    scopeName: textAt(block.scopeName, at),
    scopeVersion: textAt(block.scopeVersion, at),
    startNs,
    durationNs: nanoseconds(BigInt(Math.round(columns.durationNs[index] ?? 0))),
    status: statusCodes[kindAndStatus >> 4] ?? "Unset",
    statusMessage: textAt(block.statusMessage, at),
    attributes: attributesOf(block.attributes, at),
    resource: attributesOf(block.resources[block.resource[at] ?? 0] ?? [], 0),
    events: eventsOf(block, at, startNs),
    links: linksOf(block, at),
  };
}

function eventsOf(block: Block, at: number, startNs: Nanoseconds): SpanEvent[] {
  return numbersOf(block.eventOf, at).map((event) => ({
    timeNs: nanoseconds(startNs + BigInt(textAt(block.eventAfterNs, event) || "0")),
    name: textAt(block.eventName, event),
    attributes: attributesOf(block.eventAttributes, event),
  }));
}

function linksOf(block: Block, at: number): SpanLink[] {
  return numbersOf(block.linkOf, at).map((link) => ({
    traceId: textAt(block.linkTraceId, link),
    spanId: textAt(block.linkSpanId, link),
    traceState: textAt(block.linkTraceState, link),
    attributes: attributesOf(block.linkAttributes, link),
  }));
}

/** The places at which `owner` stands. */
function numbersOf(of: readonly number[], owner: number): number[] {
  return of.flatMap((value, place) => (value === owner ? [place] : []));
}

function texts(values: readonly string[]): TextColumn {
  const index = new Map<string, number>();
  for (const value of values) if (!index.has(value)) index.set(value, index.size);
  // A dictionary pays once values occur twice on average.
  if (index.size * 2 > values.length) return values;
  return { texts: [...index.keys()], index: values.map((value) => index.get(value) ?? 0) };
}

function textAt(column: TextColumn, at: number): string {
  return "texts" in column ? (column.texts[column.index[at] ?? -1] ?? "") : (column[at] ?? "");
}

function toColumns(owners: readonly (readonly Attribute[])[]): AttributeColumn[] {
  const columns = new Map<string, { key: string; type: AttributeType; of: number[]; values: string[] }>();
  for (const [owner, attributes] of owners.entries()) {
    for (const { key, type, value } of attributes) {
      const name = `${type} ${key}`;
      let column = columns.get(name);
      if (!column) {
        column = { key, type, of: [], values: [] };
        columns.set(name, column);
      }
      column.of.push(owner);
      column.values.push(value);
    }
  }
  return [...columns.values()].map(({ key, type, of, values }) => {
    const each = of.length === owners.length && of.every((owner, place) => owner === place);
    return { key, type, ...(each ? {} : { of }), values: texts(values) };
  });
}

function attributesOf(columns: readonly AttributeColumn[], owner: number): Attribute[] {
  return columns.flatMap(({ key, type, of, values }) => {
    if (!attributeTypes.includes(type)) return [];
    const places = of ? numbersOf(of, owner) : [owner];
    return places.map((place) => ({ key, value: textAt(values, place), type }));
  });
}
