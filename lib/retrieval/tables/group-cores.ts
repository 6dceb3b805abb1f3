import { neighbourAt, type Question } from "../question";
import type { WordRange } from "../spoken";
import type { Superlative } from "./cues";
import type { ColumnView, TableView } from "./describe-table";
import { hintStrength } from "./filters";
import type { Claim } from "./link-words";
import {
  type Core,
  type CoreSources,
  cueClaims,
  numericPicks,
  orderPicks,
  type Pick,
  summable,
  unnamed,
} from "./picks";
import { type DatePart, type Group, isNumeric, isTemporal, type Measure } from "./table-query";

const parts: ReadonlyMap<string, DatePart> = new Map(
  Object.entries<DatePart>({
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
    hour: "hour",
    hours: "hour",
    hourly: "hour",
  }),
);

/** Whether a part of dates is asked for as a group: "which month", "per day", "the busiest hour". */
function isGrouping(question: Question, word: number): boolean {
  return [1, 2].some((back) =>
    /^(?:which|what|per|each|every|by|a|\S+iest|best|worst)$/.test(neighbourAt(question, word - back)),
  );
}

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
      /^day$/.test(folded) && question.words[word + 2]?.folded === "week" ? "weekday" : parts.get(folded);
    if (!part || !(/ly$/.test(folded) || isGrouping(question, word))) return;
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
export function groupCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
  const { cues, view, table } = sources;
  const cores: Core[] = [];
  for (const group of groupPicks(sources, picks)) {
    const isUnique = !group.group.part && (group.view.column.distinct ?? 0) >= view.table.rows * 0.98;
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
        // "the station with the most docks" is one station, whatever else is asked of it.
        const isOfRows =
          measure.kind === "sum" &&
          ((isBefore(table.claims, superlative) && !isBefore(group.claims, superlative)) ||
            // "the cheapest repair" is one row too.
            (!superlative.open && table.claims.some(({ word }) => word === superlative.until)));
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
          score:
            base +
            (superlative.counting ? 0.2 : 0) -
            (isOfRows ? 0.5 : 0) -
            (isCount && superlative.open && !superlative.ofRows ? 0.5 : 0),
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
        comparison && both.some(({ word }) => word >= comparison.until && word <= comparison.until + 1);
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

function isBefore(claims: readonly Claim[], { from }: WordRange): boolean {
  return claims.some(({ word }) => word < from && word >= from - 3);
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
