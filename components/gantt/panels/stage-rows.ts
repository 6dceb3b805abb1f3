import { at } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { quoteFind } from "@/lib/find/find-query";
import type { StageGroup, StageTable } from "@/lib/gantt/stages";
import type { Timeline } from "@/lib/gantt/timeline";
import type { GroupStatistics } from "@/lib/trace/analysis/statistics";
import { workKindAt } from "@/lib/trace/names";
import { percentText } from "../details/span-facts";
import { nameTerm } from "../find/bounded-term";

/** What can be read of a stage, in the order of the columns. */
export const stageMeasures = ["count", "total", "self", "p50", "p95", "max", "errors", "path"] as const;
export type StageMeasure = (typeof stageMeasures)[number];

export const measureLabels: Readonly<Record<StageMeasure, string>> = {
  count: "Count",
  total: "Total",
  self: "Self",
  p50: "p50",
  p95: "p95",
  max: "Max",
  errors: "Errors",
  path: "Critical",
};

export const measureHints: Readonly<Record<StageMeasure, string>> = {
  count: "Spans of this name. A click goes to the first of them.",
  total: "Their durations added up; spans within one another count each",
  self: "Time in which they ran and none of their children did; no moment counts twice",
  p50: "Half of them took at most this long",
  p95: "95 of 100 took at most this long",
  max: "The longest of them",
  errors: "How many ended with an error",
  path: "Their own share of the critical path, which decided how long the run took",
};

/** A number to sort and to compare by; undefined where a run has no such spans. */
export function measureOf(
  cell: GroupStatistics | undefined,
  measure: StageMeasure,
  pathNs: number,
): number | undefined {
  if (!cell) return undefined;
  switch (measure) {
    case "count":
      return cell.count;
    case "total":
      return cell.totalNs;
    case "self":
      return cell.selfNs;
    case "p50":
      return cell.p50Ns;
    case "p95":
      return cell.p95Ns;
    case "max":
      return cell.maxNs;
    case "errors":
      return cell.errorCount;
    case "path":
      return pathNs > 0 ? cell.pathNs / pathNs : 0;
  }
}

export function measureText(value: number | undefined, measure: StageMeasure): string {
  if (value === undefined) return "–";
  if (measure === "count") return formatCount(value);
  if (measure === "errors") return value === 0 ? "" : formatCount(value);
  if (measure === "path") return value === 0 ? "" : percentText(value);
  return formatDuration(value);
}

/** How a value differs from another run's: signed, and as a share where there is something to compare with. */
export function differenceText(
  value: number | undefined,
  base: number | undefined,
  measure: StageMeasure,
): string {
  if (value === undefined) return base === undefined ? "" : "not here";
  if (base === undefined) return "only here";
  const by = value - base;
  if (by === 0) return "same";
  const sign = by > 0 ? "+" : "−";
  if (measure === "path") return `${sign}${(Math.abs(by) * 100).toFixed(Math.abs(by) < 0.1 ? 1 : 0)} points`;
  const size = measureText(Math.abs(by), measure);
  if (base === 0) return `${sign}${size}`;
  const percent = Math.abs(by / base) * 100;
  return `${sign}${size} (${sign}${percent < 10 ? percent.toFixed(1) : formatCount(Math.round(percent))} %)`;
}

export interface StageRow {
  readonly stage: StageGroup;
  /** What finds these spans. */
  readonly term: string;
}

/** Rows with what finds their spans: the name, and the service or the work where the name alone is not enough. */
export function stageRows({ stages }: StageTable): StageRow[] {
  const kinds = new Map<string, Set<number>>();
  const services = new Map<string, Set<string>>();
  for (const { name, service, work } of stages) {
    services.set(name, (services.get(name) ?? new Set()).add(service));
    const key = `${name}\n${service}`;
    kinds.set(key, (kinds.get(key) ?? new Set()).add(work));
  }
  return stages.map((stage) => {
    const { name, service, work } = stage;
    const terms = [nameTerm(name)];
    if ((services.get(name)?.size ?? 0) > 1) terms.push(quoteFind("service", service));
    if ((kinds.get(`${name}\n${service}`)?.size ?? 0) > 1) {
      terms.push(quoteFind("work", workKindAt(work)));
    }
    return { stage, term: terms.join(" ") };
  });
}

/** What the rows are sorted by: their name, a run's value, or a run's difference from another. */
export type StageSort =
  | { readonly by: "name" }
  | { readonly by: "value"; readonly run: number; readonly measure: StageMeasure }
  | {
      readonly by: "difference";
      readonly run: number;
      readonly base: number;
      readonly measure: StageMeasure;
    };

/** Sorted anew; rows without a value come last either way. */
export function sortStages(
  rows: readonly StageRow[],
  { pathNs }: StageTable,
  sort: StageSort,
  descending: boolean,
): StageRow[] {
  const sign = descending ? -1 : 1;
  if (sort.by === "name") {
    return [...rows].sort((a, b) => sign * compareTexts(a.stage.name, b.stage.name));
  }
  const numberOf = ({ stage }: StageRow) => {
    const value = measureOf(stage.byRun[sort.run], sort.measure, at(pathNs, sort.run));
    if (sort.by === "value") return value;
    const base = measureOf(stage.byRun[sort.base], sort.measure, at(pathNs, sort.base));
    // What only one of the two has differs by all of it.
    return value === undefined && base === undefined ? undefined : (value ?? 0) - (base ?? 0);
  };
  return rows
    .map((row) => ({ row, value: numberOf(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) {
        return Number(a.value === undefined) - Number(b.value === undefined);
      }
      return sign * (a.value - b.value) || compareTexts(a.row.stage.name, b.row.stage.name);
    })
    .map(({ row }) => row);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Short, and told apart: many runs ask the same question. */
export function numberedRunLabel({ runs }: Timeline, run: number): string {
  const { title, runId } = at(runs, run);
  const name = title || visibleText(runId);
  return `${run + 1}. ${name.length > 28 ? `${name.slice(0, 27)}…` : name}`;
}
