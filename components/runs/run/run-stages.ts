import type { StripStage } from "@/components/shared/stage-strip";
import { at, float64At, int32At, uintAt } from "@/lib/base/checked";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";

/** More children than this are not stages, and no strip could show them. */
const maxStages = 12;

/** The stages of a run: the children of its longest root, by start. Empty where that is no handful. */
export function columnsToStages(columns: SpanColumns): StripStage[] {
  const { count, parent, durationNs, startOffsetNs } = columns;
  let root = -1;
  for (const [i, durationOf] of durationNs.entries()) {
    if (int32At(parent, i) >= 0) continue;
    if (root < 0 || durationOf > float64At(durationNs, root)) root = i;
  }
  const stages: StripStage[] = [];
  for (let i = 0; i < count && root >= 0; i++) {
    if (parent[i] !== root) continue;
    if (stages.length === maxStages) return [];
    stages.push({
      name: at(columns.names, uintAt(columns.name, i)),
      startMs: float64At(startOffsetNs, i) / 1e6,
      durationMs: Math.max(0, float64At(durationNs, i)) / 1e6,
    });
  }
  return stages.sort((a, b) => a.startMs - b.startMs);
}
