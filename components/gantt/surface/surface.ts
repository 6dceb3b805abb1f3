import { float64At, int32At } from "@/lib/base/checked";
import { carryOver, movedRows } from "@/lib/gantt/layout/carry-over";
import { type Hit, hitTest } from "@/lib/gantt/layout/hit-test";
import { countBefore, type Rows, rowOfNode, scrollToRow, sizes } from "@/lib/gantt/layout/layout";
import { RowState } from "@/lib/gantt/layout/row-state";
import {
  clampView,
  panBy,
  pxToNs,
  type View,
  viewAround,
  viewBetween,
  viewShowing,
  wholeView,
  zoomAt,
} from "@/lib/gantt/layout/scale";
import type { Band, Scene } from "@/lib/gantt/layout/scene";
import type { Timeline } from "@/lib/gantt/timeline";
import { Painter } from "./painter";
import type { Opening, SurfaceCallbacks, SurfaceElements } from "./surface-parts";
import { watchSurface } from "./surface-watch";

const settleMs = 120;
export const minTreePx = 96;
/** What is left of the chart at least, as a share of the width. */
const maxTreeShare = 0.7;

/**
 * The timeline on its canvas: holds what is shown and repaints once a frame when any of it changed. Wheel and
 * pointer moves come here and never render React; React hears of selections, of rows that open or close, and
 * of the view when it has come to rest.
 */
export class Surface {
  view: View;
  selected = -1;
  hovered = -1;
  matches: Uint8Array | null = null;
  private hidesRest = false;
  private matchesBefore: Int32Array | null = null;
  eventsNs: readonly number[] = [];
  pointerPx: number | null = null;
  band: Band | null = null;
  treePx = 0;
  widthPx = 0;
  heightPx = 0;
  readonly rowState: RowState;

  private measured = "";
  private settle: ReturnType<typeof setTimeout> | undefined;
  private readonly stopWatching: () => void;
  private readonly painter: Painter;
  private readonly wantedTreePx: number | undefined;

  constructor(
    readonly timeline: Timeline,
    readonly elements: SurfaceElements,
    private readonly callbacks: SurfaceCallbacks,
    opening: Opening = {},
  ) {
    this.view = opening.view ? clampView(opening.view, timeline.totalNs) : wholeView(timeline.totalNs);
    this.rowState = new RowState(timeline, opening.folds);
    this.wantedTreePx = opening.treePx;
    this.painter = new Painter(elements, timeline, () => this.scene());
    this.stopWatching = watchSurface(this, (theme) => {
      this.painter.theme = theme;
      this.repaint();
    });
    this.measure();
  }

  /** Stops listening and painting. */
  destroy(): void {
    this.painter.destroy();
    clearTimeout(this.settle);
    this.stopWatching();
  }

  get rows(): Rows {
    return this.rowState.rows;
  }

  get closed(): Uint8Array {
    return this.rowState.closed;
  }

  get chartPx(): number {
    return Math.max(1, this.widthPx - this.treePx);
  }

  /** Paints before the next frame. */
  repaint(): void {
    this.painter.repaint();
  }

  hitAt(xPx: number, yPx: number): Hit {
    return hitTest(this.scene(), xPx, yPx);
  }

  /** Shows what a surface of an earlier state of the same runs showed. */
  takeOver(before: Surface): void {
    const { scroller } = this.elements;
    const from = { ...before.scene(), hasChoice: before.rowState.folds() !== undefined };
    const { depth, closed, nodes, view, keepsPlace } = carryOver(from, before.rowState, this.timeline);
    this.rowState.adopt(depth, closed);
    this.selected = before.selected < 0 ? -1 : int32At(nodes, before.selected);
    this.eventsNs = before.eventsNs;
    this.view = view;
    if (before.treePx > 0) this.setTreePx(before.treePx);
    this.sizeRows();
    const moved = keepsPlace ? movedRows(from, nodes, this.timeline, this.rows) : 0;
    scroller.scrollTop = from.scrollPx + moved * sizes.rowPx;
    this.painter.draw();
  }

