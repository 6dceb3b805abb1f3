import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import { int32At } from "@/lib/base/checked";
import {
  type FlameBox,
  type FlameLayout,
  flameBoxAt,
  flameRows,
  flameSizes,
} from "@/lib/gantt/layout/flame-layout";
import { paintFlame } from "@/lib/gantt/paint/paint-flame";
import { type Theme, themes } from "@/lib/gantt/paint/palette";
import type { Timeline } from "@/lib/gantt/timeline";
import { sizedContext } from "../surface/sized-context";
import { watchTheme } from "../surface/watch-theme";
import { flameTooltipLines } from "./flame-tooltip";

interface FlameCanvasProps {
  readonly layout: FlameLayout;
  readonly zoom: number;
  readonly ownOnly: boolean;
  readonly selected: number;
  readonly active: number;
  readonly timeline: Timeline;
  readonly onFind: (frame: number) => void;
  readonly onZoom: (frame: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** The element of the active frame in the twin, for screen readers. */
  readonly activeId: string | undefined;
  /** The twin. */
  readonly children: ReactNode;
}

/**
 * The flame on its canvas, which sticks while its rows scroll below it. Pointer moves repaint it and move the
 * tooltip without rendering React.
 */
export function FlameCanvas(props: FlameCanvasProps) {
  const { layout, zoom, ownOnly, selected, active, onFind, onZoom, onKeyDown, activeId, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tooltip = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const picture = useRef<Picture>(null);

  useEffect(() => {
    const [place, surface, hint] = [scroller.current, canvas.current, tooltip.current];
    if (!place || !surface || !hint) return;
    const made = new Picture(place, surface, hint, () => latest.current);
    picture.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => picture.current?.repaint(), [layout, zoom, ownOnly, selected, active]);
  useEffect(() => {
    if (active >= 0) picture.current?.showRow(active);
  }, [active]);

  const frameAt = (event: { readonly clientX: number; readonly clientY: number }) =>
    picture.current?.boxAt(event.clientX, event.clientY);
  const onClick = (event: MouseEvent) => {
    const box = frameAt(event);
    if (box && box.merged === 0) onFind(box.frame);
    // Several are too narrow here to choose one: what is above them is shown larger.
    else if (box) onZoom(int32At(layout.flame.parent, box.frame));
  };
  const onDoubleClick = (event: MouseEvent) => {
    const box = frameAt(event);
    if (box && box.merged === 0) onZoom(box.frame);
  };
  return (
    <div className="gantt-flame-place">
      <div
        ref={scroller}
        className="gantt-flame-scroller"
        role="tree"
        tabIndex={0}
        aria-label="Flame graph"
        aria-description="Arrow keys move between frames, Enter zooms in and out, space finds the spans of a frame"
        aria-activedescendant={activeId}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        onPointerMove={(event) => picture.current?.hover(event.clientX, event.clientY)}
        onPointerLeave={() => picture.current?.leave()}
      >
        <div
          className="gantt-flame-sizer"
          role="presentation"
          style={{ height: flameHeightPx(layout, zoom) }}
        >
          <canvas ref={canvas} className="gantt-flame-canvas" aria-hidden />
        </div>
        <div className="gantt-unseen" role="presentation">
          {children}
        </div>
      </div>
      <div ref={tooltip} className="gantt-tooltip" role="tooltip" hidden />
    </div>
  );
}

function flameHeightPx(layout: FlameLayout, zoom: number): number {
  return flameRows({ layout, zoom }) * flameSizes.rowPx;
}

/** What is on the canvas, painted at most once a frame. */
class Picture {
  private theme: Theme = themes.light;
  private hovered: FlameBox | undefined;
  private frame = 0;
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly scroller: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly tooltip: HTMLElement,
    private readonly props: () => FlameCanvasProps,
  ) {
    const onScroll = () => {
      this.leave();
      this.repaint();
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    this.undo.push(() => scroller.removeEventListener("scroll", onScroll));
    const sizeObserver = new ResizeObserver(() => this.draw());
    sizeObserver.observe(scroller);
    this.undo.push(() => sizeObserver.disconnect());
    this.undo.push(
      watchTheme((theme) => {
        this.theme = theme;
        this.repaint();
      }),
    );
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.undo) stop();
  }

  repaint(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  boxAt(clientX: number, clientY: number): FlameBox | undefined {
    const { left, top } = this.scroller.getBoundingClientRect();
    return flameBoxAt(this.window(), clientX - left, clientY - top);
  }

  hover(clientX: number, clientY: number): void {
    const box = this.boxAt(clientX, clientY);
    if (box?.frame !== this.hovered?.frame || box?.merged !== this.hovered?.merged) {
      this.hovered = box;
      this.scroller.style.cursor = box ? "pointer" : "";
      this.tooltip.hidden = !box;
      if (box) this.tooltip.replaceChildren(...flameTooltipLines(this.props(), box));
      this.repaint();
    }
    if (box) this.placeTooltip(clientX, clientY);
  }

  leave(): void {
    if (!this.hovered) return;
    this.hovered = undefined;
    this.tooltip.hidden = true;
    this.repaint();
  }

  /** Scrolls the least that brings a frame's row into sight. */
  showRow(frame: number): void {
    const { layout, zoom } = this.props();
    const baseDepth = zoom < 0 ? 0 : int32At(layout.flame.depth, zoom);
    const top = (int32At(layout.flame.depth, frame) - baseDepth) * flameSizes.rowPx;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = Math.max(0, top);
    else if (top + flameSizes.rowPx > scrollTop + clientHeight) {
      this.scroller.scrollTop = top + flameSizes.rowPx - clientHeight;
    }
  }

  /** Beside the pointer, wherever there is room in the window: the panel may be lower than the tooltip is high. */
  private placeTooltip(clientX: number, clientY: number): void {
    const { offsetWidth, offsetHeight } = this.tooltip;
    const x = clientX + 14 + offsetWidth > innerWidth ? clientX - offsetWidth - 10 : clientX + 14;
    const y = clientY + 18 + offsetHeight > innerHeight ? clientY - offsetHeight - 10 : clientY + 18;
    const [left, top] = [Math.round(Math.max(4, x)), Math.round(Math.max(4, y))];
    this.tooltip.style.transform = `translate(${left}px, ${top}px)`;
  }

  private window() {
    const { layout, zoom } = this.props();
    const { clientWidth: widthPx, clientHeight: heightPx, scrollTop: scrollPx } = this.scroller;
    return { layout, zoom, widthPx, heightPx, scrollPx };
  }

  private draw(): void {
    const window = this.window();
    const { widthPx, heightPx } = window;
    const ctx = sizedContext(this.canvas, widthPx, heightPx);
    if (!ctx) return;
    this.canvas.style.width = `${widthPx}px`;
    this.canvas.style.height = `${heightPx}px`;
    const { ownOnly, selected, active } = this.props();
    const hovered = this.hovered?.frame ?? -1;
    paintFlame(ctx, { ...window, theme: this.theme, ownOnly, selected, active, hovered });
  }
}
