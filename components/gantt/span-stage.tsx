import { type Ref, useDeferredValue, useId } from "react";
import { int32At } from "@/lib/base/checked";
import type { Timeline } from "@/lib/gantt/timeline";
import { keepSizes } from "./panels/kept-sizes";
import { Splitter } from "./panels/splitter";
import { minTreePx, type Surface } from "./surface/surface";
import { Tooltip } from "./surface/tooltip";
import { TreegridRows } from "./surface/treegrid-rows";
import type { SurfaceRefs } from "./surface/use-surface";

interface SpanStageProps {
  readonly timeline: Timeline;
  readonly surface: Surface | null;
  readonly reports: number;
  readonly refs: SurfaceRefs;
  readonly matches: Uint8Array | null;
  readonly tooltip: Ref<{ show(node: number, xPx: number, yPx: number): void }>;
}

/** The canvas with the tree and the bars, the same rows for screen readers, and the splitter and tooltip above it. */
export function SpanStage({ timeline, surface, reports, refs, matches, tooltip }: SpanStageProps) {
  const id = useId();
  // What is seen comes first, the twin for those who do not see it right after it.
  const twinReports = useDeferredValue(reports, -1);
  const twinMatches = useDeferredValue(matches);
  const selected = surface?.selected ?? -1;
  const hasRow = surface !== null && selected >= 0 && int32At(surface.rows.rowOf, selected) >= 0;
  // Named when it is written, not before.
  const activeRow = useDeferredValue(hasRow ? `${id}-${selected}` : undefined);
  return (
    <div className="gantt-stage">
      <div
        ref={refs.scroller}
        className="gantt-scroller"
        role="treegrid"
        tabIndex={0}
        aria-label="Spans"
        aria-readonly
        aria-rowcount={(surface?.rows.count ?? timeline.count) + 1}
        aria-colcount={5}
        aria-activedescendant={activeRow}
      >
        <div ref={refs.sizer} className="gantt-sizer" role="presentation">
          <canvas ref={refs.canvas} className="gantt-canvas" aria-hidden />
          {surface && twinReports >= 0 && (
            <TreegridRows surface={surface} reports={twinReports} matches={twinMatches} idPrefix={id} />
          )}
        </div>
      </div>
      {surface && surface.widthPx > 0 && (
        <Splitter
          orientation="vertical"
          label="Width of the names"
          sizePx={() => surface.treePx}
          minPx={minTreePx}
          maxPx={() => surface.maxTreePx}
          sizeAt={(clientX) => clientX - (refs.scroller.current?.getBoundingClientRect().left ?? 0)}
          onSize={(treePx) => surface.setTreePx(treePx)}
          onDone={(treePx) => keepSizes({ treePx })}
        />
      )}
      {surface && <Tooltip ref={tooltip} surface={surface} />}
    </div>
  );
}
