import { at, float64At } from "@/lib/base/checked";
import type { Pace } from "../pace";
import type { Period } from "../periods";
import type { Table, ValueMatch } from "../ports";
import type { Question } from "../question";
import type { WordRange } from "../spoken";
import { type Cues, readCues } from "./cues";
import { describeTable, type TableView } from "./describe-table";
import { enumerateCores } from "./enumerate-cores";
import { type FilterSet, filterSets, valueSpans } from "./filters";
import { type Claim, indexLemmas, type LemmaIndex, mentionColumns, mentionTable } from "./link-words";
import type { Core } from "./picks";
import type { TableQuery } from "./table-query";
import { yesNoPhrases } from "./value-phrases";
import { wordWeights } from "./word-weights";

/** A query that the question may mean. */
export interface Candidate {
  readonly query: TableQuery;
  readonly view: TableView;
  readonly target?: Core["target"];
  readonly score: number;
  /** Share of the question's weight that the query accounts for, 0 to 1. */
  readonly coverage: number;
  /** Indexes of the words it accounts for, and of the words with a subject that it does not. */
  readonly understood: readonly number[];
  readonly unexplained: readonly number[];
  /** It finds one row or group by an order, and the question names all of its parts. */
  readonly findsRow: boolean;
}

export interface TableSources {
  readonly question: Question;
  readonly tables: readonly Table[];
  readonly matches: readonly ValueMatch[];
  readonly phrases: ReadonlyMap<string, readonly WordRange[]>;
  readonly periods: readonly Period[];
}

// What a query's unnamed parts cost, where it still is what the question says.
const unsure = 0.3;

// All tables get a cheap look, the promising ones are read closely.
const tablesConsidered = 500;
const tablesRead = 8;
const candidatesKept = 5;

/** Every reading of the question over these tables, best first. The work is bounded: see the constants. */
export async function chooseQueries(sources: TableSources, pace: Pace): Promise<Candidate[]> {
  const index = indexLemmas(sources.question);
  const promising: { table: Table; promise: number }[] = [];
  for (const table of sources.tables.slice(0, tablesConsidered)) {
    if (table.columns.length === 0) continue;
    promising.push({ table, promise: promiseOf(sources, table, index) });
    await pace();
  }
  promising.sort((a, b) => b.promise - a.promise);
  const found: Candidate[] = [];
  for (const { table } of promising.slice(0, tablesRead)) {
    found.push(...candidatesOf(sources, table, index));
    await pace();
  }
  return found.sort((a, b) => b.score - a.score).slice(0, candidatesKept);
}

/** A cheap look at how much of the question a table knows, to leave hopeless ones out. */
function promiseOf({ question, matches }: TableSources, table: Table, index: LemmaIndex): number {
  const view = describeTable(table);
  const none: ReadonlySet<number> = new Set();
  const named = mentionColumns(view, question, index, none).reduce((sum, { strength }) => sum + strength, 0);
  return (
    named +
    2 * mentionTable(view, question, index, none).strength +
    Math.min(4, matches.filter((match) => match.table === table.name).length)
  );
}

