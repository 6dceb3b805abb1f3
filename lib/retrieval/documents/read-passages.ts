import type { PassageEvidence } from "@/lib/api/ask";
import { first } from "@/lib/base/checked";
import type { Finding } from "../finding";
import type { PassageHit, PassageSearch } from "../ports";
import type { Question } from "../question";
import { contentStems } from "../question";
import { type RankedSentence, rankSentences } from "./rank-sentences";

// Below this share of the ideal score a question has nothing to do with the documents. On the public set 5 of
// 100 answerable questions score below it.
const minSupport = 0.27;
// A name that no passage holds is what such a question is about; the rest of it fits by chance.
const minSupportOfStranger = 0.6;
// What every passage lacks has to be made up for by the rest.
const supportForUnknown = 0.6;
const evidencePassages = 3;
const marksPerPassage = 2;

/** How well the documents bear on a question: what the router and the reader decide by. */
export interface Reading extends Finding {
  /** Best sentence first. */
  readonly ranked: readonly RankedSentence[];
  /** The best hit's score over the ideal, 0 to 1. */
  readonly support: number;
}

/** Reads the passages that the search found: the best sentence is the answer. */
export function readPassages(
  question: Question,
  search: PassageSearch,
  subjects?: ReadonlySet<string>,
): Reading {
  const ranked = rankSentences(question, search, subjects);
  const best = ranked[0];
  const support = best ? supportOf(best.hit, search) : 0;
  const least = namesUnknown(question, search)
    ? minSupportOfStranger
    : minSupport + supportForUnknown * unknownShare(question, search);
  if (!best || support < least) {
    return {
      supported: false,
      text: nothingFound(question, search),
      confidence: round(support / 2),
      evidence: passageEvidence(ranked, 1),
      ranked,
      support,
    };
  }
  const told = tellTogether(best, ranked);
  return {
    supported: true,
    text: told.map(({ text }) => tidySentence(text)).join(" "),
    confidence: round(Math.min(0.97, 0.25 + 0.5 * Math.min(1, support / 0.75) + 0.25 * best.own)),
    evidence: passageEvidence(ranked, evidencePassages),
    ranked,
    support,
  };
}

/** Whether the question names somebody or something (a capital inside the sentence) that no passage holds. */
function namesUnknown(question: Question, search: PassageSearch): boolean {
  const unknown = new Set(search.unknownTerms);
  return question.words.some(
    (word, index) => index > 0 && /^\p{Lu}/u.test(word.text) && unknown.has(word.stem),
  );
}

function unknownShare(question: Question, search: PassageSearch): number {
  const asked = new Set(contentStems(question));
  return search.unknownTerms.filter((stem) => asked.has(stem)).length / Math.max(1, asked.size);
}

function supportOf(hit: PassageHit, search: PassageSearch): number {
  return search.idealScore > 0 ? Math.min(1, hit.score / search.idealScore) : 0;
}

/**
 * The best sentence, and with it the one before where the best goes on from it ("It is paid back …"), or the one
 * after where the best only announces ("as follows:").
 */
function tellTogether(best: RankedSentence, ranked: readonly RankedSentence[]): RankedSentence[] {
  const beside = (step: number) =>
    ranked.find(({ hit, index }) => hit === best.hit && index === best.index + step);
  if (
    /^(?:it|its|they|their|these|those|this|that|he|she|both|such|after that|before that|then|otherwise)\b/i.test(
      best.text,
    )
  ) {
    const before = beside(-1);
    if (before) return [before, best];
  }
  if (/:\s*$/.test(best.text)) {
    const items = [beside(1), beside(2), beside(3)].filter((item) => item !== undefined);
    return [best, ...items];
  }
  return [best];
}

/** One line, without the marks of lists, tables and emphasis. */
export function tidySentence(text: string): string {
  return text
    .replace(/^\s*(?:[-*+•]|\(?\d{1,2}[.)])\s+/, "")
    .replace(/\s*\|\s*/g, " · ")
    .replace(/^ · | · $/g, "")
    .replace(/\*\*|__|`/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The passages that the best sentences are from, each with its own best sentences marked. */
function passageEvidence(ranked: readonly RankedSentence[], limit: number): PassageEvidence[] {
  if (ranked.length === 0) return [];
  const best = first(ranked).score;
  const passages = [...new Set(ranked.map(({ hit }) => hit))].slice(0, limit);
  return passages.map((hit) => ({
    kind: "passage",
    document: hit.document,
    heading: hit.heading,
    passage_id: hit.passageId,
    text: hit.text,
    score: hit.score,
    marks: ranked
      .filter((sentence) => sentence.hit === hit)
      .slice(0, marksPerPassage)
      .map(({ start, end, score }) => ({ start, end, score: round(Math.max(0, score / best)) }))
      .sort((a, b) => a.start - b.start),
  }));
}

function nothingFound(question: Question, search: PassageSearch): string {
  const unknown = new Set(search.unknownTerms);
  const missing = [
    ...new Set(
      question.words.filter((word) => !word.isStop && unknown.has(word.stem)).map((word) => word.text),
    ),
  ];
  const nearest = search.hits[0];
  const because =
    missing.length > 0
      ? `They do not mention ${listed(missing.map((word) => `“${word}”`))}.`
      : contentStems(question).length === 0
        ? "The question has no word to look for."
        : "No passage speaks of these things together.";
  const hint = nearest
    ? ` The nearest passage is in ${nearest.document}${nearest.heading ? `, under “${lastHeading(nearest.heading)}”` : ""}.`
    : "";
  return `The documents do not answer this. ${because}${hint}`;
}

function lastHeading(heading: string): string {
  return heading.split(" › ").at(-1) ?? heading;
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, 5);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
