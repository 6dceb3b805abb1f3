import type { Question } from "../question";
import type { WordRange } from "../spoken";
import { type Cues, readComparative, type Superlative } from "./cues";
import { type ColumnView, namesPerson, type TableView } from "./describe-table";
import { hintStrength } from "./filters";
import type { Claim, ColumnMention, Mention } from "./link-words";
import { type DatePart, type Group, isNumeric, isTemporal, type Measure, type Output } from "./table-query";

/** What a query gives, before its conditions are chosen, with the words it accounts for. */
export interface Core {
  readonly output: Output;
  readonly claims: readonly Claim[];
  /** What its parts cost where the question does not name them, or gain where they fit well. */
  readonly score: number;
  /** The column whose values the answer names. */
  readonly target?: ColumnView;
}

export interface CoreSources {
  readonly question: Question;
  readonly lemmas: readonly string[];
  readonly view: TableView;
  readonly table: Mention;
  readonly mentions: readonly ColumnMention[];
  readonly cues: Cues;
}

// Columns past these in the order of their mention are not tried: 8 columns make some 60 cores.
const columnsTried = 8;

const unnamed = 0.35;

function cueClaims(...ranges: readonly (WordRange | undefined)[]): Claim[] {
  return ranges.flatMap((range) =>
    range
      ? Array.from({ length: range.until - range.from }, (_, step) => ({
          word: range.from + step,
          strength: 1,
        }))
      : [],
  );
}

/** How well the question asks for a column by name, or by a word that hints at it ("when", "longest"). */
interface Pick {
  readonly view: ColumnView;
  readonly strength: number;
  readonly claims: readonly Claim[];
}

/** Everything that the question could ask of the table, without conditions. */
export function enumerateCores(sources: CoreSources): Core[] {
  const picks = sources.mentions.slice(0, columnsTried);
  return [
    ...countCores(sources, picks),
    ...aggregateCores(sources, picks),
    ...orderedCores(sources, picks),
    ...groupCores(sources, picks),
    ...rowCores(sources, picks),
  ];
}

function countCores({ table, cues, question }: CoreSources, picks: readonly Pick[]): Core[] {
  const asked = cues.count ?? (cues.isYesNo ? { from: 0, until: 1 } : undefined);
  if (!asked) return [];
  const behind = asked.until;
  const isNext = (claims: readonly Claim[]) =>
    claims.some(({ word }) => word >= behind && word <= behind + 1);
  const cores: Core[] = [
    {
      output: { kind: "measure", measure: { kind: "count" } },
      claims: [...cueClaims(asked), ...table.claims],
      score:
        (isNext(table.claims) ? 0.3 : 0) -
        (cues.distinct ? 0.5 : 0) -
        (cues.isYesNo && !cues.count ? 0.3 : 0),
    },
  ];
  if (!cues.count) return cores;
  for (const pick of picks) {
    if (pick.strength < 0.5 || isNumeric(pick.view.column)) continue;
    const isHead = pick.view.words.some(({ weight }) => weight >= 1) && isNext(pick.claims);
    cores.push({
      output: { kind: "measure", measure: { kind: "count distinct", column: pick.view.column } },
      claims: [...cueClaims(cues.count, cues.distinct), ...pick.claims],
      score: (isHead ? 0.2 : -0.2) - unnamed * (1 - pick.strength) - (cues.distinct ? 0 : 0.25),
      target: pick.view,
    });
  }
  // "how many times was X repaired": the rows themselves are counted.
  if (/^times?$/.test(question.words[behind]?.folded ?? "")) {
    cores.push({
      output: { kind: "measure", measure: { kind: "count" } },
      claims: [...cueClaims({ from: asked.from, until: behind + 1 }), ...table.claims],
      score: 0,
    });
  }
  return cores;
}

function summable({ column, isLabel }: ColumnView): boolean {
  return isNumeric(column) && !isLabel;
}

function aggregateCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
  const { cues, table } = sources;
  const cores: Core[] = [];
  const add = (kind: "sum" | "average" | "minimum" | "maximum", range: WordRange | undefined, extra = 0) => {
    if (!range) return;
    for (const pick of numericPicks(sources, picks)) {
      cores.push({
        output: { kind: "measure", measure: { kind, column: pick.view.column } },
        claims: [
          ...cueClaims(range, kind === "sum" ? (cues.count ?? cues.howMuch) : undefined),
          ...pick.claims,
          ...table.claims,
        ],
        score: extra - unnamed * (1 - pick.strength),
        target: pick.view,
      });
    }
  };
  add("average", cues.average, 0.1);
  add("sum", cues.sum, 0.1);
  if (!cues.sum && !cues.average) add("sum", cues.count ?? cues.howMuch, -0.1);
  add("minimum", cues.minimum, -0.15);
  add("maximum", cues.maximum, -0.15);
  return cores;
}

