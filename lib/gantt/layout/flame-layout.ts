import { float64At, int32At } from "@/lib/base/checked";
import type { Flame } from "../flame";

/** What a frame's width stands for: busy time, or its part of the critical path. */
export type FlameMeasure = "busy" | "path";

/** Sizes of the drawing, in CSS pixels. */
export const flameSizes = {
  rowPx: 20,
  /** Narrower frames are drawn as one with their neighbours. */
  minPx: 2,
} as const;

/** Offsets of frames by one measure, in nanoseconds from the left edge; children start at their parent's left. */
export interface FlameLayout {
  readonly flame: Flame;
  readonly measure: FlameMeasure;
  readonly leftNs: Float64Array;
  readonly widthNs: Float64Array;
  /** What of the width is the frame's own, not its children's: its right part. */
  readonly ownNs: Float64Array;
  /** The width of all roots. */
  readonly totalNs: number;
  /** The number of rows. */
  readonly depth: number;
}

export function layOutFlame(flame: Flame, measure: FlameMeasure): FlameLayout {
  const widthNs = measure === "busy" ? flame.busyNs : flame.pathNs;
  const ownNs = measure === "busy" ? flame.selfNs : flame.ownPathNs;
  const leftNs = new Float64Array(flame.count);
  // Where the next child of a frame begins.
  const cursorNs = new Float64Array(flame.count);
  let rootsNs = 0;
  let depth = 0;
  for (let frame = 0; frame < flame.count; frame++) {
    const up = int32At(flame.parent, frame);
    const left = up < 0 ? rootsNs : float64At(cursorNs, up);
    leftNs[frame] = left;
    cursorNs[frame] = left;
    const right = left + float64At(widthNs, frame);
    if (up < 0) rootsNs = right;
    else cursorNs[up] = right;
    depth = Math.max(depth, int32At(flame.depth, frame) + 1);
  }
  return { flame, measure, leftNs, widthNs, ownNs, totalNs: rootsNs, depth };
}

/** What of a flame is shown and where: from the frame `zoom` (-1 for all roots) down, as wide as there is room. */
export interface FlameWindow {
  readonly layout: FlameLayout;
  readonly zoom: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly scrollPx: number;
}

/** A frame on the screen, or several that are too narrow for one each. */
export interface FlameBox {
  /** The frame, or the first of those that were merged. */
  readonly frame: number;
  readonly row: number;
  readonly xPx: number;
  readonly widthPx: number;
  /** 0 for a frame of its own; else how many are merged here, those below them included. */
  readonly merged: number;
}

/** The width of what is shown. */
export function shownNs({ layout, zoom }: Pick<FlameWindow, "layout" | "zoom">): number {
  return zoom < 0 ? layout.totalNs : float64At(layout.widthNs, zoom);
}

/** How many rows there are from the zoomed frame down. */
export function flameRows({ layout, zoom }: Pick<FlameWindow, "layout" | "zoom">): number {
  if (zoom < 0) return layout.depth;
  const { flame } = layout;
  let deepest = 0;
  for (let frame = zoom; frame < zoom + int32At(flame.size, zoom); frame++) {
    deepest = Math.max(deepest, int32At(flame.depth, frame));
  }
  return deepest - int32At(flame.depth, zoom) + 1;
}

/**
 * The visible boxes, by row and from left to right. Frames below one that is too narrow, or below the last visible
 * row, are skipped.
 */
export function flameBoxes(window: FlameWindow): FlameBox[] {
  const { layout, zoom, widthPx, heightPx, scrollPx } = window;
  const { flame, leftNs, widthNs } = layout;
  const wholeNs = shownNs(window);
  if (!(wholeNs > 0) || widthPx <= 0) return [];
  const pxPerNs = widthPx / wholeNs;
  const baseNs = zoom < 0 ? 0 : float64At(leftNs, zoom);
  const baseDepth = zoom < 0 ? 0 : int32At(flame.depth, zoom);
  const firstRow = Math.floor(scrollPx / flameSizes.rowPx);
  const lastRow = Math.floor((scrollPx + heightPx) / flameSizes.rowPx);
  const rows: FlameBox[][] = [];
  const end = zoom < 0 ? flame.count : zoom + int32At(flame.size, zoom);
  for (let frame = Math.max(0, zoom); frame < end; ) {
    const row = int32At(flame.depth, frame) - baseDepth;
    const size = int32At(flame.size, frame);
    const xPx = (float64At(leftNs, frame) - baseNs) * pxPerNs;
    const boxPx = float64At(widthNs, frame) * pxPerNs;
    const isNarrow = boxPx < flameSizes.minPx;
    if (row >= firstRow && boxPx > 0) {
      rows[row] ??= [];
      const boxes = rows[row];
      const last = boxes.at(-1);
      if (!isNarrow) boxes.push({ frame, row, xPx, widthPx: boxPx, merged: 0 });
      else if (last && last.merged > 0 && xPx - (last.xPx + last.widthPx) < 1) {
        const merged = last.merged + size;
        boxes[boxes.length - 1] = { ...last, widthPx: xPx + boxPx - last.xPx, merged };
      } else boxes.push({ frame, row, xPx, widthPx: boxPx, merged: size });
    }
    frame += isNarrow || row >= lastRow ? size : 1;
  }
  return rows.flat();
}

/** The box under a point, from the left and from the top of what is in sight. */
export function flameBoxAt(window: FlameWindow, xPx: number, yPx: number): FlameBox | undefined {
  const row = Math.floor((yPx + window.scrollPx) / flameSizes.rowPx);
  // A merged box may be thinner than a pointer is exact.
  const slackPx = (box: FlameBox) => (box.merged > 0 ? 1 : 0);
  return flameBoxes(window).find(
    (box) => box.row === row && xPx >= box.xPx - slackPx(box) && xPx < box.xPx + box.widthPx + slackPx(box),
  );
}
