import type { Random } from "../random";

/** A change of bytes that someone could make, with what it did in a few words. */
export interface Edit {
  readonly name: string;
  /** The bytes given are never changed in place; the same ones may come back where there is nothing to change. */
  apply(bytes: Uint8Array, random: Random, context: EditContext): Uint8Array;
}

export interface EditContext {
  /** Bytes of another valid input of the same format. */
  readonly sibling: Uint8Array;
  /** Bytes of a valid input of another format. */
  readonly stranger: Uint8Array;
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** `bytes` with the range between two offsets replaced by `piece`. */
export function replaced(bytes: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  return joined(bytes.subarray(0, start), piece, bytes.subarray(end));
}

export function inserted(bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  return replaced(bytes, at, at, piece);
}

/** Two places in order; short stretches are as likely as long ones. */
export function stretch(random: Random, length: number): [start: number, end: number] {
  const start = random.below(length);
  const most = random.pick([4, 64, length]);
  return [start, Math.min(length, start + 1 + random.below(most))];
}

/** How long a thing that is too long is: mostly some thousands, seldom a million. */
export function longLength(random: Random): number {
  return random.pick([300, 5_000, 5_000, 40_000, 40_000, 200_000, random.chance(0.1) ? 1_000_000 : 70_000]);
}
