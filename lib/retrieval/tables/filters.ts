import { at } from "@/lib/base/checked";
import type { Period } from "../periods";
import type { ValueMatch } from "../ports";
import { neighbourAt, type Question } from "../question";
import { overlaps, type WordRange } from "../spoken";
import { closeness, lemma } from "../synonyms";
import type { Cues, SpokenComparison } from "./cues";
import type { ColumnView, TableView } from "./describe-table";
import { type Claim, type ColumnMention, isNegated } from "./link-words";
import { type Filter, isNumeric, isTemporal } from "./table-query";

/** A condition with the words that it accounts for, and what it adds to or takes from a query's score. */
interface FilterOption {
  readonly filter: Filter;
  readonly claims: readonly Claim[];
  readonly score: number;
}

export type FilterSet = readonly FilterOption[];

const maxSets = 16;
// Values and periods past these are left out: each doubles or triples the ways to read the others.
const spansRead = 8;
const periodsRead = 4;
const optionsEach = 3;

/** A value of this table at its place in the question. */
export interface ValueSpan extends WordRange {
  readonly matches: readonly ValueMatch[];
}

/** The longest stretches that name a value of the table; none overlaps another. */
export function valueSpans(
  table: string,
  matches: readonly ValueMatch[],
  phrases: ReadonlyMap<string, readonly WordRange[]>,
): ValueSpan[] {
  const byRange = new Map<string, ValueSpan>();
  for (const match of matches) {
    if (match.table !== table) continue;
    for (const range of phrases.get(match.phrase) ?? []) {
      const key = `${range.from}-${range.until}`;
      byRange.set(key, { ...range, matches: [...(byRange.get(key)?.matches ?? []), match] });
    }
  }
  const chosen: ValueSpan[] = [];
  for (const span of [...byRange.values()].sort(
    (a, b) => b.until - b.from - (a.until - a.from) || a.from - b.from,
  )) {
    if (!chosen.some((other) => overlaps(other, span))) chosen.push(span);
  }
  return chosen.sort((a, b) => a.from - b.from).slice(0, spansRead);
}

export interface FilterSources {
  readonly question: Question;
  readonly lemmas: readonly string[];
  readonly view: TableView;
  readonly mentions: readonly ColumnMention[];
  readonly spans: readonly ValueSpan[];
  readonly periods: readonly Period[];
  readonly cues: Cues;
  /** Columns that write yes and no as text, with how they write them. */
  readonly yesNo: ReadonlyMap<string, ReadonlyMap<boolean, string>>;
}

/** The ways in which the question's values, numbers and dates can be read as conditions, most likely first. */
export function filterSets(sources: FilterSources): FilterSet[] {
  const { spans, periods, cues } = sources;
  const choices: (readonly (FilterOption | undefined)[])[] = [
    ...spans.map((span) => valueOptions(sources, span)),
    ...periods.slice(0, periodsRead).map((period) => [
      ...periodOptions(sources, period),
      // Two stretches of one column exclude each other: then one goes.
      ...(periods.length > 1 ? [undefined] : []),
    ]),
    ...cues.comparisons
      .filter((comparison) => !spans.some((span) => overlaps(span, comparison)))
      .map((comparison) => [...comparisonOptions(sources, comparison), undefined]),
    ...booleanOptions(sources).map((option) => [option, undefined]),
  ].filter((options) => options.length > 0);

  let sets: { chosen: FilterOption[]; score: number }[] = [{ chosen: [], score: 0 }];
  for (const options of choices) {
    sets = sets
      .flatMap((set) =>
        options.map((option) =>
          option ? { chosen: [...set.chosen, option], score: set.score + option.score + 0.5 } : set,
        ),
      )
      .sort((a, b) => b.score - a.score)
      .slice(0, maxSets);
  }
  return sets.map(({ chosen }) => mergeValues(sources.question, chosen));
}

function rangeClaims(range: WordRange, strength = 1): Claim[] {
  return Array.from({ length: range.until - range.from }, (_, step) => ({
    word: range.from + step,
    strength,
  }));
}

const nearWords = 3;

/** Words close before or behind a stretch that name the column: "from", "district", "starting". */
function nearClaims({ question, lemmas }: FilterSources, view: ColumnView, range: WordRange): Claim[] {
  const claims: Claim[] = [];
  for (
    let word = Math.max(0, range.from - nearWords);
    word < Math.min(lemmas.length, range.until + 2);
    word++
  ) {
    if (word >= range.from && word < range.until) continue;
    for (const part of view.words) {
      const close = closeness(at(lemmas, word), part.lemma);
      if (close > 0) claims.push({ word, strength: close });
    }
  }
  // "from" and "to" count only right before the value.
  return claims.filter(({ word }) => !question.words[word]?.isStop || word >= range.from - 2);
}

function valueOptions(sources: FilterSources, span: ValueSpan): (FilterOption | undefined)[] {
  const { view, question, mentions } = sources;
  const options: (FilterOption | undefined)[] = [];
  for (const match of span.matches) {
    const column = view.columns.find((candidate) => candidate.column.name === match.column);
    if (!column || isTemporal(column.column) || column.column.type === "boolean") continue;
    if (isNumeric(column.column) && !column.isLabel) continue;
    const near = nearClaims(sources, column, span);
    const hint = near.reduce((most, { strength }) => Math.max(most, strength), 0);
    const isSubject = column === view.subject;
    const negated =
      isNegated(question, span) ||
      /^(?:except|excluding|than|but)$/.test(neighbourAt(question, span.from - 1));
    options.push({
      filter: { kind: "equals", column: column.column, values: [match.value], negated },
      claims: [...rangeClaims(span), ...near],
      score: 0.35 * hint + (isSubject ? 0.25 : 0) - 0.01 * view.columns.indexOf(column),
    });
  }
  const values = options
    .filter((option) => option !== undefined)
    .sort((a, b) => b.score - a.score)
    .slice(0, optionsEach);
  // One small word that also names a column may just be that.
  const isOneWord = span.until - span.from === 1;
  const alsoNames = isOneWord && mentions.some(({ claims }) => claims.some(({ word }) => word === span.from));
  return alsoNames ? [...values, undefined] : values;
}

