import { formatDuration } from "@/lib/base/time";
import { workLabels } from "@/lib/gantt/paint/palette";
import { type WorkKind, workKindOf } from "@/lib/trace/names";
import "./stage-strip.css";

export interface StripStage {
  readonly name: string;
  /** Since the run's start. */
  readonly startMs: number;
  readonly durationMs: number;
}

interface Lane {
  endMs: number;
  readonly stages: StripStage[];
}

/** Concurrent stages get lanes of their own, so that none hides another. */
export function stagesToLanes(stages: readonly StripStage[]): readonly (readonly StripStage[])[] {
  const lanes: Lane[] = [];
  for (const stage of stages.toSorted((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs)) {
    const lane = lanes.find(({ endMs }) => endMs <= stage.startMs);
    if (lane) {
      lane.stages.push(stage);
      lane.endMs = stage.startMs + stage.durationMs;
    } else lanes.push({ endMs: stage.startMs + stage.durationMs, stages: [stage] });
  }
  return lanes.map((lane) => lane.stages);
}

/** A run's stages to scale, with their durations in words below: where the time went, at a glance. */
export function StageStrip({
  stages,
  totalMs,
}: {
  readonly stages: readonly StripStage[];
  readonly totalMs: number;
}) {
  const lanes = stagesToLanes(stages);
  const scale = Math.max(totalMs, ...stages.map((stage) => stage.startMs + stage.durationMs), 1e-6);
  const percent = (ms: number) => `${(ms / scale) * 100}%`;
  return (
    <div className="stage-strip">
      <div className="stage-strip-bars" aria-hidden="true">
        {lanes.map((lane, laneIndex) => (
          <div className="stage-strip-lane" key={`${laneIndex} ${lane[0]?.name}`}>
            {lane.map((stage, index) => {
              const kind = workKindOf(stage.name, () => false);
              return (
                <span
                  key={`${index} ${stage.name}`}
                  className="stage-strip-bar"
                  title={`${stage.name}: ${formatDuration(stage.durationMs * 1e6)}, from ${formatDuration(stage.startMs * 1e6)}`}
                  style={{
                    left: percent(stage.startMs),
                    width: percent(stage.durationMs),
                    background: `var(--work-${kind})`,
                    borderColor: `var(--work-${kind}-edge)`,
                  }}
                />
              );
            })}
          </div>
        ))}
      </div>
      <ul className="stage-strip-legend" aria-label="Stages">
        {stages.map((stage, index) => (
          <StageEntry key={`${index} ${stage.name}`} stage={stage} />
        ))}
        <li className="stage-strip-total">
          <span>total</span> <b>{formatDuration(totalMs * 1e6)}</b>
        </li>
      </ul>
    </div>
  );
}

function StageEntry({ stage }: { readonly stage: StripStage }) {
  const kind: WorkKind = workKindOf(stage.name, () => false);
  return (
    <li title={`${workLabels[kind]}, from ${formatDuration(stage.startMs * 1e6)}`}>
      <i style={{ background: `var(--work-${kind})`, borderColor: `var(--work-${kind}-edge)` }} />
      <span>{stage.name}</span> <b>{formatDuration(stage.durationMs * 1e6)}</b>
    </li>
  );
}
