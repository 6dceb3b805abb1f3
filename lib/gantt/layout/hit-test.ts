import { float64At, int32At } from "@/lib/base/checked";
import type { Timeline } from "../timeline";
import { countBelow, type Rows, sizes } from "./layout";
import { nsToPx, type View } from "./scale";

type HitPart = "axis" | "twisty" | "tree" | "bar" | "chart" | "none";

export interface Hit {
  readonly part: HitPart;
  /** -1 where no row is. */
  readonly row: number;
  readonly node: number;
}

export interface HitScene {
  readonly timeline: Timeline;
  readonly rows: Rows;
  readonly view: View;
  readonly widthPx: number;
  /** Width of the tree column, 0 where it is hidden. */
  readonly treePx: number;
  readonly scrollPx: number;
}

/** A bar is caught this far beside it: a span of a microsecond is one pixel wide and still to be clicked. */
const slackPx = 3;
/** A span that lasts no time is drawn as a diamond of this half width. */
const momentPx = 5;

/** Where the triangle of a node begins, from the left. */
export function twistyLeftPx(depth: number, treePx: number): number {
  // Deep trees keep their names in sight: the indent stops growing where it would take half the column.
  return 6 + Math.min(depth * sizes.indentPx, Math.max(0, treePx * 0.5 - 20));
}

/** What is under a point of the canvas. */
export function hitTest(scene: HitScene, xPx: number, yPx: number): Hit {
  const { timeline, rows, view, widthPx, treePx, scrollPx } = scene;
  if (yPx < sizes.axisPx) return { part: "axis", row: -1, node: -1 };
  const row = Math.floor((yPx - sizes.axisPx + scrollPx) / sizes.rowPx);
  if (row < 0 || row >= rows.count) return { part: "none", row: -1, node: -1 };
  const node = int32At(rows.node, row);
  if (xPx < treePx) {
    const left = twistyLeftPx(int32At(timeline.depth, node), treePx);
    const opens = countBelow(timeline, rows, node) > 0;
    return { part: opens && xPx >= left - 4 && xPx < left + sizes.twistyPx ? "twisty" : "tree", row, node };
  }
  const chartPx = widthPx - treePx;
  const startNs = float64At(timeline.startNs, node);
  const from = treePx + nsToPx(view, chartPx, startNs);
  const durationNs = float64At(timeline.durationNs, node);
  const to = treePx + nsToPx(view, chartPx, startNs + durationNs);
  const beside = durationNs === 0 ? momentPx : slackPx;
  return {
    part: xPx >= from - beside && xPx <= Math.max(to, from + 1) + beside ? "bar" : "chart",
    row,
    node,
  };
}
