import { createRandom } from "@/lib/base/random";

/**
 * Chance that can be repeated: everything random in this folder comes from here, so that a seed and an index
 * name one input for ever. fast-check shrinks and forgets; these inputs have to be asked for again by number.
 */
export class Random {
  /** A share from 0 to 1, 1 excluded. */
  readonly share: () => number;

  constructor(seed: number) {
    this.share = createRandom(seed);
  }

  /** A whole number from 0 to `bound`, which is excluded; 0 where nothing is below it. */
  below(bound: number): number {
    return Math.floor(this.share() * bound);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.share() < share;
  }

  /** Throws where there is nothing to pick from. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error("There is nothing to pick from.");
    return picked;
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, rank: this.share() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join("");
  }
}

/** One number from several names and numbers (FNV-1a): the seed of what they name together. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of parts.join("\n")) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