  setView(view: View): void {
    this.view = clampView(view, this.timeline.totalNs);
    this.moved();
  }

  /** `xPx` from the canvas' left edge; the chart's middle where it is left out. */
  zoom(factor: number, xPx = this.treePx + this.chartPx / 2): void {
    const px = Math.min(this.chartPx, Math.max(0, xPx - this.treePx));
    this.view = zoomAt(this.view, this.chartPx, px, factor, this.timeline.totalNs);
    this.moved();
  }

  /** Moves what is shown by pixels: to the right shows what is later. */
  pan(deltaPx: number): void {
    const deltaNs = pxToNs(this.view, this.chartPx, deltaPx) - this.view.startNs;
    this.view = panBy(this.view, deltaNs, this.timeline.totalNs);
    this.moved();
  }

  scrollBy(deltaPx: number): void {
    this.elements.scroller.scrollTop += deltaPx;
  }

  /** Draws a stretch of the chart that is being chosen, in pixels from the canvas' left edge. */
  setBand(band: Band | null): void {
    this.band = band;
    this.repaint();
  }

  /** Shows the stretch that was chosen. */
  zoomToBand(): void {
    const { band, treePx, chartPx, view } = this;
    this.band = null;
    if (band) this.setView(viewBetween(view, chartPx, band.fromPx - treePx, band.toPx - treePx));
    this.repaint();
  }

  /** The selected span with some room, or everything where none is selected or it is shown already. */
  fit(): void {
    const { timeline, selected } = this;
    const whole = wholeView(timeline.totalNs);
    if (selected < 0) {
      this.setView(whole);
      return;
    }
    const { startNs, durationNs, totalNs } = timeline;
    const around = viewAround(float64At(startNs, selected), float64At(durationNs, selected), totalNs);
    const same = Math.abs(around.startNs - this.view.startNs) + Math.abs(around.endNs - this.view.endNs) < 1;
    this.setView(same ? whole : around);
  }

  /** Selects a node (-1 for none), opens what hides it and brings it into sight, in time too. */
  select(node: number): void {
    this.selected = node;
    this.eventsNs = [];
    if (node >= 0) {
      const { rows } = this;
      this.rowState.reveal(node);
      if (rows !== this.rows) this.sizeRows();
      this.showRow(node);
      const { startNs, durationNs, totalNs } = this.timeline;
      const view = viewShowing(this.view, float64At(startNs, node), float64At(durationNs, node), totalNs);
      if (view !== this.view) this.setView(view);
    }
    this.repaint();
    this.callbacks.onChange();
  }

  /** Scrolls the least that brings a node's row into sight. */
  showRow(node: number): void {
    const { scroller } = this.elements;
    const row = rowOfNode(this.timeline, this.rows, node);
    if (row >= 0) scroller.scrollTop = scrollToRow(row, scroller.scrollTop, this.heightPx);
  }

  toggle(node: number): void {
    if (!this.rowState.canOpen(node)) return;
    this.changeRows((state) => state.toggle(node));
  }

  /** Opens or closes rows. A selection that would be hidden goes to the row that hides it. */
  changeRows(change: (state: RowState) => void): void {
    change(this.rowState);
    this.sizeRows();
    const node = this.selected < 0 ? -1 : this.rowState.standIn(this.selected);
    if (node >= 0 && node !== this.selected) {
      this.selected = node;
      this.eventsNs = [];
    }
    this.repaint();
    this.callbacks.onChange();
  }

  /** Search matches: the rest is dimmed, or hidden except for ancestors of a match. */
  setMatches(matches: Uint8Array | null, hidesRest: boolean): void {
    if (matches === this.matches && hidesRest === this.hidesRest) return;
    this.matches = matches;
    this.hidesRest = hidesRest;
    this.matchesBefore = matches && countBefore(matches);
    const { rows } = this;
    this.rowState.keepOnly(hidesRest && matches?.includes(1) ? matches : null);
    if (rows === this.rows) {
      this.repaint();
      return;
    }
    this.sizeRows();
    if (this.selected >= 0) this.showRow(this.selected);
    this.repaint();
    this.callbacks.onChange();
  }

