import { inParallel } from "@/lib/base/tasks";
import { splitClauses } from "./clauses";
import { createPace } from "./pace";
import { readPeriods } from "./periods";
import type { Ports, Table, ValueMatch } from "./ports";
import { partOfQuestion, type Question, readQuestion } from "./question";
import type { WordRange } from "./spoken";
import { type Candidate, chooseQueries } from "./tables/choose-query";
import { valuePhrases, yesNoPhrases } from "./tables/value-phrases";

/** What the question may mean for the tables. */
export interface Plan {
  readonly question: Question;
  readonly tables: readonly Table[];
  /** Readings of the whole question, best first. */
  readonly candidates: readonly Candidate[];
  /** Where the sentence asks two things: the part that tables answer, and the rest. */
  readonly split?: {
    readonly question: Question;
    readonly candidates: readonly Candidate[];
    readonly rest: Question;
  };
}

// A question names a handful of values; a word found in every table would bring hundreds.
const maxMatches = 200;

/** Reads the question against the tables' columns and values. */
export async function planQuestion(text: string, ports: Ports, signal: AbortSignal): Promise<Plan> {
  const question = readQuestion(text);
  const phrases = valuePhrases(question);
  const [tables, matches] = await inParallel<[readonly Table[], readonly ValueMatch[]]>(signal, [
    (inner) => ports.store.tables(inner),
    (inner) => ports.store.matchValues([...phrases.keys(), ...yesNoPhrases.keys()], maxMatches, inner),
  ]);
  const pace = createPace(ports.now, signal);
  const read = (part: Question) =>
    chooseQueries(
      {
        question: part,
        tables,
        matches,
        phrases: part === question ? phrases : valuePhrases(part),
        periods: readPeriods(part, ports.today()),
      },
      pace,
    );
  const candidates = await read(question);
  const clauses = splitClauses(question);
  if (!clauses) return { question, tables, candidates };

  const named = namedWords(phrases, matches);
  const readClause = async (clause: Question, other: Question) => {
    // "How many docks does it have" speaks of what the other clause names.
    const lent = /^(?:it|its|there|they|them|their|that|this|those|these)$/;
    const borrows = clause.words.some(({ folded }) => lent.test(folded));
    const borrowed = borrows
      ? (other.words.filter((word) => named.has(question.words.indexOf(word))) ?? [])
      : [];
    const part = partOfQuestion(
      question,
      [...clause.words, ...borrowed].sort((a, b) => a.start - b.start),
    );
    return { question: part, candidates: await read(part), rest: other };
  };
  const first = await readClause(clauses[0], clauses[1]);
  const second = await readClause(clauses[1], clauses[0]);
  const scoreOf = ({ candidates: [top] }: typeof first) => (top ? top.score : 0);
  const best = scoreOf(second) > scoreOf(first) ? second : first;
  if (best.candidates.length === 0) return { question, tables, candidates };
  return { question, tables, candidates, split: best };
}

function namedWords(
  phrases: ReadonlyMap<string, readonly WordRange[]>,
  matches: readonly ValueMatch[],
): Set<number> {
  const words = new Set<number>();
  for (const { phrase } of matches) {
    for (const { from, until } of phrases.get(phrase) ?? [])
      for (let word = from; word < until; word++) words.add(word);
  }
  return words;
}
