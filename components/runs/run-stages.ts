import type { SpanColumns } from "@/lib/trace/span-columns";
import type { StripStage } from "./stage-strip";

/** More children than this are no stages, and no strip could show them. */
const maxStages = 12;

/** The stages of a run: what lies right below its longest root, by start. Empty where that is no handful. */
export function columnsToStages(columns: SpanColumns): StripStage[] {
  const { count, parent, durationNs, startOffsetNs } = columns;
  let root = -1;
  for (let i = 0; i < count; i++) {
    if (parent[i] === -1 && (root < 0 || (durationNs[i] ?? 0) > (durationNs[root] ?? 0))) root = i;
  }
  const stages: StripStage[] = [];
  for (let i = 0; i < count && root >= 0; i++) {
    if (parent[i] !== root) continue;
    if (stages.length === maxStages) return [];
    stages.push({
      name: columns.names[columns.name[i] ?? 0] ?? "",
      startMs: (startOffsetNs[i] ?? 0) / 1e6,
      durationMs: Math.max(0, durationNs[i] ?? 0) / 1e6,
    });
  }
  return stages.sort((a, b) => a.startMs - b.startMs);
}
