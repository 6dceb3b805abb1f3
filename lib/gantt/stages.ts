import { selfTimesOf } from "@/lib/trace/self-time";
import { type GroupStatistics, groupStatistics } from "@/lib/trace/statistics";
import type { View } from "./scale";
import type { Timeline } from "./timeline";

/** All spans of one name, service and kind of work. */
export interface Stage {
  readonly name: string;
  readonly service: string;
  /** Index into `workKinds`. */
  readonly work: number;
  /** For each run of the timeline what its spans of this stage took; undefined where it has none. */
  readonly byRun: readonly (GroupStatistics | undefined)[];
}

export interface StageTable {
  readonly stages: readonly Stage[];
  /** Each run's critical path as far as it was looked at: what shares are of. */
  readonly pathNs: readonly number[];
}

/**
 * Where the time went, by stage, the most self time first. Given a view, of the spans that are in it: totals,
 * self times and critical path count what lies within, quantiles and maxima the spans as they are.
 */
export function stageTable(timeline: Timeline, within?: View): StageTable {
  const { count, run, startNs, durationNs, path, error, runs } = timeline;
  const { stages, stageOf } = groupStages(timeline);
  const group = new Int32Array(count);
  const shownNs = within ? new Float64Array(count) : durationNs;
  const pathNs = within ? new Float64Array(count) : path.ownNs;
  for (let node = 0; node < count; node++) {
    const stage = stageOf[node] ?? -1;
    group[node] = stage < 0 ? -1 : stage * runs.length + (run[node] ?? 0);
    if (!within) continue;
    const start = startNs[node] ?? 0;
    const end = start + (durationNs[node] ?? 0);
    if (start > within.endNs || end < within.startNs) {
      group[node] = -1;
      continue;
    }
    shownNs[node] = Math.min(end, within.endNs) - Math.max(start, within.startNs);
    for (let k = path.from[node] ?? 0; k < (path.from[node + 1] ?? 0); k++) {
      const from = Math.max(path.startNs[k] ?? 0, within.startNs);
      const to = Math.min(path.endNs[k] ?? 0, within.endNs);
      if (to > from) pathNs[node] = (pathNs[node] ?? 0) + to - from;
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
  const table = stages
    .map((stage, index) => ({ ...stage, byRun: runs.map((_, r) => cells[index * runs.length + r]) }))
    .filter(({ byRun }) => byRun.some((cell) => cell !== undefined));
  const most = (stage: Stage) => Math.max(...stage.byRun.map((cell) => cell?.selfNs ?? 0));
  return {
    stages: table.sort((a, b) => most(b) - most(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    pathNs: runs.map((_, r) => table.reduce((sum, { byRun }) => sum + (byRun[r]?.pathNs ?? 0), 0)),
  };
}

/** The stage of each node (-1 for the node of a run): runs have dictionaries of their own, names bring them together. */
function groupStages({ count, run, span, work, runs }: Timeline): {
  readonly stages: readonly Omit<Stage, "byRun">[];
  readonly stageOf: Int32Array;
} {
  const names = joinDictionaries(runs.map(({ columns }) => columns.names));
  const services = joinDictionaries(runs.map(({ columns }) => columns.services));
  const stages: Omit<Stage, "byRun">[] = [];
  const known = new Map<number, number>();
  const stageOf = new Int32Array(count).fill(-1);
  let node = 0;
  for (const [r, { columns }] of runs.entries()) {
    const nameIn = names.index[r] ?? new Uint32Array();
    const serviceIn = services.index[r] ?? new Uint32Array();
    // A run's nodes lie together.
    for (; node < count && run[node] === r; node++) {
      const at = span[node] ?? -1;
      if (at < 0) continue;
      const name = nameIn[columns.name[at] ?? 0] ?? 0;
      const service = serviceIn[columns.service[at] ?? 0] ?? 0;
      const kind = work[node] ?? 0;
      // Work kinds are a byte on the wire.
      const key = (name * services.entries.length + service) * 256 + kind;
      let stage = known.get(key);
      if (stage === undefined) {
        stage = stages.length;
        known.set(key, stage);
        stages.push({
          name: names.entries[name] ?? "",
          service: services.entries[service] ?? "",
          work: kind,
        });
      }
      stageOf[node] = stage;
    }
  }
  return { stages, stageOf };
}

/** One dictionary out of several, and where the entries of each stand in it. */
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
