import { normaliseValue } from "@/lib/text/values";
import type { Question } from "../question";
import type { WordRange } from "../spoken";

// Names of more words are rare; every length more costs a phrase a word.
const maxPhraseWords = 6;
const maxPhrases = 800;

/** How tables that have no booleans write them; asked for so that such columns are known. */
export const yesNoPhrases: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["no", false],
  ["true", true],
  ["false", false],
]);

/**
 * Stretches of the question that could name a value, in the normalised form that values are indexed by, each
 * with its position. The last word counts as plural and as singular ("flat tyres" finds "flat tyre").
 */
export function valuePhrases(question: Question): Map<string, WordRange[]> {
  const phrases = new Map<string, WordRange[]>();
  const add = (phrase: string, range: WordRange) => {
    if (!phrase || (phrases.size >= maxPhrases && !phrases.has(phrase))) return;
    phrases.set(phrase, [...(phrases.get(phrase) ?? []), range]);
  };
  question.words.forEach((first, from) => {
    for (let until = from + 1; until <= Math.min(question.words.length, from + maxPhraseWords); until++) {
      const words = question.words.slice(from, until);
      if (words.every(({ isStop }) => isStop)) continue;
      const phrase = normaliseValue(question.text.slice(first.start, words.at(-1)?.end));
      for (const form of [phrase, ...otherNumbers(phrase)]) add(form, { from, until });
    }
  });
  return phrases;
}

function otherNumbers(phrase: string): string[] {
  if (!/\p{L}$/u.test(phrase)) return [];
  if (phrase.endsWith("ies")) return [`${phrase.slice(0, -3)}y`, phrase.slice(0, -1)];
  if (/(?:s|x|z|ch|sh)es$/.test(phrase)) return [phrase.slice(0, -2), phrase.slice(0, -1)];
  if (phrase.endsWith("s") && !phrase.endsWith("ss")) return [phrase.slice(0, -1)];
  if (phrase.endsWith("y")) return [`${phrase.slice(0, -1)}ies`];
  return [`${phrase}s`];
}
