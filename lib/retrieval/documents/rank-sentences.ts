import { sentences } from "@/lib/text/sentences";
import { stems } from "@/lib/text/stems";
import type { PassageHit, PassageSearch } from "../ports";
import type { Question } from "../question";
import { contentStems } from "../question";
import { relativesOf } from "../synonyms";
import { soughtKind } from "./cues";

/** A sentence of a passage, with how well it answers. */
export interface RankedSentence {
  readonly hit: PassageHit;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Order among the sentences of its passage. */
  readonly index: number;
  /** Share of the question's weight that the sentence's own words hold, 0 to 1. */
  readonly own: number;
  /** What the sentences are ordered by. */
  readonly score: number;
}

// Sentences are looked for in this many passages: the right one is among the first 5 in 94 of 100 questions.
const passagesRead = 5;
// A passage is read this far: one that is longer was not cut at paragraphs and has no short answer.
const charsRead = 12_000;

// Weights set by hand on the public reading set (devtools/bench/retrieval-quality.ts).
const neighbourWeight = 0.25;
const headingWeight = 0.5;
const relativeWeight = 0.35;
// Headings hold the name of a joined row; the sentence sought says the rest.
const subjectWeight = 0.4;
const passageWeight = 1.1;
const kindWeight = 0.12;
const pairWeight = 0.12;

/**
 * The sentences of the best passages, best first. Ties go to the better passage, then to the earlier sentence.
 * `subjects`: stems that say what the passages are about and that weigh less inside a sentence.
 */
export function rankSentences(
  question: Question,
  search: PassageSearch,
  subjects: ReadonlySet<string> = new Set(),
): RankedSentence[] {
  const asked = [...new Set(contentStems(question))];
  const pairs = askedPairs(question);
  const holdsKind = soughtKind(question);
  const read = search.hits.slice(0, passagesRead).map((hit) => {
    const text = hit.text.slice(0, charsRead);
    const found = sentences(text).map((stretch) => {
      const written = text.slice(stretch.start, stretch.end);
      const inOrder = stems(written);
      return { ...stretch, text: written, inOrder, held: new Set(inOrder) };
    });
    return { hit, found, above: new Set(stems(`${hit.document} ${hit.heading}`)) };
  });
  const weights = rarity(
    asked,
    read.flatMap(({ found }) => found.map(({ held }) => held)),
  );
  for (const stem of subjects) weights.set(stem, subjectWeight * (weights.get(stem) ?? 0));
  const relatives = new Map(asked.map((stem) => [stem, relativesOf(stem)]));
  const total = sum([...weights.values()]) || 1;
  const [top] = search.hits;
  const topScore = top && top.score !== 0 ? top.score : 1;

  return read
    .flatMap(({ hit, found, above }) =>
      found.map((sentence, index) => {
        const weigh = (stem: string, held: ReadonlySet<string> | undefined) =>
          held?.has(stem)
            ? (weights.get(stem) ?? 0)
            : held && relatives.get(stem)?.some((relative) => held.has(relative))
              ? relativeWeight * (weights.get(stem) ?? 0)
              : 0;
        let own = 0;
        let around = 0;
        for (const stem of asked) {
          const here = weigh(stem, sentence.held);
          own += here;
          if (sentence.held.has(stem)) continue;
          const beside = Math.max(weigh(stem, found[index - 1]?.held), weigh(stem, found[index + 1]?.held));
          around += Math.max(headingWeight * weigh(stem, above), neighbourWeight * beside);
        }
        let score = (own + around) / total + passageWeight * (hit.score / topScore);
        if (holdsKind?.(sentence.text)) score += kindWeight;
        if (pairs.size > 0) score += (pairWeight * heldPairs(pairs, sentence.inOrder)) / pairs.size;
        return {
          hit,
          start: sentence.start,
          end: sentence.end,
          text: sentence.text,
          index,
          own: own / total,
          score,
        };
      }),
    )
    .sort((a, b) => b.score - a.score || b.hit.score - a.hit.score || a.start - b.start);
}

/** A stem that few of the sentences hold weighs more: log(1 + sentences ÷ sentences with it). */
function rarity(asked: readonly string[], held: readonly ReadonlySet<string>[]): Map<string, number> {
  return new Map(
    asked.map((stem) => [
      stem,
      Math.log(1 + held.length / (1 + held.filter((stems) => stems.has(stem)).length)),
    ]),
  );
}

function askedPairs(question: Question): Set<string> {
  const inOrder = contentStems(question);
  return new Set(inOrder.slice(1).map((stem, index) => `${inOrder[index]} ${stem}`));
}

function heldPairs(pairs: ReadonlySet<string>, inOrder: readonly string[]): number {
  let held = 0;
  for (let index = 1; index < inOrder.length; index++)
    if (pairs.has(`${inOrder[index - 1]} ${inOrder[index]}`)) held++;
  return Math.min(held, pairs.size);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
