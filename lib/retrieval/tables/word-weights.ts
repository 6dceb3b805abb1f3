import { at } from "@/lib/base/checked";
import type { Period } from "../periods";
import type { Question } from "../question";
import { matchSpoken, type WordRange } from "../spoken";
import type { Cues } from "./cues";

// Words that ask and say nothing of what for.
const commands =
  /^(?:show|list|give|display|find|tell|know|want|need|please|see|look|name|say|give|get|provide|return)$/;
// Words that any row could be spoken of with.
const faint =
  /^(?:lies?|lay|ma[dk]e|making|tak(?:e|en|ing)|took|place|happen(?:ed|s)?|occur(?:red|s)?|exist(?:s|ed)?|go|went|come|came|contain(?:s|ed)?|include(?:s|d)?|record(?:s|ed)?|register(?:ed|s)?|belong(?:s|ing)?|currently|now|ever|available|entire|data|table|dataset|rows?|records?|entr(?:y|ies)|value|values|one|ones|many|much|time|times|carried|done|use[ds]?|using|see[n]?|thing|things|stand|stands|work|works|worked|own|owned|total|put|set|kept|offer(?:s|ed)?|list(?:ed)?)$/;

/** What each word weighs in the share that a query accounts for: grammar nothing, cues and subjects 1. */
export function wordWeights(question: Question, cues: Cues, periods: readonly Period[]): number[] {
  const weights = question.words.map<number>(({ folded, isStop }) => {
    if (commands.test(folded) || isStop) return 0;
    if (faint.test(folded)) return 0.25;
    // What happened to the rows is often left to be understood: "handled", "carried out".
    return /(?:ed|ing)$/.test(folded) ? 0.7 : 1;
  });
  const raise = (range: WordRange | undefined, weight: number) => {
    if (!range) return;
    for (let word = range.from; word < range.until; word++) weights[word] = 0;
    weights[range.from] = weight;
  };
  for (const ask of cues.asks) if (ask.kind !== "list" && ask.kind !== "which") raise(ask, 0.4);
  for (const comparison of cues.comparisons) raise(comparison, 1);
  for (const period of periods) raise(period, 1);
  raise(cues.per, cues.per && /^(?:by|every)$/.test(at(question.words, cues.per.from).folded) ? 0.3 : 0.8);
  raise(cues.distinct, 0.5);
  raise(cues.howMuch, 0.8);
  for (const range of [cues.count, cues.sum, cues.average]) raise(range, 1);
  for (const superlative of cues.superlatives) raise(superlative, 1);
  // Documents give reasons and ways; no query accounts for these words.
  for (const reason of matchSpoken(question, reasonPattern))
    raise({ from: reason.from, until: reason.from + 1 }, 1);
  if (cues.top) raise(cues.top, 1);
  if (cues.isYesNo) weights[0] = 0.3;
  return weights;
}

const reasonPattern =
  /(?<!\S)(?:why|how (?:is|are|was|were|does|do|did|can|could|should|must|to)|should|must|advice|explain|describe)(?!\S)/g;
