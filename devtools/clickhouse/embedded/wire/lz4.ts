/**
 * LZ4's block format (github.com/lz4/lz4, doc/lz4_Block_format.md): a token with two lengths, literals, and a
 * copy of earlier bytes at a distance. Only blocks: frames are ClickHouse's own, see frames.ts.
 */
const minMatch = 4;
/** The last match starts at least this far from the end, and the last five bytes are literals. */
const endOfMatches = 12;
const lastLiterals = 5;
const hashBits = 14;
const maxDistance = 0xffff;
/** Up to here a loop copies faster than a call. */
const shortRun = 32;

/** Unpacks a block whose unpacked size is known. Throws on anything malformed. */
export function unpackLz4(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let from = 0;
  let to = 0;
  const readLength = (short: number): number => {
    let length = short;
    for (let part = 255; short === 15 && part === 255; length += part) {
      const byte = packed[from++];
      if (byte === undefined) throw new Error("an LZ4 block ends in a length");
      part = byte;
    }
    return length;
  };
  while (from < packed.length) {
    const token = packed[from++] ?? 0;
    const literals = readLength(token >> 4);
    if (from + literals > packed.length || to + literals > size)
      throw new Error("LZ4 literals run over the end");
    if (literals > shortRun) out.set(packed.subarray(from, from + literals), to);
    else for (let i = 0; i < literals; i++) out[to + i] = packed[from + i] ?? 0;
    from += literals;
    to += literals;
    if (from === packed.length) break;
    const distance = (packed[from] ?? 0) | ((packed[from + 1] ?? 0) << 8);
    from += 2;
    const length = readLength(token & 15) + minMatch;
    if (distance === 0 || distance > to || to + length > size) throw new Error("an LZ4 match points outside");
    if (distance >= length && length > shortRun) out.copyWithin(to, to - distance, to - distance + length);
    // Where the match overlaps what it writes, only byte by byte does it repeat.
    else for (let i = 0; i < length; i++) out[to + i] = out[to + i - distance] ?? 0;
    to += length;
  }
  if (to !== size) throw new Error(`an LZ4 block holds ${to} bytes instead of ${size}`);
  return out;
}

/** Packs `data` greedily; always a valid block, at worst a little longer than the data. */
export function packLz4(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + Math.ceil(data.length / 255) + 16);
  const bytes = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // Position + 1 of the latest four bytes with each hash.
  const latest = new Int32Array(1 << hashBits);
  let to = 0;
  let anchor = 0;
  const writeLength = (length: number) => {
    let left = length - 15;
    for (; left >= 255; left -= 255) out[to++] = 255;
    out[to++] = left;
  };
  const writeSequence = (end: number, matchLength: number, distance: number) => {
    const literals = end - anchor;
    const match = matchLength - minMatch;
    out[to++] = (Math.min(literals, 15) << 4) | (matchLength > 0 ? Math.min(match, 15) : 0);
    if (literals >= 15) writeLength(literals);
    if (literals > shortRun) out.set(data.subarray(anchor, end), to);
    else for (let i = 0; i < literals; i++) out[to + i] = data[anchor + i] ?? 0;
    to += literals;
    if (matchLength === 0) return;
    out[to++] = distance & 0xff;
    out[to++] = distance >> 8;
    if (match >= 15) writeLength(match);
  };
  let at = 0;
  let misses = 0;
  while (at <= data.length - endOfMatches) {
    const four = bytes.getInt32(at, true);
    const hash = Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
    const candidate = (latest[hash] ?? 0) - 1;
    latest[hash] = at + 1;
    if (candidate < 0 || at - candidate > maxDistance || bytes.getInt32(candidate, true) !== four) {
      // Data that does not repeat is skipped ever faster.
      at += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    let length = minMatch;
    const limit = data.length - lastLiterals - at;
    while (length < limit && data[candidate + length] === data[at + length]) length++;
    writeSequence(at, length, at - candidate);
    at += length;
    anchor = at;
  }
  writeSequence(data.length, 0, 0);
  return out.subarray(0, to);
}
