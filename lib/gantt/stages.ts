import { addToFloat64, at, float64At, int32At, uint8At, uint32At, uintAt } from "@/lib/base/checked";
import { selfTimesOf } from "@/lib/trace/analysis/self-time";
import { type GroupStatistics, groupStatistics } from "@/lib/trace/analysis/statistics";
import type { View } from "./layout/scale";
import type { Timeline } from "./timeline";

/** All spans of one name, service and kind of work. */
export interface StageGroup {
  readonly name: string;
  readonly service: string;
  /** Index into `workKinds`. */
  readonly work: number;
  /** For each run of the timeline what its spans of this stage took; undefined where it has none. */
  readonly byRun: readonly (GroupStatistics | undefined)[];
}

export interface StageTable {
  readonly stages: readonly StageGroup[];
  /** Each run's critical path as far as it was looked at: what shares are of. */
  readonly pathNs: readonly number[];
}

/**
 * Where the time went, by stage, the most self time first. Given a view, of the spans that are in it: totals,
 * self times and critical path count only the part within, quantiles and maxima whole spans.
 */
export function stageTable(timeline: Timeline, within?: View): StageTable {
  const { count, run, startNs, durationNs, path, error, runs } = timeline;
  const { stages, stageOf } = groupStages(timeline);
  const group = new Int32Array(count);
  const shownNs = within ? new Float64Array(count) : durationNs;
  const pathNs = within ? new Float64Array(count) : path.ownNs;
  for (let node = 0; node < count; node++) {
    const stage = int32At(stageOf, node);
    group[node] = stage < 0 ? -1 : stage * runs.length + uint8At(run, node);
    if (!within) continue;
    const start = float64At(startNs, node);
    const end = start + float64At(durationNs, node);
    if (start > within.endNs || end < within.startNs) {
      group[node] = -1;
      continue;
    }
    shownNs[node] = Math.min(end, within.endNs) - Math.max(start, within.startNs);
    for (let k = int32At(path.from, node); k < int32At(path.from, node + 1); k++) {
      const from = Math.max(float64At(path.startNs, k), within.startNs);
      const to = Math.min(float64At(path.endNs, k), within.endNs);
      if (to > from) addToFloat64(pathNs, node, to - from);
    }
  }
  const selfNs = within ? selfTimesOf(timeline, within) : timeline.selfNs;
  const cells = groupStatistics({
    count,
    group,
    groups: stages.length * runs.length,
    durationNs,
    shownNs,
    selfNs,
    pathNs,
    error,
  });
  const table: readonly StageGroup[] = stages
    .map((stage, index) => ({ ...stage, byRun: cells.slice(index * runs.length, (index + 1) * runs.length) }))
    .filter(({ byRun }) => byRun.some((cell) => cell !== undefined));
  const most = (stage: StageGroup) => Math.max(...stage.byRun.map((cell) => cell?.selfNs ?? 0));
  const runPathsNs = new Float64Array(runs.length);
  for (const { byRun } of table) {
    for (const [r, cell] of byRun.entries()) if (cell) addToFloat64(runPathsNs, r, cell.pathNs);
  }
  return {
    stages: table.toSorted((a, b) => most(b) - most(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    pathNs: Array.from(runPathsNs),
  };
}

/** The stage of each node (-1 for the node of a run): runs have dictionaries of their own, names bring them together. */
function groupStages({ count, run, span, work, runs }: Timeline): {
  readonly stages: readonly Omit<StageGroup, "byRun">[];
  readonly stageOf: Int32Array;
} {
  const names = joinDictionaries(runs.map(({ columns }) => columns.names));
  const services = joinDictionaries(runs.map(({ columns }) => columns.services));
  const stages: Omit<StageGroup, "byRun">[] = [];
  const known = new Map<number, number>();
  const stageOf = new Int32Array(count).fill(-1);
  let node = 0;
  for (const [r, { columns }] of runs.entries()) {
    const nameIn = at(names.index, r);
    const serviceIn = at(services.index, r);
    // A run's nodes are contiguous.
    for (; node < count && run[node] === r; node++) {
      const spanAt = int32At(span, node);
      if (spanAt < 0) continue;
      const name = uint32At(nameIn, uintAt(columns.name, spanAt));
      const service = uint32At(serviceIn, uintAt(columns.service, spanAt));
      const kind = uint8At(work, node);
      // Work kinds are a byte on the wire.
      const key = (name * services.entries.length + service) * 256 + kind;
      let stage = known.get(key);
      if (stage === undefined) {
        stage = stages.length;
        known.set(key, stage);
        stages.push({ name: at(names.entries, name), service: at(services.entries, service), work: kind });
      }
      stageOf[node] = stage;
    }
  }
  return { stages, stageOf };
}

/** One dictionary out of several, and the index of each one's entries in it. */
export function joinDictionaries(dictionaries: readonly (readonly string[])[]): {
  readonly entries: readonly string[];
  readonly index: readonly Uint32Array[];
} {
  const places = new Map<string, number>();
  const index = dictionaries.map((entries) =>
    Uint32Array.from(entries, (entry) => {
      const place = places.get(entry) ?? places.size;
      places.set(entry, place);
      return place;
    }),
  );
  return { entries: [...places.keys()], index };
}
