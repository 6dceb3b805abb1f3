import porter2 from "wink-porter2-stemmer";
import { foldText } from "./fold";
import { tokenize } from "./tokens";

// Words that carry grammar and no subject. "may" is a month and "us" a country, so both stay searchable.
const stopWords = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both
  but by can could did do does doing down during each either else ever few for from further get had has have
  having he her here hers him his how however i if in into is it its itself just let like many me might more
  most much must my no nor not of off on once only onto or other our out over own per please same shall she
  should so some such tell than that the their them then there these they this those through to too under
  until up upon very was we were what when where whether which while who whom whose why will with within
  without would yet you your`.split(/\s+/),
);

// The stemmer's own time is 1–2 µs a word; a text repeats its words, so a map of this size answers nearly all.
const maxRemembered = 50_000;
const remembered = new Map<string, string>();

// No word is longer; what is, is a key or a hash, and has no ending to take off.
const maxWordChars = 40;

/** The Porter2 stem of one word, folded: "Repairs" → "repair", "1,250" → "1250". */
export function stem(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  // Thousands separators of a number and the dots of an abbreviation are spelling.
  const folded = foldText(word).replace(/(?<=\p{N}),(?=\p{N})|(?<=\p{L})\./gu, "");
  const made = folded.length > maxWordChars || !/^[a-z']+$/.test(folded) ? folded : porter2(folded);
  if (remembered.size >= maxRemembered) remembered.clear();
  if (word.length <= maxWordChars) remembered.set(word, made);
  return made;
}

/** Whether a word carries grammar and no subject ("the", "which"). */
export function isStopWord(word: string): boolean {
  const folded = foldText(word);
  return stopWords.has(folded) || /^'?(?:s|t|d|ll|re|ve|m)$/.test(folded);
}

/** The stems of a text in order, repeats kept, stop words left out: for passages and for questions alike. */
export function stems(text: string): string[] {
  const found: string[] = [];
  for (const token of tokenize(text)) if (!isStopWord(token.text)) found.push(stem(token.text));
  return found;
}
