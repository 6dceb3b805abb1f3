import type { Folds } from "@/lib/gantt/layout/row-state";
import type { View } from "@/lib/gantt/layout/scale";

export interface SurfaceElements {
  /** Carries the view as data attributes, for tests and for styles. */
  readonly root: HTMLElement;
  /** Scrolls the rows; the canvas sticks to its top. */
  readonly scroller: HTMLElement;
  /** As high as all rows. */
  readonly sizer: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly minimap: HTMLCanvasElement;
}

export interface SurfaceCallbacks {
  /** The selection, or which rows there are, has changed. */
  onChange(): void;
  /** The view came to rest. */
  onSettled(): void;
  /** The pointer came to a bar or a row, or left it (-1). */
  onHover(node: number, xPx: number, yPx: number): void;
}

/** How a surface opens. */
export interface Opening {
  readonly view?: View;
  readonly folds?: Folds;
  readonly treePx?: number;
}
