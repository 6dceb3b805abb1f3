// biome-ignore-all lint/a11y/useSemanticElements: a table cannot lie over a canvas with only its visible rows in place
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row

import { memo } from "react";
import { float64At, int32At, uint8At } from "@/lib/base/checked";
import { formatDuration } from "@/lib/base/time";
import { sizes } from "@/lib/gantt/layout/layout";
import { nodeDurationText, nodeName, nodeService } from "@/lib/gantt/timeline";
import { oddityNames, oddityTexts } from "@/lib/trace/analysis/tree";
import type { Surface } from "./surface";

const columns = ["Span", "Service", "Starts at", "Duration", "Status"] as const;

/**
 * The rows in sight for those who do not see the canvas: transparent, each where its picture is, so that
 * touch exploration finds it too. They are written when the view has come to rest; scrolling moves them by
 * itself.
 */
export const TreegridRows = memo(function TreegridRows({
  surface,
  matches,
  idPrefix,
}: {
  readonly surface: Surface;
  /** Another number when the surface holds something else than before. */
  readonly reports: number;
  /** 1 for each node that the find box asks for; null where it asks for nothing. */
  readonly matches: Uint8Array | null;
  readonly idPrefix: string;
}) {
  const { timeline, rows, closed, selected, rowState } = surface;
  const [first, last] = surface.rowsInSight;
  const shown: number[] = [];
  for (let row = Math.max(0, first); row <= last; row++) shown.push(row);
  // The active row is named by its id, so it has to be there even when it is scrolled away.
  const active = selected >= 0 ? int32At(rows.rowOf, selected) : -1;
  if (active >= 0 && (active < first || active > last)) shown.push(active);
  const places = siblingPlaces(surface);
  return (
    <>
      <div className="gantt-row" role="row" aria-rowindex={1} style={{ top: 0, height: sizes.axisPx }}>
        {columns.map((column, index) => (
          <span key={column} role="columnheader" aria-colindex={index + 1}>
            {column}
          </span>
        ))}
      </div>
      {shown.map((row) => {
        const node = int32At(rows.node, row);
        const [place, of] = places(node);
        const status = [
          timeline.error[node] ? "error" : "",
          matches?.[node] ? "matches" : "",
          ...oddityNames(uint8At(timeline.odd, node)).map((name) => oddityTexts[name]),
        ].filter((text) => text !== "");
        return (
          <div
            key={node}
            id={`${idPrefix}-${node}`}
            className="gantt-row"
            role="row"
            aria-rowindex={row + 2}
            aria-level={int32At(timeline.depth, node) + 1}
            aria-posinset={place}
            aria-setsize={of}
            aria-selected={node === selected}
            aria-expanded={rowState.canOpen(node) ? !closed[node] : undefined}
            style={{ top: sizes.axisPx + row * sizes.rowPx, height: sizes.rowPx }}
          >
            <span role="gridcell" aria-colindex={1}>
              {nodeName(timeline, node).slice(0, 300)}
            </span>
            <span role="gridcell" aria-colindex={2}>
              {nodeService(timeline, node)}
            </span>
            <span role="gridcell" aria-colindex={3}>
              {formatDuration(float64At(timeline.startNs, node))}
            </span>
            <span role="gridcell" aria-colindex={4}>
              {nodeDurationText(timeline, node)}
            </span>
            <span role="gridcell" aria-colindex={5}>
              {status.join(", ")}
            </span>
          </div>
        );
      })}
    </>
  );
});

/** A row's place among its siblings that are shown, and their number. Each family is walked through once. */
function siblingPlaces({ timeline, rows }: Surface): (node: number) => readonly [place: number, of: number] {
  const { parent, size, count } = timeline;
  const families = new Map<number, Map<number, number>>();
  const isKept = (node: number) => !rows.keptBefore || rows.keptBefore[node + 1] !== rows.keptBefore[node];
  return (node) => {
    const up = int32At(parent, node);
    let family = families.get(up);
    if (!family) {
      family = new Map();
      const end = up < 0 ? count : up + int32At(size, up);
      for (let at = up + 1; at < end; at += int32At(size, at))
        if (isKept(at)) family.set(at, family.size + 1);
      families.set(up, family);
    }
    return [family.get(node) ?? 1, family.size];
  };
}
