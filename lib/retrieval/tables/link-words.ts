import { foldText } from "@/lib/text/fold";
import type { Question } from "../question";
import type { WordRange } from "../spoken";
import { closeness, lemma } from "../synonyms";
import type { ColumnView, NameWord, TableView } from "./describe-table";

/** A word of the question that a part of a query accounts for, and how surely (0 to 1). */
export interface Claim {
  readonly word: number;
  readonly strength: number;
}

/** A column or a table that the question names. */
export interface Mention {
  readonly strength: number;
  readonly claims: readonly Claim[];
}

export interface ColumnMention extends Mention {
  readonly view: ColumnView;
  /** Said with "not", "without" or "un-". */
  readonly negated: boolean;
}

export const noMention: Mention = { strength: 0, claims: [] };

/** Lemmas of the question's words, made once a question. */
export function questionLemmas(question: Question): string[] {
  return question.words.map(({ folded }) => lemma(folded));
}

// "from" and "to" are grammar, but they tell a table's ends apart.
const tellingStops = new Set(["from", "to"]);

/** How the question names something that is called by these words; words in `closed` are taken by values. */
export function mentionOf(
  name: readonly NameWord[],
  question: Question,
  lemmas: readonly string[],
  closed: ReadonlySet<number>,
): Mention {
  let matched = 0;
  let total = 0;
  let whole = 0;
  let end = 0;
  const claims: Claim[] = [];
  for (const part of name) {
    total += part.weight;
    let best = 0;
    lemmas.forEach((asked, word) => {
      if (closed.has(word)) return;
      const isStop = question.words[word]?.isStop ?? true;
      if (isStop && !tellingStops.has(asked) && asked !== part.lemma) return;
      const close = closeness(asked, part.lemma);
      if (close === 0) return;
      if (!isStop) claims.push({ word, strength: close });
      // A bare "from" is weak evidence that "from_station" is meant.
      best = Math.max(best, isStop ? close * 0.3 : close);
    });
    matched += best * part.weight;
    whole = Math.max(whole, best);
    if (tellingStops.has(part.lemma)) end = best;
  }
  if (claims.length === 0) return noMention;
  // A word of a long name still names it, if less surely; "departures" alone means "from_station".
  return { strength: Math.max(total > 0 ? matched / total : 0, 0.45 * whole, 0.7 * end), claims };
}

const negations = new Set([
  "not",
  "without",
  "no",
  "isnt",
  "isn't",
  "arent",
  "aren't",
  "doesnt",
  "doesn't",
  "dont",
  "don't",
  "lack",
  "lacks",
  "lacking",
  "never",
  "non",
]);

/** Whether one of the two words before a stretch turns it round. */
export function isNegated(question: Question, range: WordRange): boolean {
  return [1, 2].some((back) => negations.has(question.words[range.from - back]?.folded ?? ""));
}

export function mentionTable(
  view: TableView,
  question: Question,
  lemmas: readonly string[],
  closed: ReadonlySet<number>,
): Mention {
  return mentionOf(view.words, question, lemmas, closed);
}

/** Every column that the question names, surest first. */
export function mentionColumns(
  view: TableView,
  question: Question,
  lemmas: readonly string[],
  closed: ReadonlySet<number>,
): ColumnMention[] {
  const found: ColumnMention[] = [];
  for (const column of view.columns) {
    const mention = mentionOf(column.words, question, lemmas, closed);
    const units = (column.unit?.words ?? []).flatMap((unit) =>
      lemmas.flatMap((asked, word) => (asked === unit && !closed.has(word) ? [{ word, strength: 0.8 }] : [])),
    );
    const turned = turnedRound(column, question);
    const claims = [...mention.claims, ...units, ...turned];
    const strength = Math.max(mention.strength + (units.length > 0 ? 0.25 : 0), turned.length > 0 ? 0.9 : 0);
    if (claims.length === 0) continue;
    const first = claims[0]?.word ?? 0;
    const negated = turned.length > 0 || isNegated(question, { from: first, until: first + 1 });
    found.push({ view: column, strength: Math.min(1, strength), claims, negated });
  }
  return found.sort((a, b) => b.strength - a.strength);
}

/** "unsheltered" for a column "sheltered". */
function turnedRound({ column }: ColumnView, question: Question): Claim[] {
  const name = foldText(column.name);
  return question.words.flatMap(({ folded }, word) =>
    folded === `un${name}` || folded === `non${name}` || folded === `in${name}`
      ? [{ word, strength: 1 }]
      : [],
  );
}
