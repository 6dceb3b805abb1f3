import { type Edit, inserted, joined, longLength, replaced, stretch, utf8 } from "./edit";

/** What breaks bytes of any kind. */

const badUtf8 = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80], // a lone surrogate
  [0xf4, 0x90, 0x80, 0x80], // beyond the last code point
  [0xe2, 0x82], // cut within a character
  [0x80],
];

const bom = Uint8Array.of(0xef, 0xbb, 0xbf);

export const byteEdits: readonly Edit[] = [
  {
    name: "flip bits",
    apply(bytes, random) {
      const changed = bytes.slice();
      for (let flips = random.between(1, 8); flips > 0; flips--) {
        const at = random.below(changed.length);
        changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      }
      return changed;
    },
  },
  {
    name: "set a byte",
    apply(bytes, random) {
      const value = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff, random.below(256)]);
      const at = random.below(bytes.length);
      return replaced(bytes, at, at + 1, Uint8Array.of(value));
    },
  },
  {
    name: "nudge a byte",
    apply(bytes, random) {
      const changed = bytes.slice();
      const at = random.below(changed.length);
      changed[at] = (changed[at] ?? 0) + random.pick([-1, 1]);
      return changed;
    },
  },
  { name: "cut the end", apply: (bytes, random) => bytes.slice(0, random.below(bytes.length)) },
  { name: "cut the start", apply: (bytes, random) => bytes.slice(random.below(bytes.length)) },
  {
    name: "double a piece",
    apply(bytes, random) {
      const [start, end] = stretch(random, bytes.length);
      const times = random.chance(0.1) ? 200 : random.between(1, 3);
      const piece = bytes.slice(start, end);
      // A large piece 200 times over says no more than a small one.
      return inserted(
        bytes,
        end,
        joined(...Array(Math.min(times, Math.ceil(2e5 / piece.length))).fill(piece)),
      );
    },
  },
  {
    name: "remove a piece",
    apply(bytes, random) {
      const [start, end] = stretch(random, bytes.length);
      return replaced(bytes, start, end, new Uint8Array());
    },
  },
  {
    name: "swap two pieces",
    apply(bytes, random) {
      const [a, b, c, d] = Array.from({ length: 4 }, () => random.below(bytes.length + 1)).sort(
        (x, y) => x - y,
      );
      const part = (start?: number, end?: number) => bytes.subarray(start, end);
      return joined(part(0, a), part(c, d), part(b, c), part(a, b), part(d));
    },
  },
  {
    name: "insert noise",
    apply: (bytes, random) =>
      inserted(bytes, random.below(bytes.length), random.bytes(random.between(1, 300))),
  },
  {
    name: "insert NULs",
    apply(bytes, random) {
      const count = random.pick([1, 1, 3, 500]);
      return inserted(bytes, random.below(bytes.length), new Uint8Array(count));
    },
  },
  {
    name: "insert bad UTF-8",
    apply: (bytes, random) =>
      inserted(bytes, random.below(bytes.length), Uint8Array.from(random.pick(badUtf8))),
  },
  {
    name: "insert a byte order mark",
    apply: (bytes, random) => inserted(bytes, random.chance(0.7) ? 0 : random.below(bytes.length), bom),
  },
  {
    name: "make it UTF-16",
    apply: (bytes) =>
      joined(Uint8Array.of(0xff, 0xfe), Buffer.from(Buffer.from(bytes).toString(), "utf16le")),
  },
  {
    name: "insert a long token",
    apply(bytes, random) {
      const token = random.pick(["a", "0", " ", "é", "\n", ">", "[", "\\", '"', "'", "&amp;", "-", "_x"]);
      return inserted(bytes, random.below(bytes.length), utf8(token.repeat(longLength(random))));
    },
  },
  {
    name: "splice with a sibling",
    apply: (bytes, random, { sibling }) =>
      joined(bytes.subarray(0, random.below(bytes.length)), sibling.subarray(random.below(sibling.length))),
  },
  {
    name: "insert a piece of a sibling",
    apply(bytes, random, { sibling }) {
      const [start, end] = stretch(random, sibling.length);
      return inserted(bytes, random.below(bytes.length), sibling.subarray(start, end));
    },
  },
  {
    name: "insert another format",
    apply: (bytes, random, { stranger }) => inserted(bytes, random.below(bytes.length), stranger),
  },
  {
    name: "be another format",
    apply: (_, random, { stranger }) => stranger.slice(0, random.chance(0.8) ? undefined : 9),
  },
  { name: "be two", apply: (bytes, _, { sibling }) => joined(bytes, sibling) },
];
