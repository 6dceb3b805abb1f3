import { lemma } from "../synonyms";

interface Quality {
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly hints: readonly string[];
  readonly temporal?: true;
  readonly counting?: true;
}

// Adjectives by the ideas of the columns they measure: `up` is the large end.
export const qualities: readonly Quality[] = [
  { up: ["high"], down: ["low"], hints: ["elevation", "height", "altitude"] },
  { up: ["tall"], down: [], hints: ["height"] },
  { up: ["deep"], down: ["shallow"], hints: ["depth"] },
  {
    up: ["large", "big", "great"],
    down: ["small", "little", "tiny"],
    hints: ["size", "capacity", "area", "population", "amount"],
  },
  { up: ["long"], down: ["short", "brief"], hints: ["duration", "length", "distance"] },
  { up: ["far", "furth", "farth"], down: ["near", "close"], hints: ["distance"] },
  { up: ["expensive", "costly", "dear", "pricey"], down: ["cheap"], hints: ["price", "cost"] },
  { up: ["heavy"], down: ["light"], hints: ["weight"] },
  { up: ["fast", "quick", "swift"], down: ["slow"], hints: ["speed"] },
  { up: ["wide", "broad"], down: ["narrow"], hints: ["width"] },
  { up: ["warm", "hot"], down: ["cold", "cool"], hints: ["temperature"] },
  { up: ["good", "successful"], down: ["bad", "poor"], hints: ["score", "rating"] },
  {
    up: ["new", "late", "recent", "recently", "young"],
    down: ["old", "early"],
    hints: ["date", "opened", "start"],
    temporal: true,
  },
  {
    up: ["popular", "common", "frequent", "busy", "used", "frequently", "often", "commonly"],
    down: ["rare"],
    hints: [],
    counting: true,
  },
];

const irregularForms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    best: "good",
    worst: "bad",
    better: "good",
    worse: "bad",
    furthest: "far",
    farthest: "far",
    further: "far",
    farther: "far",
    latest: "late",
    later: "late",
    last: "late",
    first: "early",
    least: "little",
    less: "little",
  }),
);

/** The adjective behind a form: "heaviest" and "heavier" → "heavy". */
export function baseForm(word: string): string | undefined {
  const irregular = irregularForms.get(word);
  if (irregular) return irregular;
  const root = /^(.{2,})(?:est|er)$/.exec(word)?.[1];
  if (root === undefined) return undefined;
  const known = (form: string) => qualities.some(({ up, down }) => up.includes(form) || down.includes(form));
  return [root, `${root}e`, root.replace(/i$/, "y"), root.replace(/(.)\1$/, "$1")].find(known);
}

export function qualityOf(adjective: string): { quality: Quality; isUp: boolean } | undefined {
  const quality = qualities.find(({ up, down }) => up.includes(adjective) || down.includes(adjective));
  return quality && { quality, isUp: quality.up.includes(adjective) };
}

/** Lemmas of the columns that an adjective measures: "long" → duration, length, distance. */
export function hintsOf(adjective: string): readonly string[] {
  return qualityOf(adjective)?.quality.hints.map(lemma) ?? [];
}
