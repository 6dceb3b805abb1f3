import { type Hit, hitTest } from "@/lib/gantt/hit-test";
import {
  openingState,
  type Rows,
  reveal,
  rowOfNode,
  scrollToRow,
  sizes,
  visibleRows,
} from "@/lib/gantt/layout";
import { paint } from "@/lib/gantt/paint";
import { type Theme, themes } from "@/lib/gantt/palette";
import { clampView, panBy, pxToNs, type View, viewAround, wholeView, zoomAt } from "@/lib/gantt/scale";
import type { Timeline } from "@/lib/gantt/timeline";
import { Minimap } from "./minimap";
import { sizedContext } from "./sized-context";
import { watchTheme } from "./watch-theme";

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

const settleMs = 120;
export const minTreePx = 120;

/**
 * The timeline on its canvas: holds what is shown and repaints once a frame when any of it changed. Wheel and
 * pointer moves come here and never render React; React hears of selections, of rows that open or close, and
 * of the view when it has come to rest.
 */
export class Surface {
  view: View;
  closed: Uint8Array;
  rows: Rows;
  selected = -1;
  hovered = -1;
  matches: Uint8Array | null = null;
  eventsNs: readonly number[] = [];
  pointerPx: number | null = null;
  treePx = 0;
  widthPx = 0;
  heightPx = 0;

  private theme: Theme = themes.light;
  private frame = 0;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private readonly undo: (() => void)[] = [];
  private readonly minimap: Minimap;

  constructor(
    readonly timeline: Timeline,
    readonly elements: SurfaceElements,
    private readonly callbacks: SurfaceCallbacks,
    initial?: View,
  ) {
    this.view = initial ? clampView(initial, timeline.totalNs) : wholeView(timeline.totalNs);
    this.closed = openingState(timeline);
    this.rows = visibleRows(timeline, this.closed);
    this.minimap = new Minimap(timeline, elements.minimap);
    this.watch();
    this.measure();
  }

