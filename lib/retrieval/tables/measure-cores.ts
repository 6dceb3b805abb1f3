import { neighbourAt } from "../question";
import type { WordRange } from "../spoken";
import type { Claim } from "./link-words";
import { type Core, type CoreSources, cueClaims, numericPicks, type Pick, unnamed } from "./picks";
import { isNumeric } from "./table-query";

/** "How many": rows, or different values of a column. */
export function countCores({ table, cues, question }: CoreSources, picks: readonly Pick[]): Core[] {
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
  if (/^times?$/.test(neighbourAt(question, behind))) {
    cores.push({
      output: { kind: "measure", measure: { kind: "count" } },
      claims: [...cueClaims({ from: asked.from, until: behind + 1 }), ...table.claims],
      score: 0,
    });
  }
  return cores;
}

/** One number over the rows: a total, an average, an end. */
export function aggregateCores(sources: CoreSources, picks: readonly Pick[]): Core[] {
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
