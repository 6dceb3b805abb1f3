import { at } from "@/lib/base/checked";
import type { ColumnView } from "./describe-table";
import type { Claim } from "./link-words";
import {
  type Core,
  type CoreSources,
  cueClaims,
  numericPicks,
  orderPicks,
  type Pick,
  targetPicks,
  unnamed,
} from "./picks";
import { isNumeric } from "./table-query";

const columnsOfWholeRow = 12;

/** Rows at one end of an order: the longest, the five cheapest, the newer of two. */
export function orderedCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
  const { cues, question, table, view } = sources;
  const { superlatives } = cues;
  const cores: Core[] = [];
  for (const superlative of superlatives) {
    if (superlative.counting) continue;
    for (const order of orderPicks(sources, superlative, picks)) {
      const age = order.view.words.some(({ lemma }) => lemma === "age");
      const descending = age ? !superlative.descending : superlative.descending;
      for (const target of targetPicks(sources, picks)) {
        const isEnd = /^(?:max|min)imum$/.test(at(question.words, superlative.from).folded);
        if (target.view === order.view && !target.isAsked && !isEnd) continue;
        // "the date of the most expensive": the column wanted precedes the row.
        const isSaidBefore = target.claims.some(({ word }) => word < superlative.from);
        if (target.view !== view.subject && !target.isAsked && !isSaidBefore) continue;
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
            (target.view === view.subject ? 0 : target.isAsked ? 0.1 : 0.5),
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
            descending: !/^(?:last|bottom)/.test(at(question.words, cues.top.from).folded),
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

/** Rows as they are: one column or several of the rows that the conditions choose. */
export function rowCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
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
  // The row as it is, where nothing of it is asked in particular.
  cores.push({
    output: {
      kind: "rows",
      columns: view.columns.slice(0, columnsOfWholeRow).map(({ column }) => column),
      distinct: false,
    },
    claims: [...table.claims, ...cueClaims(list)],
    score: -0.45,
  });
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
