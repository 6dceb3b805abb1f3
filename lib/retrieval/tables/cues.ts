import { at, first } from "@/lib/base/checked";
import type { Question } from "../question";
import {
  matchSpoken,
  overlaps,
  parseNumber,
  spokenForm,
  spokenNumberPattern,
  type WordRange,
} from "../spoken";
import { lemma } from "../synonyms";
import { baseForm, hintsOf, qualities, qualityOf } from "./qualities";
import type { ComparisonOperator } from "./table-query";

/** "the longest", "the fewest": an end of an order, and the ideas of a column that the word hints at. */
export interface Superlative extends WordRange {
  readonly descending: boolean;
  readonly hints: readonly string[];
  /** A date will do: "oldest", "latest". */
  readonly temporal: boolean;
  /** It is about how often: "most popular". */
  readonly counting: boolean;
  /** The word says nothing of its column ("most", "highest"). */
  readonly open: boolean;
  /** It can be said of a number of rows: "most", "fewest"; "highest" can not. */
  readonly ofRows: boolean;
}

export interface SpokenComparison extends WordRange {
  readonly operator: ComparisonOperator;
  readonly value: number;
  /** The upper end of "between A and B". */
  readonly upTo?: number;
  readonly hints: readonly string[];
  /** The number has no word of comparison. */
  readonly bare: boolean;
}

/** The words of a question that say what to do with the data. */
export interface Cues {
  readonly count?: WordRange;
  readonly howMuch?: WordRange;
  readonly sum?: WordRange;
  readonly average?: WordRange;
  readonly minimum?: WordRange;
  readonly maximum?: WordRange;
  readonly distinct?: WordRange;
  readonly superlatives: readonly Superlative[];
  /** "per", "for each", "by": the group's name follows. */
  readonly per?: WordRange;
  readonly top?: WordRange & { readonly limit: number };
  readonly comparisons: readonly SpokenComparison[];
  readonly asks: readonly (WordRange & {
    readonly kind: "who" | "when" | "where" | "which" | "list" | "quality";
    readonly hints: readonly string[];
  })[];
  /** "Is …?", "Does …?": a yes or a no is wanted. */
  readonly isYesNo: boolean;
}

const openWords: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    most: true,
    highest: true,
    greatest: true,
    largest: true,
    biggest: true,
    maximum: true,
    top: true,
    leading: true,
    least: false,
    fewest: false,
    lowest: false,
    smallest: false,
    minimum: false,
  }),
);

// A question that names more ends or more numbers is none that one query answers.
const cuesRead = 4;

function readSuperlatives(question: Question): Superlative[] {
  const found: Superlative[] = [];
  const adjectives = qualities.flatMap(({ up, down }) => [...up, ...down]).join("|");
  for (const match of matchSpoken(question, new RegExp(`\\b(most|least) (${adjectives})\\b`, "g"))) {
    const read = qualityOf(at(match.groups, 1));
    if (!read) continue;
    const { quality, isUp } = read;
    found.push({
      from: match.from,
      until: match.until,
      descending: isUp === (match.groups[0] === "most"),
      hints: quality.hints.map(lemma),
      temporal: quality.temporal ?? false,
      counting: quality.counting ?? false,
      open: false,
      ofRows: false,
    });
  }
  question.words.forEach(({ folded }, index) => {
    const range = { from: index, until: index + 1 };
    if (found.some((other) => overlaps(other, range))) return;
    const open = openWords.get(folded);
    const isForm = /est$|^(?:last|first|best|worst)$/.test(folded);
    const base = isForm ? baseForm(folded) : undefined;
    const read = base === undefined ? undefined : qualityOf(base);
    if (open !== undefined) {
      // "at most 5" and "at least 5" compare.
      if (question.words[index - 1]?.folded === "at") return;
      found.push({
        ...range,
        descending: open,
        hints: read ? hintsOf(base ?? "") : [],
        temporal: false,
        counting: false,
        open: true,
        ofRows: /^(?:most|least|fewest|more|fewer|less)$/.test(folded),
      });
    } else if (read) {
      const { quality, isUp } = read;
      found.push({
        ...range,
        descending: isUp,
        hints: quality.hints.map(lemma),
        temporal: quality.temporal ?? false,
        counting: quality.counting ?? false,
        open: false,
        ofRows: false,
      });
    }
  });
  return found.sort((a, b) => a.from - b.from).slice(0, cuesRead);
}

