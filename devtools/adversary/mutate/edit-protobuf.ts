import type { Random } from "../random";
import { type Edit, inserted, joined, replaced, utf8 } from "./edit";

/** Position of a field's length in a message, and the range it covers. */
interface Length {
  /** Of the field's tag. */
  readonly start: number;
  readonly at: number;
  /** Behind the length: where the content begins. */
  readonly contentStart: number;
  readonly contentEnd: number;
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length && at < start + 10; at++, factor *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
  return undefined;
}

export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** The length-delimited fields of a message and of what looks like messages inside it. */
function findLengths(bytes: Uint8Array, start = 0, end = bytes.length, depth = 0): Length[] {
  const found: Length[] = [];
  for (let at = start; at < end; ) {
    const tag = readVarint(bytes, at);
    if (!tag || tag.value < 8 || tag.end > end) return [];
    const type = tag.value % 8;
    if (type === 2) {
      const length = readVarint(bytes, tag.end);
      if (!length || length.end + length.value > end) return [];
      const contentEnd = length.end + length.value;
      found.push({ start: at, at: tag.end, contentStart: length.end, contentEnd });
      if (depth < 8) found.push(...findLengths(bytes, length.end, contentEnd, depth + 1));
      at = contentEnd;
    } else if (type === 0) {
      const value = readVarint(bytes, tag.end);
      if (!value) return [];
      at = value.end;
    } else if (type === 1) at = tag.end + 8;
    else if (type === 5) at = tag.end + 4;
    else return [];
    if (at > end) return [];
  }
  return found;
}

function lengthEdit(
  name: string,
  apply: (bytes: Uint8Array, length: Length, random: Random) => Uint8Array,
): Edit {
  return {
    name,
    apply(bytes, random) {
      const lengths = findLengths(bytes);
      return lengths.length === 0 ? bytes : apply(bytes, random.pick(lengths), random);
    },
  };
}

/** A field around its content, with the content's true length. */
function field(tag: number, content: Uint8Array): Uint8Array {
  return joined(varint(BigInt(tag)), varint(BigInt(content.length)), content);
}

/** An AnyValue of arrays or of maps in one another. */
function nestedValue(random: Random): Uint8Array {
  const isList = random.chance(0.5);
  let value = field(10 /* string_value */, utf8("x"));
  for (let depth = random.pick([5, 40, 300, 3_000]); depth > 0; depth--) {
    const inner = isList ? value : joined(field(10, utf8("k")), field(18, value));
    value = field(isList ? 42 /* array_value */ : 50 /* kvlist_value */, field(10, inner));
  }
  return value;
}

export const protobufEdits: readonly Edit[] = [
  lengthEdit("change a length", (bytes, { at, contentStart, contentEnd }, random) => {
    const length = BigInt(contentEnd - contentStart);
    const changed = random.pick([
      0n,
      1n,
      length - 1n,
      length + 1n,
      length * 2n,
      127n,
      128n,
      2n ** 20n,
      2n ** 31n - 1n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 63n,
      -1n,
    ]);
    return replaced(bytes, at, contentStart, varint(changed));
  }),
  lengthEdit("a long varint", (bytes, { at, contentStart }, random) =>
    replaced(
      bytes,
      at,
      contentStart,
      Uint8Array.from([...Array(random.pick([9, 10, 20, 40_000])).fill(0x80), 1]),
    ),
  ),
  lengthEdit("change a tag", (bytes, { start, at }, random) =>
    replaced(
      bytes,
      start,
      at,
      varint(
        random.pick([
          0n,
          7n,
          8n,
          11n,
          12n,
          14n,
          15n,
          BigInt(random.below(200)),
          2n ** 29n * 8n - 6n,
          2n ** 60n,
        ]),
      ),
    ),
  ),
  lengthEdit("repeat a field", (bytes, { start, contentEnd }, random) => {
    const piece = bytes.slice(start, contentEnd);
    const times = Math.min(random.pick([1, 2, 50, 2_000]), Math.ceil(300_000 / piece.length));
    return inserted(bytes, contentEnd, joined(...Array(times).fill(piece)));
  }),
  lengthEdit("empty a field", (bytes, { at, contentEnd }) =>
    replaced(bytes, at, contentEnd, Uint8Array.of(0)),
  ),
  lengthEdit("noise for content", (bytes, { contentStart, contentEnd }, random) =>
    replaced(bytes, contentStart, contentEnd, random.bytes(contentEnd - contentStart)),
  ),
  lengthEdit("nest a value", (bytes, { start }, random) =>
    inserted(
      bytes,
      start,
      field(random.pick([18, 74, 10]), joined(field(10, utf8("deep")), field(18, nestedValue(random)))),
    ),
  ),
  lengthEdit("groups", (bytes, { start }, random) => {
    const times = random.pick([1, 100, 20_000]);
    const isClosed = random.chance(0.5);
    return inserted(
      bytes,
      start,
      joined(new Uint8Array(times).fill(0x1b), new Uint8Array(isClosed ? times : 0).fill(0x1c)),
    );
  }),
  {
    name: "one valid request of one deep value",
    apply(_, random) {
      const attribute = field(74, joined(field(10, utf8("deep")), field(18, nestedValue(random))));
      const ids = joined(field(10, random.bytes(16)), field(18, random.bytes(8)));
      return field(10, field(18, field(18, joined(ids, attribute))));
    },
  },
];
