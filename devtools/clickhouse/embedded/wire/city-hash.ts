import { Uint64 } from "./uint64";

/**
 * CityHash128 in the version that ClickHouse keeps for its checksums (1.0.2; later versions differ).
 * Source: Pike and Alakuijala, CityHash (Google, 2011). The variable names are theirs.
 */
const k0 = new Uint64(0xc3a5c85c, 0x97cb3127);
const k1 = new Uint64(0xb492b66f, 0xbe98f273);
const k2 = new Uint64(0x9ae16a3b, 0x2f90404f);
const k3 = new Uint64(0xc949d7c7, 0x509e6557);
const kMul = new Uint64(0x9ddfea08, 0xeb382d69);

const copy = (of: Uint64) => new Uint64(of.hi, of.lo);
const load = (bytes: DataView, offset: number) => new Uint64().load(bytes, offset);

/** The hash of 16 bytes: Hash128to64. */
function hashPair(u: Uint64, v: Uint64): Uint64 {
  const a = copy(u).xor(v).multiply(kMul).mixShift();
  return copy(v).xor(a).multiply(kMul).mixShift().multiply(kMul);
}

function hashUpTo16(bytes: DataView, from: number, length: number): Uint64 {
  if (length > 8) {
    const a = load(bytes, from);
    const b = load(bytes, from + length - 8);
    return hashPair(a, copy(b).add(new Uint64(0, length)).rotate(length)).xor(b);
  }
  if (length >= 4) {
    const first = bytes.getUint32(from, true);
    const a = new Uint64().setNumber(length + first * 8);
    return hashPair(a, new Uint64(0, bytes.getInt32(from + length - 4, true)));
  }
  if (length > 0) {
    const a = bytes.getUint8(from);
    const b = bytes.getUint8(from + (length >> 1));
    const c = bytes.getUint8(from + length - 1);
    const y = new Uint64(0, a + (b << 8)).multiply(k2);
    return y
      .xor(new Uint64(0, length + (c << 2)).multiply(k3))
      .mixShift()
      .multiply(k2);
  }
  return copy(k2);
}

/** Up to 127 bytes: CityMurmur. The result goes into `low` and `high`, which come in as the seed. */
function hashShort(bytes: DataView, from: number, length: number, low: Uint64, high: Uint64): void {
  const a = copy(low);
  const b = copy(high);
  let c: Uint64;
  let d: Uint64;
  if (length <= 16) {
    a.multiply(k1).mixShift().multiply(k1);
    c = copy(b)
      .multiply(k1)
      .add(hashUpTo16(bytes, from, length));
    d = copy(a)
      .add(length >= 8 ? load(bytes, from) : c)
      .mixShift();
  } else {
    c = hashPair(load(bytes, from + length - 8).add(k1), a);
    d = hashPair(copy(b).add(new Uint64(0, length)), load(bytes, from + length - 16).add(c));
    a.add(d);
    for (let at = from, left = length - 16; left > 0; at += 16, left -= 16) {
      a.xor(load(bytes, at).multiply(k1).mixShift().multiply(k1)).multiply(k1);
      b.xor(a);
      c.xor(
        load(bytes, at + 8)
          .multiply(k1)
          .mixShift()
          .multiply(k1),
      ).multiply(k1);
      d.xor(c);
    }
  }
  const x = hashPair(a, c);
  const y = hashPair(d, b);
  low.set(x).xor(y);
  high.set(hashPair(y, x));
}

// Scratch registers: the loops below run for every 64 bytes and must not allocate.
const scratch = new Uint64();
const before = new Uint64();

/** WeakHashLen32WithSeeds over 32 bytes: `first` and `second` come in as the seeds and leave as the hash. */
function hashWeakly(bytes: DataView, at: number, first: Uint64, second: Uint64): void {
  before.set(first.add(scratch.load(bytes, at)));
  second
    .add(first)
    .add(scratch.load(bytes, at + 24))
    .rotate(21);
  first.add(scratch.load(bytes, at + 8)).add(scratch.load(bytes, at + 16));
  second.add(scratch.set(first).rotate(44)).add(before);
  first.add(scratch.load(bytes, at + 24));
}

/** 128 bytes and more. The result goes into `x` and `y`, which come in as the seed. */
function hashLong(bytes: DataView, from: number, length: number, x: Uint64, y: Uint64): void {
  const z = new Uint64().setNumber(length).multiply(k1);
  const v0 = copy(y).xor(k1).rotate(49).multiply(k1).add(load(bytes, from));
  const v1 = copy(v0)
    .rotate(42)
    .multiply(k1)
    .add(load(bytes, from + 8));
  const w0 = copy(y).add(z).rotate(35).multiply(k1).add(x);
  const w1 = copy(x)
    .add(load(bytes, from + 88))
    .rotate(53)
    .multiply(k1);
  const swap = new Uint64();
  const rest = length % 128;
  for (let at = from; at < from + length - rest; at += 64) {
    x.add(y)
      .add(v0)
      .add(scratch.load(bytes, at + 16))
      .rotate(37)
      .multiply(k1)
      .xor(w1);
    y.add(v1)
      .add(scratch.load(bytes, at + 48))
      .rotate(42)
      .multiply(k1)
      .xor(v0);
    z.xor(w0).rotate(33);
    v0.set(v1).multiply(k1);
    v1.set(x).add(w0);
    hashWeakly(bytes, at, v0, v1);
    w0.set(z).add(w1);
    w1.set(y);
    hashWeakly(bytes, at + 32, w0, w1);
    swap.set(z);
    z.set(x);
    x.set(swap);
  }
  y.add(copy(w0).rotate(37).multiply(k0)).add(z);
  x.add(copy(v0).add(z).rotate(49).multiply(k0));
  // The rest, in steps of 32 bytes from the end of everything.
  for (let done = 32; done < rest + 32; done += 32) {
    const at = from + length - done;
    y.subtract(x).rotate(42).multiply(k0).add(v1);
    w0.add(scratch.load(bytes, at + 16));
    x.rotate(49).multiply(k0).add(w0);
    w0.add(v0);
    hashWeakly(bytes, at, v0, v1);
  }
  const a = hashPair(x, v0);
  const b = hashPair(y, w0);
  x.set(hashPair(copy(a).add(v1), w1)).add(b);
  y.set(hashPair(a.add(w1), b.add(v1)));
}

/** The hash as 16 bytes, the low half first, as it precedes a compressed frame. */
export function cityHash128(data: Uint8Array): Uint8Array {
  const bytes = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const { length } = data;
  let low: Uint64;
  let high: Uint64;
  let seeded = 0;
  let left = length;
  if (length >= 16) {
    low = load(bytes, 0).xor(k3);
    high = load(bytes, 8);
    seeded = 16;
    left = length - 16;
  } else if (length >= 8) {
    low = load(bytes, 0).xor(new Uint64(0, length).multiply(k0));
    high = load(bytes, length - 8).xor(k1);
    left = 0;
  } else {
    low = copy(k0);
    high = copy(k1);
  }
  if (left >= 128) hashLong(bytes, seeded, left, low, high);
  else hashShort(bytes, seeded, left, low, high);
  const hash = new Uint8Array(16);
  const view = new DataView(hash.buffer);
  view.setInt32(0, low.lo, true);
  view.setInt32(4, low.hi, true);
  view.setInt32(8, high.lo, true);
  view.setInt32(12, high.hi, true);
  return hash;
}
