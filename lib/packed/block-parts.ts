import { type PackedAttributes, readAttributes } from "./attributes";
import { BadPackedBytes, ByteReader } from "./bytes";
import { unpackNumbers } from "./numbers";
import { type DistinctTexts, skipTexts, unpackDistinctTexts } from "./texts";

/** The bytes are not those of a block. */
export class BadSpanBlock extends Error {
  override readonly name = "BadSpanBlock";
}

/** Of the layout below, which `encodeSpanBlock` writes. */
export const blockVersion = 2;

type Texts = () => DistinctTexts;

/** Things that belong to spans, one after the other. */
interface PartsOfSpans {
  /** How many each span has. */
  readonly counts: Float64Array;
  readonly total: number;
  readonly attributes: PackedAttributes;
}

/** The parts of a block (span-blocks.ts). Texts and values are unpacked when they are asked for. */
export interface BlockParts {
  readonly count: number;
  readonly traceState: Texts;
  readonly scopeName: Texts;
  readonly scopeVersion: Texts;
  readonly statusMessage: Texts;
  /** JSON of what is exact about a span (formats/exact-span.ts), or "". */
  readonly extras: Texts;
  readonly attributes: PackedAttributes;
  readonly resources: PackedAttributes;
  /** Which of the resources each span has. */
  readonly resource: Float64Array;
  /** `after`: nanoseconds from the span's start, as text. */
  readonly events: PartsOfSpans & Readonly<Record<"after" | "names" | "dropped", Texts>>;
  readonly links: PartsOfSpans &
    Readonly<Record<"traceIds" | "spanIds" | "states" | "dropped" | "flags", Texts>>;
}

/** Reads a block, or a part of one later. Throws BadSpanBlock for bytes that `encodeSpanBlock` did not make. */
export function readBlock<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadPackedBytes || error instanceof SyntaxError || error instanceof RangeError) {
      throw new BadSpanBlock("The details of this span cannot be read. Export the run again.");
    }
    throw error;
  }
}

export function blockParts(bytes: Uint8Array): BlockParts {
  const reader = new ByteReader(bytes);
  if (reader.byte() !== blockVersion)
    throw new BadSpanBlock("The details of this span are of another version.");
  const count = reader.countUpTo(maxInBlock);
  const texts = (many: number): Texts =>
    reader.later(
      (at) => skipTexts(at, many),
      (at) => unpackDistinctTexts(at, many),
    );
  const counted = () => {
    const counts = unpackNumbers(reader, count);
    const total = counts.reduce((sum, each) => sum + each, 0);
    if (!(total >= 0 && total <= maxInBlock)) throw new BadPackedBytes("The block holds more than it can.");
    return { counts, total };
  };
  // In the order in which they are written.
  const [traceState, scopeName, scopeVersion, statusMessage, extras] = [
    texts(count),
    texts(count),
    texts(count),
    texts(count),
    texts(count),
  ];
  const attributes = readAttributes(reader, count);
  const resources = readAttributes(reader, reader.countUpTo(maxInBlock));
  const resource = unpackNumbers(reader, count);
  const ofEvents = counted();
  const events = {
    ...ofEvents,
    after: texts(ofEvents.total),
    names: texts(ofEvents.total),
    dropped: texts(ofEvents.total),
    attributes: readAttributes(reader, ofEvents.total),
  };
  const ofLinks = counted();
  const links = {
    ...ofLinks,
    traceIds: texts(ofLinks.total),
    spanIds: texts(ofLinks.total),
    states: texts(ofLinks.total),
    dropped: texts(ofLinks.total),
    flags: texts(ofLinks.total),
    attributes: readAttributes(reader, ofLinks.total),
  };
  return {
    ...{ count, traceState, scopeName, scopeVersion, statusMessage, extras },
    ...{ attributes, resources, resource, events, links },
  };
}

/** Our blocks never have more of anything; a larger claim would only cost memory. */
const maxInBlock = 10_000_000;