/** Two things are set against each other: "which is longer, A or B". */
function readComparative(question: Question): Superlative | undefined {
  for (const [index, { folded }] of question.words.entries()) {
    const range = { from: index, until: index + 1 };
    if (folded === "more" || folded === "fewer" || folded === "less") {
      return {
        ...range,
        descending: folded === "more",
        hints: [],
        temporal: false,
        counting: false,
        open: true,
        ofRows: /^(?:most|least|fewest|more|fewer|less)$/.test(folded),
      };
    }
    const base = /er$|^(?:better|worse)$/.test(folded) ? baseForm(folded) : undefined;
    const read = base === undefined ? undefined : qualityOf(base);
    if (read)
      return {
        ...range,
        descending: read.isUp,
        hints: read.quality.hints.map(lemma),
        temporal: read.quality.temporal ?? false,
        counting: read.quality.counting ?? false,
        open: base === "high" || base === "low",
        ofRows: false,
      };
  }
  return undefined;
}

const n = `(${spokenNumberPattern})`;
const comparisonPatterns: readonly (readonly [pattern: string, operator: ComparisonOperator])[] = [
  [`(?:at least|no less than|no fewer than|not less than|a minimum of) ${n}`, ">="],
  [`${n} (?:or more|or above|or over|or longer|or higher|and above|and over)`, ">="],
  [`(?:at most|no more than|not more than|up to|a maximum of) ${n}`, "<="],
  [`${n} (?:or less|or fewer|or under|or below|or shorter|or lower)`, "<="],
  [
    `(?:(?:more|greater|higher|larger|bigger|longer|further|farther|older|heavier|taller|faster) than|over|above|exceed(?:s|ed|ing)?) ${n}`,
    ">",
  ],
  [`(?:(?:less|fewer|lower|smaller|shorter|cheaper|lighter|younger|slower) than|under|below) ${n}`, "<"],
  [`(?:exactly|precisely|equal to|equals) ${n}`, "="],
];

function readComparisons(question: Question, taken: readonly WordRange[]): SpokenComparison[] {
  const found: SpokenComparison[] = [];
  const free = (range: WordRange) => ![...taken, ...found].some((other) => overlaps(other, range));
  for (const match of matchSpoken(question, new RegExp(`\\bbetween ${n} and ${n}(?![\\d.])`, "g"))) {
    if (!free(match)) continue;
    const [low = "", high = ""] = match.groups;
    found.push({
      from: match.from,
      until: match.until,
      operator: ">=",
      value: parseNumber(low),
      upTo: parseNumber(high),
      hints: [],
      bare: false,
    });
  }
  for (const [pattern, operator] of comparisonPatterns) {
    for (const match of matchSpoken(question, new RegExp(`(?<!\\S)${pattern}(?!\\S)`, "g"))) {
      if (!free(match)) continue;
      const base = baseForm(first(match.text.split(" ")));
      found.push({
        from: match.from,
        until: match.until,
        operator,
        value: parseNumber(at(match.groups, 0)),
        hints: base && base !== "high" && base !== "low" ? hintsOf(base) : [],
        bare: false,
      });
    }
  }
  for (const match of matchSpoken(question, /(?<!\S)(\d[\d,]*(?:\.\d+)?)(?!\S)/g)) {
    if (free(match))
      found.push({
        from: match.from,
        until: match.until,
        operator: "=",
        value: parseNumber(at(match.groups, 0)),
        hints: [],
        bare: true,
      });
  }
  return found
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.from - b.from)
    .slice(0, cuesRead);
}

