import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Uint64 } from "./uint64";

const mask = (1n << 64n) - 1n;
const value = fc.bigInt({ min: 0n, max: mask });
const register = (of: bigint) => new Uint64(Number(of >> 32n) | 0, Number(of & 0xffffffffn) | 0);

describe("Uint64", () => {
  it("adds, subtracts and multiplies as 64-bit integers do", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(register(a).add(register(b)).toBigInt()).toBe((a + b) & mask);
        expect(register(a).subtract(register(b)).toBigInt()).toBe((a - b) & mask);
        expect(register(a).multiply(register(b)).toBigInt()).toBe((a * b) & mask);
        expect(register(a).xor(register(b)).toBigInt()).toBe(a ^ b);
      }),
    );
  });

  it("rotates and mixes", () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 63 }), (a, bits) => {
        const by = BigInt(bits);
        expect(register(a).rotate(bits).toBigInt()).toBe(((a >> by) | (a << (64n - by))) & mask);
        expect(register(a).mixShift().toBigInt()).toBe(a ^ (a >> 47n));
      }),
    );
  });

  it("reads bytes and numbers", () => {
    fc.assert(
      fc.property(value, fc.nat(Number.MAX_SAFE_INTEGER), (a, number) => {
        const bytes = new DataView(new ArrayBuffer(9));
        bytes.setBigUint64(1, a, true);
        expect(new Uint64().load(bytes, 1).toBigInt()).toBe(a);
        expect(new Uint64().setNumber(number).toBigInt()).toBe(BigInt(number));
      }),
    );
  });
});
