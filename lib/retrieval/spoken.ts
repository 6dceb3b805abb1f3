import type { Question } from "./question";

/** A stretch of the question's words: indexes, `until` not included. */
export interface WordRange {
  readonly from: number;
  readonly until: number;
}

export interface SpokenMatch extends WordRange {
  /** The groups of the pattern, as folded text; "" where a group took no part. */
  readonly groups: readonly string[];
  readonly text: string;
}

/**
 * The question as folded words with one space between, for patterns that read it as it is spoken. Punctuation
 * is gone, so "2025-03-10" reads "2025 03 10".
 */
export function spokenForm(question: Question): string {
  return question.words.map(({ folded }) => folded).join(" ");
}

/** Every match of a pattern that begins and ends at the edges of words, as a range of words. */
export function matchSpoken(question: Question, pattern: RegExp): SpokenMatch[] {
  const starts: number[] = [];
  let length = 0;
  for (const { folded } of question.words) {
    starts.push(length);
    length += folded.length + 1;
  }
  const indexAt = (offset: number) =>
    starts.findIndex((start, index) => offset < start + (question.words[index]?.folded.length ?? 0));
  const found: SpokenMatch[] = [];
  const global = pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
  for (const match of spokenForm(question).matchAll(global)) {
    const text = match[0].trim();
    if (!text) continue;
    const offset = match.index + match[0].indexOf(text);
    const from = indexAt(offset);
    const last = indexAt(offset + text.length - 1);
    if (from < 0 || last < 0) continue;
    found.push({ from, until: last + 1, text, groups: match.slice(1).map((group) => group ?? "") });
  }
  return found;
}

export function overlaps(left: WordRange, right: WordRange): boolean {
  return left.from < right.until && right.from < left.until;
}

const numberWords: ReadonlyMap<string, number> = new Map(
  Object.entries({
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    eleven: 11,
    twelve: 12,
    fifteen: 15,
    twenty: 20,
    thirty: 30,
    forty: 40,
    fifty: 50,
    sixty: 60,
    hundred: 100,
    thousand: 1_000,
    million: 1_000_000,
  }),
);

/** What stands for a number in a pattern. */
export const spokenNumberPattern = `\\d[\\d,]*(?:\\.\\d+)?|${[...numberWords.keys()].join("|")}`;

export function parseNumber(text: string): number {
  return numberWords.get(text) ?? Number(text.replace(/,/g, ""));
}
