import { stems } from "@/lib/text/stems";
import { normaliseValue } from "@/lib/text/values";
import type { PassageHit, PassageSearch, Ports } from "./ports";
import { type Question, readQuestion } from "./question";

// What a passage gains when it is about a row's value: its title or heading names it, or its text does.
const namedAbove = 1.6;
const namedInside = 1.3;
const hitsJoined = 20;

/** Passages about what a row names: a search for the rest of the question together with the row's value. */
export interface Joined {
  readonly question: Question;
  readonly search: PassageSearch;
  /** Stems of the row's value. */
  readonly subjects: ReadonlySet<string>;
  /** How many of the hits hold the value, and whether the best does. */
  readonly holding: number;
  readonly holdsFirst: boolean;
}

export async function joinPassages(
  rest: string,
  subjects: readonly string[],
  ports: Ports,
  signal: AbortSignal,
): Promise<Joined> {
  const question = readQuestion(`${rest} ${subjects.join(" ")}`);
  const search = await ports.store.searchPassages(stems(question.text), hitsJoined, signal);
  const names = subjects.map(normaliseValue).filter((name) => name.length > 1);
  let holding = 0;
  const hits = search.hits
    .map((hit) => {
      const place = placeOf(names, hit);
      if (place > 1) holding++;
      return { ...hit, score: Math.round(hit.score * place * 1e6) / 1e6 };
    })
    .sort((a, b) => b.score - a.score || a.passageId.localeCompare(b.passageId));
  const first = hits[0];
  return {
    question,
    search: { ...search, hits },
    subjects: new Set(stems(subjects.join(" "))),
    holding,
    holdsFirst: first !== undefined && placeOf(names, first) > 1,
  };
}

function placeOf(names: readonly string[], hit: PassageHit): number {
  const above = ` ${normaliseValue(`${hit.document} ${hit.heading}`)} `;
  if (names.some((name) => above.includes(` ${name} `))) return namedAbove;
  const inside = ` ${normaliseValue(hit.text)} `;
  return names.some((name) => inside.includes(` ${name} `)) ? namedInside : 1;
}
