import type { Period } from "../periods";
import type { Table, ValueMatch } from "../ports";
import type { Question } from "../question";
import { matchSpoken, type WordRange } from "../spoken";
import { type Cues, readCues } from "./cues";
import { describeTable, type TableView } from "./describe-table";
import { enumerateCores } from "./enumerate-cores";
import { type FilterSet, filterSets, valueSpans } from "./filters";
import { mentionColumns, mentionTable, questionLemmas } from "./link-words";
import type { Core } from "./picks";
import type { TableQuery } from "./table-query";
import { yesNoPhrases } from "./value-phrases";

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

// Words that ask and say nothing of what for.
const commands =
  /^(?:show|list|give|display|find|tell|know|want|need|please|see|look|name|say|give|get|provide|return)$/;
// Words that any row could be spoken of with.
const faint =
  /^(?:lies?|lay|ma[dk]e|making|tak(?:e|en|ing)|took|place|happen(?:ed|s)?|occur(?:red|s)?|exist(?:s|ed)?|go|went|come|came|contain(?:s|ed)?|include(?:s|d)?|record(?:s|ed)?|register(?:ed|s)?|belong(?:s|ing)?|currently|now|ever|available|entire|data|table|dataset|rows?|records?|entr(?:y|ies)|value|values|one|ones|many|much|time|times|carried|done|use[ds]?|using|see[n]?|thing|things|stand|stands|work|works|worked|own|owned|total|put|set|kept|offer(?:s|ed)?|list(?:ed)?)$/;

/** What each word weighs in the share that a query accounts for: grammar nothing, cues and subjects 1. */
function wordWeights(question: Question, cues: Cues, periods: readonly Period[]): number[] {
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
  raise(cues.per, cues.per && /^(?:by|every)$/.test(question.words[cues.per.from]?.folded ?? "") ? 0.3 : 0.8);
  raise(cues.distinct, 0.5);
  raise(cues.howMuch, 0.8);
  for (const range of [cues.count, cues.sum, cues.average]) raise(range, 1);
  for (const superlative of cues.superlatives) raise(superlative, 1);
  // Reasons and ways are told in documents; no query accounts for these words.
  for (const reason of matchSpoken(question, reasonPattern))
    raise({ from: reason.from, until: reason.from + 1 }, 1);
  if (cues.top) raise(cues.top, 1);
  if (cues.isYesNo) weights[0] = 0.3;
  return weights;
}

const reasonPattern =
  /(?<!\S)(?:why|how (?:is|are|was|were|does|do|did|can|could|should|must|to)|should|must|advice|explain|describe)(?!\S)/g;

// What a query's unnamed parts cost, where it still is what the question says.
const unsure = 0.3;

const tablesRead = 12;
const candidatesKept = 5;

/** Every reading of the question over these tables, best first. The work is bounded: see the constants. */
export function chooseQueries(sources: TableSources): Candidate[] {
  const found: Candidate[] = [];
  const lemmas = questionLemmas(sources.question);
  const ranked = sources.tables
    .filter(({ columns }) => columns.length > 0)
    .map((table) => ({ table, promise: promiseOf(sources, table, lemmas) }))
    .sort((a, b) => b.promise - a.promise)
    .slice(0, tablesRead);
  for (const { table } of ranked) found.push(...candidatesOf(sources, table, lemmas));
  return found.sort((a, b) => b.score - a.score).slice(0, candidatesKept);
}

/** A cheap look at how much of the question a table knows, to leave hopeless ones out. */
function promiseOf({ question, matches }: TableSources, table: Table, lemmas: readonly string[]): number {
  const view = describeTable(table);
  const none: ReadonlySet<number> = new Set();
  const named = mentionColumns(view, question, lemmas, none).reduce((sum, { strength }) => sum + strength, 0);
  return (
    named +
    2 * mentionTable(view, question, lemmas, none).strength +
    Math.min(4, matches.filter((match) => match.table === table.name).length)
  );
}

function candidatesOf(sources: TableSources, table: Table, lemmas: readonly string[]): Candidate[] {
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
  const table_ = mentionTable(view, question, lemmas, closed);
  const mentions = mentionColumns(view, question, lemmas, closed);
  const weights = wordWeights(question, cues, periods);
  for (const span of spans)
    for (let word = span.from; word < span.until; word++)
      weights[word] = Math.max(weights[word] ?? 0, 1 / (span.until - span.from));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const sets = filterSets({ question, lemmas, view, mentions, spans, periods, cues, yesNo });
  const cores = enumerateCores({ question, lemmas, view, table: table_, mentions, cues });

  const found: Candidate[] = [];
  for (const core of cores) {
    for (const set of sets) {
      if (clashes(core, set)) continue;
      const strengths = new Float64Array(weights.length);
      for (const claims of [core.claims, ...set.map((option) => option.claims)]) {
        for (const { word, strength } of claims) strengths[word] = Math.max(strengths[word] ?? 0, strength);
      }
      let covered = 0;
      const understood: number[] = [];
      const unexplained: number[] = [];
      weights.forEach((weight, word) => {
        const strength = strengths[word] ?? 0;
        covered += weight * strength;
        if (strength >= 0.4) understood.push(word);
        else if (weight >= 0.6) unexplained.push(word);
      });
      const score =
        covered +
        core.score +
        set.reduce((sum, option) => sum + 0.4 * option.score, 0) +
        fit(core, set, view, cues) +
        0.15 * table_.strength;
      found.push({
        query: {
          table,
          filters: set.map(({ filter }) => filter),
          output: pinsSubject(set, view) ? plain(core.output) : core.output,
        },
        view,
        ...(core.target ? { target: core.target } : {}),
        score: score / total,
        coverage: covered / total,
        understood,
        unexplained,
        findsRow: findsRow(core),
      });
    }
  }
  return found.sort((a, b) => b.score - a.score).slice(0, candidatesKept);
}

/** A column with the same value in every row chosen is not worth showing, ordering by or grouping by. */
function clashes({ output, target }: Core, set: FilterSet): boolean {
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

function findsRow({ output, score }: Core): boolean {
  const isOne = output.kind !== "measure" && output.limit === 1;
  return isOne && score > -unsure;
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
