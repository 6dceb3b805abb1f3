import type { Random } from "../random";
import { type Edit, inserted, joined, replaced, stretch } from "./edit";
import { varint } from "./edit-protobuf";

/** The bytes between the last page and the footer's length; undefined where the file has no such shape any more. */
function footerOf(bytes: Uint8Array): { start: number; end: number } | undefined {
  if (bytes.length < 12) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
  const end = bytes.length - 8;
  return length > 0 && length <= end - 4 ? { start: end - length, end } : undefined;
}

/** A footer of another length, its length put right behind it. */
function withFooter(bytes: Uint8Array, start: number, footer: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, footer.length, true);
  return joined(bytes.subarray(0, start), footer, length, new TextEncoder().encode("PAR1"));
}

function footerEdit(name: string, apply: (footer: Uint8Array, random: Random) => Uint8Array): Edit {
  return {
    name,
    apply(bytes, random) {
      const footer = footerOf(bytes);
      if (!footer) return bytes;
      return withFooter(bytes, footer.start, apply(bytes.slice(footer.start, footer.end), random));
    },
  };
}

/** Thrift's compact protocol: signed numbers are written zigzag, in varints. */
const zigzag = (value: bigint) => varint(value < 0n ? -value * 2n - 1n : value * 2n);

const counts = [
  0n,
  1n,
  -1n,
  127n,
  2n ** 20n,
  2n ** 31n - 1n,
  2n ** 31n,
  33_000_000n,
  2n ** 40n,
  2n ** 62n,
  -(2n ** 63n),
];
const lengths = [0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1];

export const parquetEdits: readonly Edit[] = [
  {
    name: "change the footer's length",
    apply(bytes, random) {
      if (bytes.length < 12) return bytes;
      const changed = bytes.slice();
      const view = new DataView(changed.buffer);
      const at = bytes.length - 8;
      const length = view.getUint32(at, true);
      const near = [length - 1, length + 1, bytes.length - 12, bytes.length - 8, bytes.length];
      view.setUint32(at, random.pick([...lengths, ...near]) >>> 0, true);
      return changed;
    },
  },
  footerEdit("flip bits of the footer", (footer, random) => {
    for (let flips = random.between(1, 4); flips > 0; flips--) {
      const at = random.below(footer.length);
      footer[at] = (footer[at] ?? 0) ^ (1 << random.below(8));
    }
    return footer;
  }),
  footerEdit("nudge a byte of the footer", (footer, random) => {
    const at = random.below(footer.length);
    footer[at] = (footer[at] ?? 0) + random.pick([-2, -1, 1, 2]);
    return footer;
  }),
  footerEdit("change a number of the footer", (footer, random) => {
    // Which bytes are numbers is not known here: one in three is.
    const at = random.below(footer.length);
    const end = footer.findIndex((byte, index) => index >= at && byte < 128) + 1;
    return replaced(footer, at, Math.max(at + 1, end), zigzag(random.pick(counts)));
  }),
  footerEdit("a long varint in the footer", (footer, random) => {
    const long = new Uint8Array(random.pick([10, 11, 400, 40_000, 200_000])).fill(0x80 + random.below(128));
    return inserted(footer, random.below(footer.length), joined(long, Uint8Array.of(random.below(128))));
  }),
  footerEdit("a long list in the footer", (footer, random) => {
    // 0xF and a type, then the size as a varint: a list of more than 14 elements.
    const type = random.pick([2, 3, 5, 6, 8, 9, 12]);
    const at = random.below(footer.length);
    const size = varint(random.pick([15n, 1_000n, 33_000_000n, 2n ** 31n - 1n, 2n ** 60n]));
    return replaced(footer, at, at + 1, joined(Uint8Array.of(0xf0 | type), size));
  }),
  footerEdit("lists in lists in the footer", (footer, random) => {
    const level = joined(Uint8Array.of(0xf9), varint(random.pick([20n, 2n ** 25n])));
    const deep = joined(...Array(random.pick([3, 60, 5_000])).fill(level));
    return random.chance(0.5)
      ? inserted(footer, random.below(footer.length), deep)
      : joined(Uint8Array.of(0x19), deep);
  }),
  footerEdit("structs in structs in the footer", (footer, random) =>
    inserted(
      footer,
      random.below(footer.length),
      new Uint8Array(random.pick([10, 3_000, 60_000])).fill(0x1c),
    ),
  ),
  footerEdit("double a piece of the footer", (footer, random) => {
    const [start, end] = stretch(random, footer.length);
    return inserted(footer, end, footer.slice(start, end));
  }),
  footerEdit("remove a piece of the footer", (footer, random) => {
    const [start, end] = stretch(random, footer.length);
    return replaced(footer, start, end, new Uint8Array());
  }),
  footerEdit("a footer of noise", (_, random) => random.bytes(random.between(1, 2_000))),
  {
    name: "a sibling's footer",
    apply(bytes, _, { sibling }) {
      const [own, other] = [footerOf(bytes), footerOf(sibling)];
      return own && other ? withFooter(bytes, own.start, sibling.slice(other.start, other.end)) : bytes;
    },
  },
  {
    name: "flip bits of the pages",
    apply(bytes, random) {
      const end = footerOf(bytes)?.start ?? bytes.length;
      const changed = bytes.slice();
      for (let flips = random.between(1, 6); flips > 0; flips--) {
        const at = 4 + random.below(Math.max(1, end - 4));
        changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      }
      return changed;
    },
  },
  {
    name: "change a page's header",
    apply(bytes, random) {
      // The first page's header follows the magic bytes: type, size unpacked, size packed, each as a zigzag number.
      const field = random.pick([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
      const end = bytes.findIndex((byte, index) => index >= field && byte < 128) + 1;
      if (end <= field) return bytes;
      const value = zigzag(random.pick([...counts, 100n, 5_000n]));
      // Of the same length where that can be, so that all offsets behind it stay right.
      const same = value.length === end - field || random.chance(0.3) ? value : value.slice(0, end - field);
      return replaced(bytes, field, end, same);
    },
  },
  {
    name: "zeros for pages",
    apply(bytes, random) {
      const pages = footerOf(bytes)?.start ?? bytes.length;
      const [start, end] = stretch(random, Math.max(1, pages - 4));
      return replaced(
        bytes,
        4 + start,
        4 + end,
        new Uint8Array(end - start).fill(random.pick([0, 0xff, 0x80])),
      );
    },
  },
  {
    name: "a shift between pages and footer",
    apply(bytes, random) {
      const pages = footerOf(bytes)?.start ?? bytes.length;
      return inserted(bytes, 4 + random.below(Math.max(1, pages - 4)), random.bytes(random.between(1, 40)));
    },
  },
];
