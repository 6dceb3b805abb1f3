import { at, first } from "@/lib/base/checked";
import { neighbourAt, type Question } from "../question";
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

const noMention: Mention = { strength: 0, claims: [] };

/** A word of the question that is close to a word of a name. */
interface NearWord {
  readonly word: number;
  readonly close: number;
}

/** The question's lemmas, and which of them are close to a name's word: looked up once for each such word. */
export interface LemmaIndex {
  readonly lemmas: readonly string[];
  near(nameLemma: string): readonly NearWord[];
  /** Words that begin with "un", "non" or "in", with the lemma behind it. */
  readonly turned: readonly { readonly word: number; readonly root: string }[];
}

export function indexLemmas(question: Question): LemmaIndex {
  const lemmas = question.words.map(({ folded }) => lemma(folded));
  const known = new Map<string, readonly NearWord[]>();
  const turned = question.words.flatMap(({ folded }, word) => {
    const root = /^(?:un|non|in)(.{4,})$/.exec(folded)?.[1];
    return root === undefined ? [] : [{ word, root: lemma(root) }];
  });
  return {
    lemmas,
    turned,
    near(nameLemma) {
      const found = known.get(nameLemma);
      if (found) return found;
      const near = lemmas.flatMap((asked, word) => {
        const close = closeness(asked, nameLemma);
        return close > 0 ? [{ word, close }] : [];
      });
      known.set(nameLemma, near);
      return near;
    },
  };
}

// "from" and "to" are grammar, but they tell a table's ends apart.
const tellingStops = new Set(["from", "to"]);

/** How the question names something that is called by these words; words in `closed` are taken by values. */
function mentionOf(
  name: readonly NameWord[],
  question: Question,
  index: LemmaIndex,
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
    for (const { word, close } of index.near(part.lemma)) {
      if (closed.has(word)) continue;
      const isStop = at(question.words, word).isStop;
      const asked = at(index.lemmas, word);
      if (isStop && !tellingStops.has(asked) && asked !== part.lemma) continue;
      if (!isStop) claims.push({ word, strength: close });
      // A bare "from" is weak evidence that "from_station" is meant.
      best = Math.max(best, isStop ? close * 0.3 : close);
    }
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
  return [1, 2].some((back) => negations.has(neighbourAt(question, range.from - back)));
}

export function mentionTable(
  view: TableView,
  question: Question,
  index: LemmaIndex,
  closed: ReadonlySet<number>,
): Mention {
  return mentionOf(view.words, question, index, closed);
}

/** Every column that the question names, surest first. */
export function mentionColumns(
  view: TableView,
  question: Question,
  index: LemmaIndex,
  closed: ReadonlySet<number>,
): ColumnMention[] {
  const found: ColumnMention[] = [];
  for (const column of view.columns) {
    const mention = mentionOf(column.words, question, index, closed);
    const units = (column.unit?.words ?? []).flatMap((unit) =>
      index
        .near(unit)
        .flatMap(({ word, close }) => (close === 1 && !closed.has(word) ? [{ word, strength: 0.8 }] : [])),
    );
    const turned = turnedRound(column, index);
    const claims = [...mention.claims, ...units, ...turned];
    const strength = Math.max(mention.strength + (units.length > 0 ? 0.25 : 0), turned.length > 0 ? 0.9 : 0);
    if (claims.length === 0) continue;
    const { word } = first(claims);
    const negated = turned.length > 0 || isNegated(question, { from: word, until: word + 1 });
    found.push({ view: column, strength: Math.min(1, strength), claims, negated });
  }
  return found.sort((a, b) => b.strength - a.strength);
}

/** "unsheltered" for a column "sheltered". */
function turnedRound(column: ColumnView, index: LemmaIndex): Claim[] {
  return index.turned.flatMap(({ word, root }) =>
    column.words.length === 1 && column.words[0]?.lemma === root ? [{ word, strength: 1 }] : [],
  );
}
