import { statusCodes } from "./span";
import type { SpanColumns } from "./span-columns";
import type { SpanTree } from "./tree";

/** All spans of one name. Nested spans of one name count into the total each; `selfNs` counts no moment twice. */
export interface StageStatistics {
  readonly name: string;
  /** Index into `workKinds`, of the first such span. */
  readonly work: number;
  readonly count: number;
  readonly errorCount: number;
  readonly totalNs: number;
  readonly selfNs: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
}

const errorStatus = statusCodes.indexOf("Error");

/** A row for each span name, the most self time first. */
export function stageTable(columns: SpanColumns, tree: SpanTree, selfNs: Float64Array): StageStatistics[] {
  const size = columns.names.length;
  const counts = new Uint32Array(size);
  for (const name of columns.name) counts[name] = (counts[name] ?? 0) + 1;
  const from = new Uint32Array(size + 1);
  for (let name = 0; name < size; name++) from[name + 1] = (from[name] ?? 0) + (counts[name] ?? 0);

  const durations = new Float64Array(columns.count);
  const filled = from.slice();
  const errors = new Uint32Array(size);
  const self = new Float64Array(size);
  const work = new Uint8Array(size);
  for (let position = tree.count - 1; position >= 0; position--) {
    const i = tree.span[position] ?? 0;
    const name = columns.name[i] ?? 0;
    const at = filled[name] ?? 0;
    durations[at] = Math.max(0, columns.durationNs[i] ?? 0);
    filled[name] = at + 1;
    self[name] = (self[name] ?? 0) + (selfNs[position] ?? 0);
    work[name] = columns.work[i] ?? 0;
    if ((columns.kindAndStatus[i] ?? 0) >> 4 === errorStatus) errors[name] = (errors[name] ?? 0) + 1;
  }

  const rows: StageStatistics[] = [];
  for (let name = 0; name < size; name++) {
    const count = counts[name] ?? 0;
    if (count === 0) continue;
    const sorted = durations.subarray(from[name], from[name + 1]).sort();
    rows.push({
      name: columns.names[name] ?? "",
      work: work[name] ?? 0,
      count,
      errorCount: errors[name] ?? 0,
      totalNs: sorted.reduce((sum, duration) => sum + duration, 0),
      selfNs: self[name] ?? 0,
      p50Ns: quantile(sorted, 0.5),
      p95Ns: quantile(sorted, 0.95),
    });
  }
  return rows.sort((a, b) => b.selfNs - a.selfNs || b.totalNs - a.totalNs || (a.name < b.name ? -1 : 1));
}

/** Of sorted values, by linear interpolation between the nearest two (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