/** `taken`: stretches that are already read as dates or as values of a table. */
export function readCues(question: Question, taken: readonly WordRange[]): Cues {
  const first = (pattern: string): WordRange | undefined => {
    const match = matchSpoken(question, new RegExp(`(?<!\\S)(?:${pattern})(?!\\S)`, "g")).find(
      (range) => !taken.some((other) => overlaps(other, range)),
    );
    return match && { from: match.from, until: match.until };
  };
  const ends = readSuperlatives(question);
  const comparative =
    ends.length === 0 && /(?<!\S)or(?!\S)/.test(spokenForm(question)) ? readComparative(question) : undefined;
  const all = comparative ? [comparative] : ends;
  // "top 5", "the 5 largest"; and where an end is named, "which three stations … the most".
  const topMatch = matchSpoken(
    question,
    new RegExp(
      `(?<!\\S)(?:top|first|last|bottom) ${n}(?!\\S)|(?<!\\S)(?:the )?${n} (?=\\S*est(?!\\S)|most(?!\\S)|least(?!\\S))${
        all.length > 0 ? `|(?<!\\S)(?:which|what|the|name|list|show|give|me|are|is) ${n}(?!\\S)` : ""
      }`,
      "g",
    ),
  ).find((range) => !taken.some((other) => overlaps(other, range)));
  const top = topMatch && {
    from: topMatch.from,
    until: topMatch.until,
    limit: Math.max(1, Math.min(100, Math.round(parseNumber(topMatch.groups.find(Boolean) ?? "1")))),
  };
  const asks = (
    [
      ["who", "who|whom|whose", ["person", "name"]],
      ["when", "when|(?:what|which) (?:date|day)|since when", ["date"]],
      ["where", "where", ["place", "location", "address", "city"]],
      ["quality", "how long", ["duration", "length", "time"]],
      ["quality", "how far", ["distance"]],
      ["quality", "how (?:high|tall)", ["elevation", "height"]],
      [
        "quality",
        "how (?:expensive|costly)|what does|what did|how much (?:is|are|does|do|did|was|were)",
        ["price", "cost"],
      ],
      ["quality", "how (?:big|large)", ["size", "capacity", "area", "population"]],
      ["quality", "how (?:heavy)", ["weight"]],
      ["quality", "how (?:fast|quick)", ["speed"]],
      ["quality", "how old", ["age", "date", "bought", "opened"]],
      ["which", "which|what|whats|what's|name", []],
      ["list", "list|show|give|display|tell|all", []],
    ] as const
  ).flatMap(([kind, pattern, hints]) => {
    const range = first(pattern);
    return range ? [{ ...range, kind, hints: hints.map(lemma) }] : [];
  });
  const optional = <K extends string>(name: K, range: WordRange | undefined) =>
    (range ? { [name]: range } : {}) as { [P in K]?: WordRange };
  return {
    ...optional("count", first("how many|number of|count of|the count|count|how often|how frequently")),
    ...optional("howMuch", first("how much")),
    ...optional("sum", first("(?:in )?total|sum|altogether|overall|combined|in all|together")),
    ...optional("average", first("average|mean|on average|typical|typically|averaged")),
    ...optional("minimum", first("minimum|min|lowest|smallest")),
    ...optional("maximum", first("maximum|max|highest|largest")),
    ...optional("distinct", first("different|distinct|unique|various")),
    ...optional(
      "per",
      first("per|by|for (?:each|every)|in each|at each|each|every|grouped by|broken down by|split by"),
    ),
    ...(top ? { top } : {}),
    superlatives: all.filter(
      (range) =>
        !taken.some((other) => overlaps(other, range)) &&
        !(
          topMatch &&
          overlaps(topMatch, range) &&
          range.until <= topMatch.until &&
          !/est$/.test(topMatch.text)
        ),
    ),
    comparisons: readComparisons(question, top ? [...taken, top] : taken),
    asks,
    isYesNo: /^(?:and |but |so )?(?:is|are|was|were|does|do|did|has|have|had|can|could) /.test(
      spokenForm(question),
    ),
  };
}
