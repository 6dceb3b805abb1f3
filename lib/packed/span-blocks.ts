import { at, float64At, uint8At, uintAt } from "@/lib/base/checked";
import { nanoseconds } from "@/lib/base/time";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { spanIdText } from "@/lib/trace/columns/span-ids";
import { fromExactExtras, toExactExtras } from "@/lib/trace/content/exact-span";
import {
  type Attribute,
  type Span,
  type SpanEvent,
  type SpanLink,
  spanKinds,
  statusCodes,
} from "@/lib/trace/span";
import { allAttributes, packAttributes } from "./attributes";
import { BadSpanBlock, type BlockParts, blockParts, blockVersion, readBlock } from "./block-parts";
import { ByteWriter } from "./bytes";
import { packNumbers } from "./numbers";
import { allTexts, packTexts } from "./texts";

/**
 * What the columns of a run leave out (attributes, events, links, resource), for a block of spans at a time: an
 * exported file unpacks only the block of the span that somebody opens. Within a block the values of one attribute
 * are adjacent, in the shortest form (texts.ts, numbers.ts).
 */

/** The parts of the spans that the columns leave out, as bytes (not zipped yet). */
export function encodeSpanBlock(spans: readonly Span[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.byte(blockVersion);
  writer.count(spans.length);
  packTexts(
    writer,
    spans.map(({ traceState }) => traceState),
  );
  packTexts(
    writer,
    spans.map(({ scopeName }) => scopeName),
  );
  packTexts(
    writer,
    spans.map(({ scopeVersion }) => scopeVersion),
  );
  packTexts(
    writer,
    spans.map(({ statusMessage }) => statusMessage),
  );
  packTexts(
    writer,
    spans.map((span) => jsonOrNothing(toExactExtras(span))),
  );
  packAttributes(
    writer,
    spans.map(({ attributes }) => attributes),
  );
  packResources(writer, spans);
  packEvents(writer, spans);
  packLinks(writer, spans);
  return writer.finish();
}

/** What a block holds for each of its spans. */
interface Block {
  readonly traceState: readonly string[];
  readonly scopeName: readonly string[];
  readonly scopeVersion: readonly string[];
  readonly statusMessage: readonly string[];
  readonly extras: readonly string[];
  readonly attributes: readonly (readonly Attribute[])[];
  readonly resourceOf: readonly (readonly Attribute[])[];
  /** Times count from the start of the span, as texts of nanoseconds. */
  readonly events: readonly (readonly (Omit<SpanEvent, "timeNs"> & { readonly afterNs: bigint })[])[];
  readonly links: readonly (readonly SpanLink[])[];
}

/** A block, unpacked once for all of its spans. */
export class SpanBlock {
  readonly #block: Block;

  /** Throws BadSpanBlock for bytes that `encodeSpanBlock` did not make. */
  constructor(bytes: Uint8Array) {
    this.#block = readBlock(() => unpackBlock(blockParts(bytes)));
  }

  /**
   * The whole span `place` of the block, with what the columns know of it (as span `index`). Throws BadSpanBlock where
   * the block has no such span, RangeError where the columns have none.
   */
  span(place: number, columns: SpanColumns, index: number): Span {
    const block = this.#block;
    if (place >= block.attributes.length) throw new BadSpanBlock("The details of this span are missing.");
    const startNs = columns.startNs + BigInt(Math.round(float64At(columns.startOffsetNs, index)));
    const kindAndStatus = uint8At(columns.kindAndStatus, index);
    return {
      traceId: at(columns.traceIds, uintAt(columns.trace, index)),
      spanId: spanIdText(columns.spanIds, index),
      parentSpanId: spanIdText(columns.parentIds, index),
      traceState: at(block.traceState, place),
      name: at(columns.names, uintAt(columns.name, index)),
      kind: at(spanKinds, kindAndStatus & 15),
      serviceName: at(columns.services, uintAt(columns.service, index)),
      scopeName: at(block.scopeName, place),
      scopeVersion: at(block.scopeVersion, place),
      startNs: nanoseconds(startNs),
      // Below zero it is a mark and no length (lib/trace/analysis/tree).
      durationNs: nanoseconds(BigInt(Math.round(Math.max(0, float64At(columns.durationNs, index))))),
      status: at(statusCodes, kindAndStatus >> 4),
      statusMessage: at(block.statusMessage, place),
      attributes: at(block.attributes, place),
      resource: at(block.resourceOf, place),
      events: at(block.events, place).map(({ afterNs, ...event }) => ({
        timeNs: nanoseconds(startNs + afterNs),
        ...event,
      })),
      links: at(block.links, place),
      ...readBlock(() => fromExactExtras(parseOrNothing(at(block.extras, place)))),
    };
  }
}

/** One span of a block: for a reader that needs no other. */
export function decodeSpan(bytes: Uint8Array, place: number, columns: SpanColumns, index: number): Span {
  return new SpanBlock(bytes).span(place, columns, index);
}

function unpackBlock(parts: BlockParts): Block {
  const resources = allAttributes(parts.resources);
  return {
    traceState: allTexts(parts.traceState()),
    scopeName: allTexts(parts.scopeName()),
    scopeVersion: allTexts(parts.scopeVersion()),
    statusMessage: allTexts(parts.statusMessage()),
    extras: allTexts(parts.extras()),
    attributes: allAttributes(parts.attributes),
    resourceOf: Array.from(parts.resource, (resource) => at(resources, resource)),
    events: unpackEvents(parts.events),
    links: unpackLinks(parts.links),
  };
}

/** Spans of one service share a resource, which is written once. */
function packResources(writer: ByteWriter, spans: readonly Span[]): void {
  const distinct = new Map<string, { readonly at: number; readonly resource: readonly Attribute[] }>();
  const of = spans.map(({ resource }) => {
    const key = attributesToKey(resource);
    const known = distinct.get(key) ?? { at: distinct.size, resource };
    distinct.set(key, known);
    return known.at;
  });
  writer.count(distinct.size);
  packAttributes(
    writer,
    [...distinct.values()].map(({ resource }) => resource),
  );
  packNumbers(writer, of);
}

/** Different for different lists: lengths precede the texts, which may hold anything. */
function attributesToKey(attributes: readonly Attribute[]): string {
  let text = "";
  for (const { key, value, type } of attributes)
    text += `${key.length} ${value.length} ${type}${key}${value}`;
  return text;
}

function packEvents(writer: ByteWriter, spans: readonly Span[]): void {
  packNumbers(
    writer,
    spans.map(({ events }) => events.length),
  );
  const events = spans.flatMap((span) => span.events.map((event) => ({ event, startNs: span.startNs })));
  packTexts(
    writer,
    events.map(({ event, startNs }) => (event.timeNs - startNs).toString()),
  );
  packTexts(
    writer,
    events.map(({ event }) => event.name),
  );
  packTexts(
    writer,
    events.map(({ event }) => (event.droppedAttributes ?? "").toString()),
  );
  packAttributes(
    writer,
    events.map(({ event }) => event.attributes),
  );
}

function unpackEvents(events: BlockParts["events"]): Block["events"] {
  const after = allTexts(events.after());
  const names = allTexts(events.names());
  const dropped = allTexts(events.dropped());
  const attributes = allAttributes(events.attributes);
  return split(events.counts, (event) => ({
    afterNs: BigInt(at(after, event)),
    name: at(names, event),
    attributes: at(attributes, event),
    ...countOrNothing("droppedAttributes", at(dropped, event)),
  }));
}

function packLinks(writer: ByteWriter, spans: readonly Span[]): void {
  packNumbers(
    writer,
    spans.map(({ links }) => links.length),
  );
  const links = spans.flatMap((span) => span.links);
  packTexts(
    writer,
    links.map(({ traceId }) => traceId),
  );
  packTexts(
    writer,
    links.map(({ spanId }) => spanId),
  );
  packTexts(
    writer,
    links.map(({ traceState }) => traceState),
  );
  packTexts(
    writer,
    links.map(({ droppedAttributes }) => (droppedAttributes ?? "").toString()),
  );
  packTexts(
    writer,
    links.map(({ flags }) => (flags ?? "").toString()),
  );
  packAttributes(
    writer,
    links.map(({ attributes }) => attributes),
  );
}

function unpackLinks(links: BlockParts["links"]): Block["links"] {
  const traceIds = allTexts(links.traceIds());
  const spanIds = allTexts(links.spanIds());
  const states = allTexts(links.states());
  const dropped = allTexts(links.dropped());
  const flags = allTexts(links.flags());
  const attributes = allAttributes(links.attributes);
  return split(links.counts, (link) => ({
    traceId: at(traceIds, link),
    spanId: at(spanIds, link),
    traceState: at(states, link),
    attributes: at(attributes, link),
    ...countOrNothing("droppedAttributes", at(dropped, link)),
    ...countOrNothing("flags", at(flags, link)),
  }));
}

/** The share of each span in one flat list. */
function split<T>(counts: Float64Array, take: (index: number) => T): T[][] {
  let next = 0;
  return Array.from(counts, (count) => Array.from({ length: Math.max(0, count) }, () => take(next++)));
}

function countOrNothing<Key extends string>(key: Key, text: string): Partial<Record<Key, number>> {
  return text === "" ? {} : ({ [key]: Number(text) } as Record<Key, number>);
}

function jsonOrNothing(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

function parseOrNothing(text: string): unknown {
  return text !== "" ? JSON.parse(text) : undefined;
}