  setEvents(eventsNs: readonly number[]): void {
    this.eventsNs = eventsNs;
    this.repaint();
  }

  get maxTreePx(): number {
    return Math.max(minTreePx, Math.round(this.widthPx * maxTreeShare));
  }

  setTreePx(treePx: number): void {
    this.treePx = Math.round(Math.min(Math.max(minTreePx, treePx), this.maxTreePx));
    this.elements.root.style.setProperty("--gantt-tree", `${this.treePx}px`);
    this.repaint();
  }

  /** Where the pointer is, from the canvas' corner, or null when it has left. */
  hover(at: { readonly xPx: number; readonly yPx: number } | null): void {
    const hit = at ? this.hitAt(at.xPx, at.yPx) : null;
    this.hovered = hit ? hit.node : -1;
    this.pointerPx = at && at.xPx >= this.treePx ? at.xPx : null;
    const onSpan = hit && (hit.part === "bar" || hit.part === "tree");
    // Beside the names, never over them: they are what a person reads there.
    const xPx = hit?.part === "tree" ? this.treePx - 8 : (at?.xPx ?? 0);
    this.callbacks.onHover(onSpan ? hit.node : -1, xPx, at?.yPx ?? 0);
    this.repaint();
  }

  /** The first and last row in sight. */
  get rowsInSight(): readonly [number, number] {
    const first = Math.floor(this.elements.scroller.scrollTop / sizes.rowPx);
    const many = Math.ceil(Math.max(0, this.heightPx - sizes.axisPx) / sizes.rowPx);
    return [first, Math.min(this.rows.count - 1, first + many)];
  }

  private sizeRows(): void {
    const heightPx = sizes.axisPx + (this.rows.count + 1) * sizes.rowPx;
    this.elements.sizer.style.height = `${Math.max(heightPx, this.heightPx)}px`;
  }

  private moved(): void {
    this.repaint();
    this.settleSoon();
  }

  /** Tells that the view has come to rest, once nothing has moved for a moment. */
  settleSoon(): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.callbacks.onSettled(), settleMs);
  }

  /** Takes the sizes over from the page. Painted at once: a canvas that was resized is empty until then. */
  measure(): void {
    const { scroller, canvas, minimap } = this.elements;
    const { clientWidth, clientHeight } = scroller;
    const measured = [clientWidth, clientHeight, minimap.clientWidth, minimap.clientHeight].join();
    // An observer also reports the initial sizes.
    if (measured === this.measured) return;
    this.measured = measured;
    const wasWidthPx = this.widthPx;
    this.widthPx = clientWidth;
    this.heightPx = clientHeight;
    if (this.widthPx === 0 || this.heightPx === 0) return;
    canvas.style.width = `${this.widthPx}px`;
    canvas.style.height = `${this.heightPx}px`;
    if (wasWidthPx === 0) this.setTreePx(this.wantedTreePx ?? Math.min(360, this.widthPx * 0.34));
    else if (wasWidthPx !== this.widthPx) this.setTreePx(this.treePx);
    this.sizeRows();
    if (this.selected >= 0) this.showRow(this.selected);
    this.painter.draw();
    this.settleSoon();
  }

  /** Everything that the picture on the screen shows. */
  scene(): Scene {
    const { timeline, rows, view, widthPx, treePx, heightPx, closed } = this;
    const { selected, hovered, matches, pointerPx, eventsNs, band } = this;
    const { scroller } = this.elements;
    return {
      ...{ timeline, rows, view, widthPx, treePx, heightPx, closed },
      ...{ selected, hovered, matches, pointerPx, eventsNs, band },
      theme: this.painter.theme,
      matchesBefore: this.matchesBefore,
      scrollPx: scroller.scrollTop,
      focused: document.activeElement === scroller,
    };
  }
}