  /** Stops listening and painting. */
  destroy(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settle);
    for (const stop of this.undo) stop();
  }

  /** Paints before the next frame. */
  repaint(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  get chartPx(): number {
    return Math.max(1, this.widthPx - this.treePx);
  }

  hitAt(xPx: number, yPx: number): Hit {
    return hitTest({ ...this.scene(), scrollPx: this.elements.scroller.scrollTop }, xPx, yPx);
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

  /** The selected span with some room, or everything where none is selected or it is shown already. */
  fit(): void {
    const { timeline, selected } = this;
    const whole = wholeView(timeline.totalNs);
    if (selected < 0) {
      this.setView(whole);
      return;
    }
    const around = viewAround(
      timeline.startNs[selected] ?? 0,
      timeline.durationNs[selected] ?? 0,
      timeline.totalNs,
    );
    const same = Math.abs(around.startNs - this.view.startNs) + Math.abs(around.endNs - this.view.endNs) < 1;
    this.setView(same ? whole : around);
  }

  /** Selects a node (-1 for none), opens what hides it and brings it into sight, in time too. */
  select(node: number): void {
    this.selected = node;
    this.eventsNs = [];
    if (node >= 0) {
      if (reveal(this.timeline, this.closed, node)) this.layOut();
      this.showRow(node);
      this.showTime(node);
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

  /** Pans to a span of which nothing is in sight; its zoom stays. */
  private showTime(node: number): void {
    const start = this.timeline.startNs[node] ?? 0;
    const end = start + (this.timeline.durationNs[node] ?? 0);
    const { startNs, endNs } = this.view;
    if (end >= startNs && start <= endNs) return;
    const middle = end - start < endNs - startNs ? (start + end) / 2 : start + (endNs - startNs) * 0.4;
    this.setView(panBy(this.view, middle - (startNs + endNs) / 2, this.timeline.totalNs));
  }

  toggle(node: number): void {
    if ((this.timeline.size[node] ?? 1) <= 1) return;
    this.closed[node] = this.closed[node] ? 0 : 1;
    this.setClosed(this.closed);
  }

  /** Which nodes hide their children. A selection that would be hidden goes to the row that hides it. */
  setClosed(closed: Uint8Array): void {
    this.closed = closed;
    this.layOut();
    if (this.selected >= 0) {
      const row = rowOfNode(this.timeline, this.rows, this.selected);
      const node = this.rows.node[row] ?? -1;
      if (node !== this.selected) {
        this.selected = node;
        this.eventsNs = [];
      }
    }
    this.callbacks.onChange();
  }

  setMatches(matches: Uint8Array | null): void {
    this.matches = matches;
    this.repaint();
  }

  setEvents(eventsNs: readonly number[]): void {
    this.eventsNs = eventsNs;
    this.repaint();
  }

  setTreePx(treePx: number): void {
    this.treePx = Math.round(Math.min(Math.max(minTreePx, treePx), Math.max(minTreePx, this.widthPx * 0.7)));
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

  private layOut(): void {
    this.rows = visibleRows(this.timeline, this.closed);
    this.sizeRows();
    this.repaint();
  }

  private sizeRows(): void {
    const heightPx = sizes.axisPx + (this.rows.count + 1) * sizes.rowPx;
    this.elements.sizer.style.height = `${Math.max(heightPx, this.heightPx)}px`;
  }

  private moved(): void {
    this.repaint();
    this.settleSoon();
  }

  private settleSoon(): void {
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.callbacks.onSettled(), settleMs);
  }

  private watch(): void {
    const { scroller, minimap } = this.elements;
    const onScroll = () => {
      this.repaint();
      this.settleSoon();
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    this.undo.push(() => scroller.removeEventListener("scroll", onScroll));

    const sizeObserver = new ResizeObserver(() => this.measure());
    sizeObserver.observe(scroller);
    sizeObserver.observe(minimap);
    this.undo.push(() => sizeObserver.disconnect());

    this.undo.push(
      watchTheme((theme) => {
        this.theme = theme;
        this.repaint();
      }),
    );
    const repaint = () => this.repaint();
    scroller.addEventListener("focus", repaint);
    scroller.addEventListener("blur", repaint);
    this.undo.push(() => {
      scroller.removeEventListener("focus", repaint);
      scroller.removeEventListener("blur", repaint);
    });
  }

  /** Takes the sizes over from the page. Painted at once: a canvas that was resized is empty until then. */
  private measure(): void {
    const { scroller, canvas } = this.elements;
    const wasWidthPx = this.widthPx;
    this.widthPx = scroller.clientWidth;
    this.heightPx = scroller.clientHeight;
    if (this.widthPx === 0 || this.heightPx === 0) return;
    canvas.style.width = `${this.widthPx}px`;
    canvas.style.height = `${this.heightPx}px`;
    if (wasWidthPx === 0) this.setTreePx(Math.min(360, this.widthPx * 0.34));
    else if (wasWidthPx !== this.widthPx) this.setTreePx(this.treePx);
    this.sizeRows();
    if (this.selected >= 0) this.showRow(this.selected);
    this.draw();
    this.settleSoon();
  }

  private scene() {
    const { timeline, rows, view, widthPx, treePx, heightPx, theme, closed } = this;
    return { timeline, rows, view, widthPx, treePx, heightPx, theme, closed };
  }

  private draw(): void {
    const { canvas, scroller, root } = this.elements;
    const ctx = sizedContext(canvas, this.widthPx, this.heightPx);
    if (!ctx) return;
    paint(ctx, {
      ...this.scene(),
      scrollPx: scroller.scrollTop,
      selected: this.selected,
      hovered: this.hovered,
      matches: this.matches,
      pointerPx: this.pointerPx,
      eventsNs: this.eventsNs,
      focused: document.activeElement === scroller,
    });
    this.minimap.draw(this.theme, this.view);
    root.dataset.viewStart = String(this.view.startNs);
    root.dataset.viewEnd = String(this.view.endNs);
  }
}