function candidatesOf(sources: TableSources, table: Table, index: LemmaIndex): Candidate[] {
  const { question, periods, phrases } = sources;
  const view = describeTable(table);
  const yesNo = yesNoColumns(table, sources.matches);
  const spans = valueSpans(
    table.name,
    sources.matches.filter((match) => !yesNoPhrases.has(match.phrase)),
    phrases,
  );
  const closed = new Set<number>();
  for (const span of [...spans.filter(({ from, until }) => until - from > 1), ...periods]) {
    for (let word = span.from; word < span.until; word++) closed.add(word);
  }
  const longSpans = spans.filter(({ from, until }) => until - from > 1);
  const cues = readCues(question, [...longSpans, ...periods]);
  const tableMention = mentionTable(view, question, index, closed);
  const mentions = mentionColumns(view, question, index, closed);
  const weights = wordWeights(question, cues, periods);
  for (const span of spans) {
    const each = 1 / (span.until - span.from);
    for (let word = span.from; word < span.until; word++) weights[word] = Math.max(at(weights, word), each);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const sets = filterSets({ question, lemmas: index.lemmas, view, mentions, spans, periods, cues, yesNo });
  const cores = enumerateCores({ question, lemmas: index.lemmas, view, table: tableMention, mentions, cues });

  const best = createRanking(candidatesKept);
  const setStrengths = sets.map((set) =>
    strongest(
      weights.length,
      set.map((option) => option.claims),
    ),
  );
  for (const core of cores) {
    const coreStrengths = strongest(weights.length, [core.claims]);
    for (const [index, set] of sets.entries()) {
      if (clashes(core, set)) continue;
      const strengths = at(setStrengths, index);
      let covered = 0;
      for (const [word, weight] of weights.entries()) {
        covered += weight * Math.max(float64At(coreStrengths, word), float64At(strengths, word));
      }
      const score =
        covered +
        core.score +
        set.reduce((sum, option) => sum + 0.4 * option.score, 0) +
        fit(core, set, view, cues) +
        0.15 * tableMention.strength;
      best.offer({ core, set, covered, score });
    }
  }
  return best.ranked().map(({ core, set, covered, score }) => {
    const strengths = strongest(weights.length, [core.claims, ...set.map((option) => option.claims)]);
    const words = weights.map((weight, word) => ({ word, weight, strength: float64At(strengths, word) }));
    return {
      query: {
        table,
        filters: set.map(({ filter }) => filter),
        output: pinsSubject(set, view) ? plain(core.output) : core.output,
      },
      view,
      ...(core.target ? { target: core.target } : {}),
      score: score / total,
      coverage: covered / total,
      understood: words.filter(({ strength }) => strength >= 0.4).map(({ word }) => word),
      unexplained: words
        .filter(({ weight, strength }) => strength < 0.4 && weight >= 0.6)
        .map(({ word }) => word),
      findsRow: findsRow(core),
    };
  });
}

interface Scored {
  readonly core: Core;
  readonly set: FilterSet;
  readonly covered: number;
  readonly score: number;
}

/** Keeps the best few of many without keeping the many. Of equals the first stays. */
function createRanking(size: number) {
  const kept: Scored[] = [];
  return {
    offer(scored: Scored): void {
      const last = kept[size - 1];
      if (last && last.score >= scored.score) return;
      const place = kept.findIndex(({ score }) => score < scored.score);
      kept.splice(place < 0 ? kept.length : place, 0, scored);
      kept.length = Math.min(kept.length, size);
    },
    ranked: (): readonly Scored[] => kept,
  };
}

/** For each word of the question how surely any of the claims accounts for it. */
function strongest(words: number, claims: readonly (readonly Claim[])[]): Float64Array {
  const strengths = new Float64Array(words);
  for (const some of claims) {
    for (const { word, strength } of some) strengths[word] = Math.max(float64At(strengths, word), strength);
  }
  return strengths;
}

/** A column with the same value in every row chosen is not worth showing, ordering by or grouping by. */
function clashes({ output, target }: Core, set: FilterSet): boolean {
  const dated = set.flatMap(({ filter }) => (filter.kind === "period" ? [filter.column.name] : []));
  if (new Set(dated).size < dated.length) return true;
  return set.some(({ filter }) => {
    if (filter.kind === "compares" && output.kind === "groups" && output.having?.value === filter.value)
      return true;
    if (filter.kind !== "equals" || filter.values.length > 1 || filter.negated) return false;
    if (output.kind === "groups") return output.group.column === filter.column;
    if (output.kind === "measure")
      return output.measure.kind === "count distinct" && output.measure.column === filter.column;
    return target?.column === filter.column && !target.isId;
  });
}

function findsRow({ output, score, claims }: Core): boolean {
  const isOne = output.kind !== "measure" && output.limit === 1;
  // The order's own word and at least what it is an order of.
  return isOne && score > -unsure && new Set(claims.map(({ word }) => word)).size > 1;
}

/** Whether the conditions name one row by the column that names rows. */
function pinsSubject(set: FilterSet, view: TableView): boolean {
  return set.some(
    ({ filter }) =>
      filter.kind === "equals" &&
      filter.column === view.subject.column &&
      !filter.negated &&
      filter.values.length === 1,
  );
}

function plain(output: Core["output"]): Core["output"] {
  return output.kind === "rows" ? { ...output, distinct: false } : output;
}

function fit({ output, target }: Core, set: FilterSet, view: TableView, cues: Cues): number {
  const pins = pinsSubject(set, view);
  if (output.kind === "rows") {
    const isPlain = !output.order && set.length === 0;
    const list = cues.asks.some(({ kind }) => kind === "list" || kind === "which");
    // One row named and one of its columns asked for: what tables are most often asked.
    if (pins && !output.order && target && target !== view.subject) return 0.5;
    const isSumWanted = (cues.howMuch ?? cues.count) !== undefined && !output.order;
    if (isSumWanted) return -0.5;
    return isPlain ? (list ? -0.3 : -0.6) : 0;
  }
  return pins && output.kind === "measure" ? -0.2 : 0;
}

function yesNoColumns(table: Table, matches: readonly ValueMatch[]): Map<string, Map<boolean, string>> {
  const columns = new Map<string, Map<boolean, string>>();
  for (const match of matches) {
    const meaning = yesNoPhrases.get(match.phrase);
    const column = table.columns.find(({ name }) => name === match.column);
    if (match.table !== table.name || meaning === undefined || column?.type !== "text") continue;
    if (column.distinct !== undefined && column.distinct > 3) continue;
    columns.set(
      column.name,
      (columns.get(column.name) ?? new Map<boolean, string>()).set(meaning, match.value),
    );
  }
  return columns;
}
