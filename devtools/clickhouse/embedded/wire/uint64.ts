/**
 * A 64-bit register as two halves, changed in place. BigInt arithmetic measured ten times slower, and checksums
 * are computed on the event loop.
 */
export class Uint64 {
  constructor(
    /** The halves as 32-bit integers, whatever their sign. */
    public hi = 0,
    public lo = 0,
  ) {}

  set(other: Uint64): this {
    this.hi = other.hi;
    this.lo = other.lo;
    return this;
  }

  setNumber(value: number): this {
    this.hi = Math.floor(value / 2 ** 32) | 0;
    this.lo = value | 0;
    return this;
  }

  /** Reads eight bytes, little-endian. */
  load(bytes: DataView, offset: number): this {
    this.lo = bytes.getInt32(offset, true);
    this.hi = bytes.getInt32(offset + 4, true);
    return this;
  }

  add(other: Uint64): this {
    const lo = (this.lo >>> 0) + (other.lo >>> 0);
    this.hi = (this.hi + other.hi + (lo > 0xffffffff ? 1 : 0)) | 0;
    this.lo = lo | 0;
    return this;
  }

  subtract(other: Uint64): this {
    const borrow = this.lo >>> 0 < other.lo >>> 0 ? 1 : 0;
    this.hi = (this.hi - other.hi - borrow) | 0;
    this.lo = (this.lo - other.lo) | 0;
    return this;
  }

  xor(other: Uint64): this {
    this.hi ^= other.hi;
    this.lo ^= other.lo;
    return this;
  }

  multiply(other: Uint64): this {
    const a0 = this.lo & 0xffff;
    const a1 = this.lo >>> 16;
    const b0 = other.lo & 0xffff;
    const b1 = other.lo >>> 16;
    const low = Math.imul(a0, b0);
    const middleA = Math.imul(a1, b0);
    const middleB = Math.imul(a0, b1);
    const carry = (low >>> 16) + (middleA & 0xffff) + (middleB & 0xffff);
    const high = Math.imul(a1, b1) + (middleA >>> 16) + (middleB >>> 16) + (carry >>> 16);
    this.hi = (high + Math.imul(this.hi, other.lo) + Math.imul(this.lo, other.hi)) | 0;
    this.lo = (low & 0xffff) | (carry << 16);
    return this;
  }

  /** Rotates right by 1 to 63 bits. */
  rotate(bits: number): this {
    const { hi, lo } = this;
    const by = bits & 31;
    const [first, second] = bits & 32 ? [lo, hi] : [hi, lo];
    // A shift by 32 is a shift by 0 here, so an even half turn is only the exchange.
    this.hi = by === 0 ? first : (first >>> by) | (second << (32 - by));
    this.lo = by === 0 ? second : (second >>> by) | (first << (32 - by));
    return this;
  }

  /** x ^ (x >> 47). */
  mixShift(): this {
    this.lo ^= this.hi >>> 15;
    return this;
  }

  toBigInt(): bigint {
    return (BigInt(this.hi >>> 0) << 32n) | BigInt(this.lo >>> 0);
  }
}
