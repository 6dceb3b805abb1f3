import type { Question } from "../question";
import type { WordRange } from "../spoken";
import type { Cues, Superlative } from "./cues";
import { type ColumnView, namesPerson, type TableView } from "./describe-table";
import { hintStrength } from "./filters";
import type { Claim, ColumnMention, Mention } from "./link-words";
import { isNumeric, isTemporal, type Output } from "./table-query";

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
export const columnsTried = 8;

/** What a part of a query costs that the question does not name at all. */
export const unnamed = 0.35;

/** Claims on every word of these stretches. */
export function cueClaims(...ranges: readonly (WordRange | undefined)[]): Claim[] {
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
export interface Pick {
  readonly view: ColumnView;
  readonly strength: number;
  readonly claims: readonly Claim[];
  /** It follows "which" directly, or "who" and the like mean it. */
  readonly isAsked?: boolean;
}

/** Whether adding a column's numbers up says something. */
export function summable({ column, isLabel }: ColumnView): boolean {
  return isNumeric(column) && !isLabel;
}

/** Numbers that the question names, and those that "how long" or "how much" hint at. */
export function numericPicks({ view, cues }: CoreSources, picks: readonly Pick[]): Pick[] {
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
export function targetPicks({ view, table, cues }: CoreSources, picks: readonly Pick[]): Pick[] {
  const targets: Pick[] = [
    { view: view.subject, strength: Math.max(0.7, table.strength), claims: table.claims },
  ];
  const add = (column: ColumnView, strength: number, claims: readonly Claim[], isAsked: boolean) => {
    if (strength >= 0.4) targets.push({ view: column, strength, claims, isAsked });
  };
  for (const pick of picks) {
    const ask = cues.asks.find(
      ({ kind, until }) =>
        kind === "which" && pick.claims.some(({ word }) => word >= until && word <= until + 1),
    );
    add(pick.view, pick.strength, [...pick.claims, ...cueClaims(ask)], ask !== undefined);
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
        add(
          column,
          Math.max(strength, named?.strength ?? 0) + (named ? 0.1 : 0),
          [...cueClaims(ask), ...(named?.claims ?? [])],
          true,
        );
    }
  }
  return targets.sort((a, b) => b.strength - a.strength).slice(0, columnsTried);
}

/** The columns that a superlative may order by, surest first. */
export function orderPicks({ view }: CoreSources, superlative: Superlative, picks: readonly Pick[]): Pick[] {
  const found: Pick[] = [];
  // "the highest elevation": where a number follows the word, no other column is meant.
  const isNext = (pick: Pick) =>
    summable(pick.view) && pick.strength >= 0.6 && pick.claims.some(({ word }) => word === superlative.until);
  const next = picks.filter(isNext).map((pick) => pick.view);
  for (const column of view.columns) {
    if (next.length > 0 && !next.includes(column)) continue;
    if (!(isNumeric(column.column) || isTemporal(column.column)) || column.isId) continue;
    // "The most" is said of numbers; of dates, "the latest".
    if (superlative.open && isTemporal(column.column)) continue;
    const hint = hintStrength(superlative.hints, column);
    const temporal =
      superlative.temporal &&
      (isTemporal(column.column) || column.words.some(({ lemma }) => lemma === "year"))
        ? 0.7
        : 0;
    // "The most expensive" is about a cost; what else is named beside it is not what it orders by.
    const isFree = superlative.open || hint > 0 || temporal > 0 || next.includes(column);
    const named = isFree ? picks.find((pick) => pick.view === column) : undefined;
    const isNear = named?.claims.some(
      ({ word }) => word >= superlative.from - 2 && word <= superlative.until + 2,
    );
    const strength = Math.max(
      named ? named.strength + (isNear ? 0.1 : -0.25) : 0,
      superlative.open ? 0.7 * hint : 0.9 * hint,
      temporal,
    );
    if (strength < 0.4) continue;
    found.push({ view: column, strength: Math.min(1, strength), claims: named?.claims ?? [] });
  }
  return found.sort((a, b) => b.strength - a.strength).slice(0, 4);
}