/** Numbers that the question names, and those that "how long" or "how much" hint at. */
function numericPicks({ view, cues }: CoreSources, picks: readonly Pick[]): Pick[] {
  const hints = cues.asks.filter(({ kind }) => kind === "quality");
  const found: Pick[] = [];
  for (const column of view.columns) {
    if (!summable(column)) continue;
    const named = picks.find((pick) => pick.view === column);
    const hinting = hints
      .map((ask) => ({ ask, strength: 0.9 * hintStrength(ask.hints, column) }))
      .filter(({ strength }) => strength > 0.5)[0];
    const strength = Math.max(named?.strength ?? 0, hinting?.strength ?? 0);
    if (strength < 0.4) continue;
    found.push({ view: column, strength, claims: [...(named?.claims ?? []), ...cueClaims(hinting?.ask)] });
  }
  return found.sort((a, b) => b.strength - a.strength).slice(0, 4);
}

/** The column that the answer names: asked for by "who", "which model", or the one that names a row. */
function targetPicks({ view, table, cues }: CoreSources, picks: readonly Pick[]): Pick[] {
  const targets: Pick[] = [
    { view: view.subject, strength: Math.max(0.7, table.strength), claims: table.claims },
  ];
  const add = (column: ColumnView, strength: number, claims: readonly Claim[]) => {
    if (strength >= 0.4) targets.push({ view: column, strength, claims });
  };
  for (const pick of picks) {
    const ask = cues.asks.find(
      ({ kind, until }) =>
        kind === "which" && pick.claims.some(({ word }) => word >= until && word <= until + 1),
    );
    add(pick.view, pick.strength, [...pick.claims, ...cueClaims(ask)]);
  }
  for (const ask of cues.asks) {
    for (const column of view.columns) {
      const named = picks.find((pick) => pick.view === column);
      let strength = 0;
      if (ask.kind === "who" && namesPerson(column)) strength = 0.75;
      if (ask.kind === "when" && isTemporal(column.column)) strength = 0.75;
      if (ask.kind === "quality" || ask.kind === "where" || ask.kind === "who") {
        const fits =
          ask.kind === "quality"
            ? isNumeric(column.column) || isTemporal(column.column)
            : column.column.type === "text";
        const hint = fits && !column.isId ? hintStrength(ask.hints, column) : 0;
        if (ask.kind !== "who" || hint === 1) strength = Math.max(strength, 0.8 * hint);
      }
      if (strength > 0)
        add(column, Math.max(strength, named?.strength ?? 0) + (named ? 0.1 : 0), [
          ...cueClaims(ask),
          ...(named?.claims ?? []),
        ]);
    }
  }
  return targets.sort((a, b) => b.strength - a.strength).slice(0, columnsTried);
}

function orderPicks({ view }: CoreSources, superlative: Superlative, picks: readonly Pick[]): Pick[] {
  const found: Pick[] = [];
  for (const column of view.columns) {
    if (!(isNumeric(column.column) || isTemporal(column.column)) || column.isId) continue;
    const named = picks.find((pick) => pick.view === column);
    const hint = hintStrength(superlative.hints, column);
    const temporal =
      superlative.temporal &&
      (isTemporal(column.column) || column.words.some(({ lemma }) => lemma === "year"))
        ? 0.7
        : 0;
    const near = named?.claims.some(({ word }) => Math.abs(word - superlative.until) <= 3) ? 0.1 : 0;
    const strength = Math.max(
      (named?.strength ?? 0) + near,
      superlative.open ? 0.7 * hint : 0.9 * hint,
      temporal,
    );
    if (strength < 0.4) continue;
    found.push({ view: column, strength: Math.min(1, strength), claims: named?.claims ?? [] });
  }
  return found.sort((a, b) => b.strength - a.strength).slice(0, 4);
}

