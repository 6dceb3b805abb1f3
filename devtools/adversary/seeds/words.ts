import type { Random } from "../random";

const plain =
  "station bicycle battery Wartung Straße élan café rack lock wheel north harbour rider ticket naïve Ångström " +
  "zone light bridge tunnel depot morning evening repair Москва 東京 route signal weather rain wind storm map";
const words = plain.split(" ");

export function someWords(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => random.pick(words));
}

/** Begins with a letter, so that nothing takes it for a number or a date. */
export function someText(random: Random, most = 5): string {
  return someWords(random, random.between(1, most)).join(" ");
}

/** A paragraph of 65 to 95 words in sentences: a passage of its own, neither joined with another nor cut. */
export function paragraphWords(random: Random): string[] {
  const all = someWords(random, random.between(65, 95));
  return all.map((word, at) => {
    const isFirst = at % 12 === 0;
    const isLast = at % 12 === 11 || at === all.length - 1;
    const begun = isFirst ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    return isLast ? `${begun}.` : begun;
  });
}
