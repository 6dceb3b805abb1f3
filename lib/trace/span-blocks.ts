import { nanoseconds } from "@/lib/base/time";
import { type BlockParts, blockParts, blockVersion, readBlock } from "./block-parts";
import { fromExactExtras, toExactExtras } from "./formats/exact-span";
import { allAttributes, packAttributes } from "./packed/attributes";
import { ByteWriter } from "./packed/bytes";
import { packNumbers } from "./packed/numbers";
import { allTexts, packTexts } from "./packed/texts";
import { type Attribute, type Span, type SpanEvent, type SpanLink, spanKinds, statusCodes } from "./span";
import type { SpanColumns } from "./span-columns";
import { spanIdText } from "./span-ids";

/**
 * What the columns of a run leave out (attributes, events, links, resource), for a block of spans at a time: an
 * exported file unpacks only the block of the span that somebody opens. Within a block the values of one attribute
 * lie together, in the form that takes the least room (lib/trace/packed).
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

/** What a block tells of each of its spans. */
interface Block {
  readonly traceState: readonly string[];
  readonly scopeName: readonly string[];
  readonly scopeVersion: readonly string[];
  readonly statusMessage: readonly string[];
  readonly extras: readonly string[];
  readonly attributes: readonly (readonly Attribute[])[];
  readonly resources: readonly (readonly Attribute[])[];
  readonly resource: Float64Array;
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

  /** The whole span `at` of the block, with what the columns know of it (as span `index`). */
  span(at: number, columns: SpanColumns, index: number): Span {
    const block = this.#block;
    const startNs = columns.startNs + BigInt(Math.round(columns.startOffsetNs[index] ?? 0));
    const kindAndStatus = columns.kindAndStatus[index] ?? 0;
    return {
      traceId: columns.traceIds[columns.trace[index] ?? 0] ?? "",
      spanId: spanIdText(columns.spanIds, index),
      parentSpanId: spanIdText(columns.parentIds, index),
      traceState: block.traceState[at] ?? "",
      name: columns.names[columns.name[index] ?? 0] ?? "",
      kind: spanKinds[kindAndStatus & 15] ?? "Unspecified",
      serviceName: columns.services[columns.service[index] ?? 0] ?? "",
      scopeName: block.scopeName[at] ?? "",
      scopeVersion: block.scopeVersion[at] ?? "",
      startNs: nanoseconds(startNs),
      // Below zero it is a mark and no length (lib/trace/tree).
      durationNs: nanoseconds(BigInt(Math.round(Math.max(0, columns.durationNs[index] ?? 0)))),
      status: statusCodes[kindAndStatus >> 4] ?? "Unset",
      statusMessage: block.statusMessage[at] ?? "",
      attributes: block.attributes[at] ?? [],
      resource: block.resources[block.resource[at] ?? 0] ?? [],
      events: (block.events[at] ?? []).map(({ afterNs, ...event }) => ({
        timeNs: nanoseconds(startNs + afterNs),
        ...event,
      })),
      links: block.links[at] ?? [],
      ...fromExactExtras(parseOrNothing(block.extras[at])),
    };
  }
}

/** One span of a block: for a reader that needs no other. */
export function decodeSpan(bytes: Uint8Array, at: number, columns: SpanColumns, index: number): Span {
  return new SpanBlock(bytes).span(at, columns, index);
}

function unpackBlock(parts: BlockParts): Block {
  const { count, events, links } = parts;
  return {
    traceState: allTexts(parts.traceState(), count),
    scopeName: allTexts(parts.scopeName(), count),
    scopeVersion: allTexts(parts.scopeVersion(), count),
    statusMessage: allTexts(parts.statusMessage(), count),
    extras: allTexts(parts.extras(), count),
    attributes: allAttributes(parts.attributes),
    resources: allAttributes(parts.resources),
    resource: parts.resource,
    events: unpackEvents(events),
    links: unpackLinks(links),
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

/** Different for different lists: lengths stand before texts that may hold anything. */
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
  const { counts, total } = events;
  const after = allTexts(events.after(), total);
  const names = allTexts(events.names(), total);
  const dropped = allTexts(events.dropped(), total);
  const attributes = allAttributes(events.attributes);
  return split(counts, (at) => ({
    afterNs: BigInt(after[at] || "0"),
    name: names[at] ?? "",
    attributes: attributes[at] ?? [],
    ...(dropped[at] ? { droppedAttributes: Number(dropped[at]) } : undefined),
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
  const { counts, total } = links;
  const traceIds = allTexts(links.traceIds(), total);
  const spanIds = allTexts(links.spanIds(), total);
  const states = allTexts(links.states(), total);
  const dropped = allTexts(links.dropped(), total);
  const flags = allTexts(links.flags(), total);
  const attributes = allAttributes(links.attributes);
  return split(counts, (at) => ({
    traceId: traceIds[at] ?? "",
    spanId: spanIds[at] ?? "",
    traceState: states[at] ?? "",
    attributes: attributes[at] ?? [],
    ...(dropped[at] ? { droppedAttributes: Number(dropped[at]) } : undefined),
    ...(flags[at] ? { flags: Number(flags[at]) } : undefined),
  }));
}

/** What belongs to each span, of things that lie one after the other. */
function split<T>(counts: Float64Array, take: (at: number) => T): T[][] {
  let at = 0;
  return Array.from(counts, (count) => Array.from({ length: Math.max(0, count) }, () => take(at++)));
}

function jsonOrNothing(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

function parseOrNothing(text: string | undefined): unknown {
  return text ? JSON.parse(text) : undefined;
}