/** Rows at one end of an order: the longest, the five cheapest, the newer of two. */
function orderedCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
  const { cues, question, table, view } = sources;
  const comparative =
    cues.superlatives.length === 0 && / or /i.test(question.text) ? readComparative(question) : undefined;
  const superlatives = comparative ? [comparative] : cues.superlatives;
  const cores: Core[] = [];
  for (const superlative of superlatives) {
    if (superlative.counting) continue;
    for (const order of orderPicks(sources, superlative, picks)) {
      const age = order.view.words.some(({ lemma }) => lemma === "age");
      const descending = age ? !superlative.descending : superlative.descending;
      for (const target of targetPicks(sources, picks)) {
        if (
          target.view === order.view &&
          sources.mentions.length > 1 &&
          !cues.asks.some(({ kind }) => kind === "quality" || kind === "when")
        )
          continue;
        const shown = [view.subject, target.view, order.view];
        const isPlural = cues.top !== undefined;
        cores.push({
          output: {
            kind: "rows",
            columns: [...new Set(target.view === order.view ? shown : [target.view, ...shown])].map(
              ({ column }) => column,
            ),
            order: { column: order.view.column, descending },
            limit: cues.top?.limit ?? 1,
            distinct: false,
          },
          claims: [
            ...cueClaims(
              superlative,
              isPlural ? cues.top : undefined,
              isNumeric(order.view.column) ? cues.howMuch : undefined,
            ),
            ...order.claims,
            ...target.claims,
            ...table.claims,
          ],
          score:
            -unnamed * (1 - order.strength) -
            unnamed * (1 - target.strength) -
            (target.view === view.subject ? 0 : 0.1),
          target: target.view,
        });
      }
    }
  }
  // "top 5 stations by docks": the number alone says which end.
  if (cues.top && superlatives.length === 0) {
    for (const order of numericPicks(sources, picks)) {
      cores.push({
        output: {
          kind: "rows",
          columns: [...new Set([view.subject.column, order.view.column])],
          order: {
            column: order.view.column,
            descending: !/^(?:last|bottom)/.test(question.words[cues.top.from]?.folded ?? ""),
          },
          limit: cues.top.limit,
          distinct: false,
        },
        claims: [...cueClaims(cues.top, cues.per), ...order.claims, ...table.claims],
        score: -unnamed * (1 - order.strength),
        target: view.subject,
      });
    }
  }
  return cores;
}

const parts: Readonly<Record<string, DatePart>> = {
  year: "year",
  years: "year",
  yearly: "year",
  annually: "year",
  quarter: "quarter",
  quarters: "quarter",
  quarterly: "quarter",
  month: "month",
  months: "month",
  monthly: "month",
  weekday: "weekday",
  weekdays: "weekday",
  day: "day",
  days: "day",
  daily: "day",
  date: "day",
  hour: "hour",
  hours: "hour",
  hourly: "hour",
};

interface GroupPick extends Pick {
  readonly group: Group;
}

function groupPicks({ view, question }: CoreSources, picks: readonly Pick[]): GroupPick[] {
  const found: GroupPick[] = picks
    .filter(
      ({ view: { column }, strength }) =>
        strength >= 0.45 &&
        (column.type === "text" || column.type === "boolean" || column.type === "integer"),
    )
    .filter(({ view: column }) => !summable(column))
    .map((pick) => ({ ...pick, group: { column: pick.view.column } }));
  question.words.forEach(({ folded }, word) => {
    const part =
      /^day$/.test(folded) && question.words[word + 2]?.folded === "week" ? "weekday" : parts[folded];
    if (!part) return;
    const until = part === "weekday" && folded === "day" ? word + 3 : word + 1;
    for (const column of view.columns) {
      if (!isTemporal(column.column) || (part === "hour" && column.column.type !== "datetime")) continue;
      const named = picks.find((pick) => pick.view === column);
      found.push({
        view: column,
        group: { column: column.column, part },
        strength: 0.9,
        claims: [...cueClaims({ from: word, until }), ...(named?.claims ?? [])],
      });
    }
  });
  return found;
}

/** A measure for each value of a column: all of them ("per"), the ends ("the most"), or those above a number. */
function groupCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
  const { cues, view } = sources;
  const cores: Core[] = [];
  for (const group of groupPicks(sources, picks)) {
    const isUnique =
      group.view === view.subject &&
      !group.group.part &&
      (group.view.column.distinct ?? 0) >= view.table.rows * 0.98;
    for (const { measure, claims, score } of measures(sources, picks, group.view)) {
      const base = (isUnique ? -1 : 0) + score - unnamed * (1 - group.strength);
      const both = [...group.claims, ...claims];
      const isCount = measure.kind === "count";
      const following =
        cues.per &&
        group.claims.some(({ word }) => cues.per && word >= cues.per.until && word <= cues.per.until + 2);
      if (cues.per && following && cues.superlatives.length === 0 && !cues.top) {
        cores.push({
          output: { kind: "groups", group: group.group, measure },
          claims: [...both, ...cueClaims(cues.per)],
          score: base + 0.1,
          target: group.view,
        });
      }
      for (const superlative of cues.superlatives) {
        const isFit = superlative.counting
          ? isCount
          : superlative.open || measure.kind === "average" || hintsFit(superlative, measure, view);
        if (!isFit) continue;
        cores.push({
          output: {
            kind: "groups",
            group: group.group,
            measure,
            descending: superlative.descending,
            limit: cues.top?.limit ?? 1,
          },
          claims: [
            ...both,
            ...cueClaims(
              superlative,
              cues.top,
              cues.asks.find(({ kind }) => kind === "which"),
              following ? cues.per : undefined,
            ),
          ],
          score: base + (superlative.counting ? 0.2 : 0),
          target: group.view,
        });
      }
      if (cues.top && cues.superlatives.length === 0) {
        cores.push({
          output: { kind: "groups", group: group.group, measure, descending: true, limit: cues.top.limit },
          claims: [...both, ...cueClaims(cues.top, cues.per)],
          score: base - 0.1,
          target: group.view,
        });
      }
      const comparison = cues.comparisons.find(({ bare, upTo }) => !bare && upTo === undefined);
      const isBehind =
        comparison && claims.some(({ word }) => word >= comparison.until && word <= comparison.until + 1);
      if (comparison && isBehind && !cues.count) {
        cores.push({
          output: {
            kind: "groups",
            group: group.group,
            measure,
            descending: true,
            having: { operator: comparison.operator, value: comparison.value },
          },
          claims: [...both, ...cueClaims(comparison)],
          score: base,
          target: group.view,
        });
      }
    }
  }
  return cores;
}

