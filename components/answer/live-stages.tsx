"use client";

import { Icon } from "@/components/ui/icon";
import { useNow } from "@/components/ui/use-now";
import { formatDuration } from "@/lib/base/time";
import { workKindOf } from "@/lib/trace/names";
import { stageWords } from "./stage-words";
import type { LiveStage } from "./use-ask";

/** The stages of the question under way as they begin and end, with the time so far. */
export function LiveStages({
  sentAtMs,
  stages,
}: {
  readonly sentAtMs: number;
  readonly stages: readonly LiveStage[];
}) {
  useNow(100);
  const elapsedMs = performance.now() - sentAtMs;
  return (
    <div className="max-w-md text-sm">
      <p className="flex justify-between border-line border-b pb-1.5 font-semibold">
        Working
        <span className="font-normal text-muted tabular-nums">{formatDuration(elapsedMs * 1e6)}</span>
      </p>
      <ol className="mt-2 grid gap-1">
        {stages.map((stage) => (
          <li key={`${stage.name} ${stage.startMs}`} className="flex items-center gap-2">
            <span
              className="size-2.5 rounded-[2px]"
              style={{ background: `var(--work-${workKindOf(stage.name, () => false)})` }}
            />
            {stageWords(stage.name)}
            <span className="ml-auto flex items-center gap-1.5 text-muted tabular-nums">
              {stage.endMs === undefined ? (
                "running"
              ) : (
                <>
                  {formatDuration((stage.endMs - stage.startMs) * 1e6)}
                  <Icon name="ok" className="size-3.5 text-ok" />
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
