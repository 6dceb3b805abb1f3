// biome-ignore-all lint/a11y/useSemanticElements: a table cannot lie over a canvas with only its visible rows in place
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row
import { formatDuration } from "@/lib/base/time";
import { sizes } from "@/lib/gantt/layout";
import { nodeName, nodeService } from "@/lib/gantt/timeline";
import type { Surface } from "./surface";

/**
 * The rows in sight for those who do not see the canvas: transparent, each where its picture is, so that
 * touch exploration finds it too. They are written when the view has come to rest; scrolling moves them by
 * itself.
 */
export function TreegridRows({
  surface,
  idPrefix,
}: {
  readonly surface: Surface;
  readonly idPrefix: string;
}) {
  const { timeline, rows, closed, selected } = surface;
  const [first, last] = surface.rowsInSight;
  const shown: number[] = [];
  for (let row = Math.max(0, first); row <= last; row++) shown.push(row);
  // The active row is named by its id, so it has to be there even when it is scrolled away.
  const active = selected >= 0 ? (rows.rowOf[selected] ?? -1) : -1;
  if (active >= 0 && (active < first || active > last)) shown.push(active);
  return shown.map((row) => {
    const node = rows.node[row] ?? 0;
    const hasChildren = (timeline.size[node] ?? 1) > 1;
    return (
      <div
        key={node}
        id={`${idPrefix}-${node}`}
        className="gantt-row"
        role="row"
        aria-rowindex={row + 1}
        aria-level={(timeline.depth[node] ?? 0) + 1}
        aria-selected={node === selected}
        aria-expanded={hasChildren ? !closed[node] : undefined}
        style={{ top: sizes.axisPx + row * sizes.rowPx, height: sizes.rowPx }}
      >
        <span role="gridcell" aria-colindex={1}>
          {nodeName(timeline, node).slice(0, 300)}
        </span>
        <span role="gridcell" aria-colindex={2}>
          {nodeService(timeline, node)}
        </span>
        <span role="gridcell" aria-colindex={3}>
          {`starts at ${formatDuration(timeline.startNs[node] ?? 0)}`}
        </span>
        <span role="gridcell" aria-colindex={4}>
          {`takes ${formatDuration(timeline.durationNs[node] ?? 0)}`}
        </span>
        <span role="gridcell" aria-colindex={5}>
          {timeline.error[node] ? "error" : ""}
        </span>
      </div>
    );
  });
}