function hintsFit(superlative: Superlative, measure: Measure, view: TableView): boolean {
  if (measure.kind === "count") return false;
  const column = view.columns.find((candidate) => candidate.column === measure.column);
  return column !== undefined && hintStrength(superlative.hints, column) > 0.6;
}

interface MeasurePick {
  readonly measure: Measure;
  readonly claims: readonly Claim[];
  readonly score: number;
}

function measures(sources: CoreSources, picks: readonly Pick[], group: ColumnView): MeasurePick[] {
  const { cues, table } = sources;
  const found: MeasurePick[] = [
    {
      measure: { kind: "count" },
      claims: [...table.claims, ...cueClaims(cues.count)],
      // Without a word for the rows, that rows are counted is a guess.
      score: table.strength >= 0.6 ? 0.1 : -0.3,
    },
  ];
  const named = numericPicks(sources, picks);
  const hinted = cues.superlatives.flatMap((superlative) =>
    orderPicks(sources, superlative, picks).filter(({ view: column }) => summable(column)),
  );
  for (const pick of [
    ...named,
    ...hinted.filter((one) => !named.some(({ view: column }) => column === one.view)),
  ]) {
    if (pick.view === group) continue;
    const base = -unnamed * (1 - pick.strength);
    const claims = [...pick.claims, ...table.claims];
    if (cues.average)
      found.push({
        measure: { kind: "average", column: pick.view.column },
        claims: [...claims, ...cueClaims(cues.average)],
        score: base + 0.1,
      });
    else
      found.push({
        measure: { kind: "sum", column: pick.view.column },
        claims: [...claims, ...cueClaims(cues.sum, cues.howMuch, cues.count)],
        score: base,
      });
  }
  if (cues.distinct || cues.count) {
    for (const pick of picks) {
      if (pick.view === group || isNumeric(pick.view.column) || pick.strength < 0.6) continue;
      found.push({
        measure: { kind: "count distinct", column: pick.view.column },
        claims: [...pick.claims, ...cueClaims(cues.distinct, cues.count)],
        score: cues.distinct ? 0 : -0.4,
      });
    }
  }
  return found;
}

/** Rows as they are: one column or several of the rows that the conditions choose. */
function rowCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
  const { cues, table, view } = sources;
  const cores: Core[] = [];
  const list = cues.asks.find(({ kind }) => kind === "list" || kind === "which");
  const add = (
    columns: readonly ColumnView[],
    claims: readonly Claim[],
    score: number,
    target: ColumnView,
  ) => {
    const isSubject = columns.includes(view.subject);
    cores.push({
      output: {
        kind: "rows",
        columns: columns.map(({ column }) => column),
        distinct: !isSubject,
      },
      claims: [...claims, ...cueClaims(list)],
      score,
      target,
    });
  };
  const targets = targetPicks(sources, picks);
  for (const target of targets) {
    const isNumber = isNumeric(target.view.column);
    const isBoolean = target.view.column.type === "boolean";
    const claims = [
      ...target.claims,
      ...(isNumber ? cueClaims(cues.count, cues.howMuch) : []),
      ...(cues.isYesNo && !isNumber ? cueClaims({ from: 0, until: 1 }) : []),
      ...table.claims,
    ];
    add(
      [target.view],
      claims,
      -unnamed * (1 - Math.min(1, target.strength)) - (cues.isYesNo && !isBoolean ? 0.2 : 0),
      target.view,
    );
  }
  const several = [
    ...new Map(
      targets
        .filter(({ view: column, strength }) => strength >= 0.6 && column !== view.subject)
        .map((pick) => [pick.view, pick]),
    ).values(),
  ].slice(0, 4);
  const first = several[0];
  if (first && several.length > 1) {
    add(
      several.map(({ view: column }) => column),
      several.flatMap(({ claims }) => claims).concat(table.claims),
      -0.25,
      first.view,
    );
  }
  return cores;
}
