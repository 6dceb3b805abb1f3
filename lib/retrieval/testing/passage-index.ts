import { stems } from "@/lib/text/stems";
import type { PassageHit, PassageSearch } from "../ports";

export interface IndexedPassage extends Omit<PassageHit, "score"> {}

// The same constants as the search in the database.
const k1 = 1.2;
const b = 0.75;

/** BM25 over passages in memory, for tests and measurements: what the store answers, without a database. */
export function createPassageIndex(passages: readonly IndexedPassage[]) {
  const postings = new Map<string, { at: number; count: number }[]>();
  const lengths = passages.map((passage, at) => {
    const inPassage = stems(`${passage.document} ${passage.heading} ${passage.text}`);
    const counts = new Map<string, number>();
    for (const stem of inPassage) counts.set(stem, (counts.get(stem) ?? 0) + 1);
    for (const [stem, count] of counts) postings.set(stem, [...(postings.get(stem) ?? []), { at, count }]);
    return inPassage.length;
  });
  const meanLength = lengths.reduce((total, length) => total + length, 0) / Math.max(1, lengths.length);
  const rarity = (holding: number) => Math.log(1 + (passages.length - holding + 0.5) / (holding + 0.5));

  return {
    search(asked: readonly string[], limit: number): PassageSearch {
      const scores = new Map<number, number>();
      let idealScore = 0;
      const unknownTerms: string[] = [];
      for (const stem of new Set(asked)) {
        const held = postings.get(stem) ?? [];
        idealScore += rarity(held.length) * (k1 + 1);
        if (held.length === 0) unknownTerms.push(stem);
        for (const { at, count } of held) {
          const length = 1 - b + (b * (lengths[at] ?? 0)) / meanLength;
          scores.set(
            at,
            (scores.get(at) ?? 0) + (rarity(held.length) * count * (k1 + 1)) / (count + k1 * length),
          );
        }
      }
      const hits = [...scores]
        .sort((left, right) => right[1] - left[1] || left[0] - right[0])
        .slice(0, limit)
        .flatMap(([at, score]) => {
          const passage = passages[at];
          return passage ? [{ ...passage, score: Math.round(score * 1e6) / 1e6 }] : [];
        });
      return { hits, idealScore, unknownTerms };
    },
  };
}