function periodOptions(sources: FilterSources, period: Period): FilterOption[] {
  const { view, mentions } = sources;
  const options: FilterOption[] = [];
  for (const column of view.columns) {
    if (isTemporal(column.column)) {
      const mention = mentions.find((candidate) => candidate.view === column);
      const base = { column: column.column, words: period.words };
      const filter: Filter = period.part
        ? { ...base, kind: "part", part: period.part, values: period.values }
        : {
            ...base,
            kind: "period",
            ...(period.start ? { from: period.start } : {}),
            ...(period.end ? { until: period.end } : {}),
          };
      options.push({
        filter,
        claims: [...rangeClaims(period), ...(mention?.claims ?? [])],
        score: 0.3 * (mention?.strength ?? 0),
      });
    } else if (
      period.year !== undefined &&
      isNumeric(column.column) &&
      column.words.some((word) => word.lemma === "year")
    ) {
      options.push({
        filter: { kind: "compares", column: column.column, operator: "=", value: period.year },
        claims: [...rangeClaims(period), ...nearClaims(sources, column, period)],
        score: 0.2,
      });
    }
  }
  return options.sort((a, b) => b.score - a.score).slice(0, optionsEach);
}

function comparisonOptions(sources: FilterSources, comparison: SpokenComparison): FilterOption[] {
  const { view, lemmas } = sources;
  const options: FilterOption[] = [];
  const isMoney = /[€$£]/.test(sources.question.text);
  for (const column of view.columns) {
    if (!isNumeric(column.column) || column.isId) continue;
    const claims: Claim[] = [];
    let strength = 0;
    for (
      let word = Math.max(0, comparison.from - 4);
      word < Math.min(lemmas.length, comparison.until + 3);
      word++
    ) {
      if (word >= comparison.from && word < comparison.until) continue;
      const asked = at(lemmas, word);
      const isUnit =
        column.unit?.words.includes(asked) && word >= comparison.until && word <= comparison.until + 1;
      const close = isUnit
        ? 0.8
        : Math.max(
            0,
            ...column.words.map((part) => closeness(asked, part.lemma) * (part.weight < 1 ? 0.7 : 1)),
          );
      if (close === 0 || (sources.question.words[word]?.isStop && !isUnit)) continue;
      // The noun after a number is what is counted; one before it may belong elsewhere.
      strength = Math.max(strength, close * (word >= comparison.until ? 1 : 0.8));
      claims.push({ word, strength: close });
    }
    for (const hint of comparison.hints) {
      for (const part of column.words) strength = Math.max(strength, 0.7 * closeness(hint, part.lemma));
    }
    if (isMoney && column.unit && /^[A-Z]{3}$/.test(column.unit.symbol)) strength = Math.max(strength, 0.6);
    if (strength < (comparison.bare ? 0.65 : 0.4)) continue;
    const one = {
      kind: "compares",
      column: column.column,
      operator: comparison.operator,
      value: comparison.value,
    } as const;
    options.push({
      filter: comparison.upTo === undefined ? one : { ...one, upTo: comparison.upTo },
      claims: [...rangeClaims(comparison, strength), ...claims],
      score: strength - 0.5,
    });
  }
  return options.sort((a, b) => b.score - a.score).slice(0, 2);
}

function booleanOptions(sources: FilterSources): FilterOption[] {
  const options: FilterOption[] = [];
  for (const mention of sources.mentions) {
    if (mention.strength < 0.6) continue;
    const { column } = mention.view;
    const written = sources.yesNo.get(column.name);
    const wanted = !mention.negated;
    const base = { claims: mention.claims, score: mention.strength - 0.3 };
    if (column.type === "boolean") options.push({ ...base, filter: { kind: "is", column, value: wanted } });
    else if (written) {
      const value = written.get(wanted);
      if (value !== undefined)
        options.push({ ...base, filter: { kind: "equals", column, values: [value], negated: false } });
    }
  }
  return options.slice(0, 3);
}

/** "A or B" of one column is one condition; nothing else can hold for a row at once. */
function mergeValues(question: Question, chosen: readonly FilterOption[]): FilterSet {
  const merged: FilterOption[] = [];
  for (const option of chosen) {
    const at = merged.findIndex(
      ({ filter }) =>
        filter.kind === "equals" &&
        option.filter.kind === "equals" &&
        filter.column === option.filter.column &&
        filter.negated === option.filter.negated,
    );
    const other = merged[at];
    if (other?.filter.kind === "equals" && option.filter.kind === "equals") {
      const values = [...new Set([...other.filter.values, ...option.filter.values])];
      const isSaid = question.words.some(({ folded }) => /^(?:or|and|versus|vs|than)$/.test(folded));
      merged[at] = {
        filter: { ...other.filter, values },
        claims: [...other.claims, ...option.claims],
        score: other.score + option.score - (isSaid ? 0 : 0.4),
      };
    } else merged.push(option);
  }
  return merged;
}

/** Lemmas that an ask like "when" hints at match a column's name. */
export function hintStrength(hints: readonly string[], view: ColumnView): number {
  return Math.max(
    0,
    ...hints.map((hint) =>
      Math.max(
        0,
        ...view.words.map((part) => closeness(lemma(hint), part.lemma) * (part.weight >= 1 ? 1 : 0.8)),
      ),
    ),
  );
}
