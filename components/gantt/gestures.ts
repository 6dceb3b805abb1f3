import { pxToNs, wholeView } from "@/lib/gantt/scale";
import type { Surface } from "./surface";

/** A press that moves less than this is a click. */
const clickSlackPx = 4;
/** The border between tree and chart is caught this far on each side. */
const borderSlackPx = 4;
/** A gesture of the wheel ends when nothing came for this long. */
const wheelPauseMs = 200;
/** A notch of a wheel is 100 or 120 px (a line mode says so itself); the first step of a trackpad is a few. */
const notchPx = 40;
/** One notch shows a fifth more or less. */
const zoomPerPx = 0.0018;

type Drag =
  | { readonly kind: "press"; readonly xPx: number; readonly yPx: number }
  | { readonly kind: "pan" }
  | { readonly kind: "border" };

/**
 * Wheel and pointer over the timeline. The wheel zooms at the pointer over the chart and scrolls over the
 * tree; with shift it always scrolls. A trackpad would zoom with every scroll, so its two fingers scroll and
 * pan, and its pinch (which browsers send as ctrl + wheel) zooms. Answers how to stop listening.
 */
export function attachGestures(surface: Surface, onOpen: (node: number) => void): () => void {
  const { canvas, scroller, minimap } = surface.elements;
  const stops: (() => void)[] = [];
  const listen = <K extends keyof HTMLElementEventMap>(
    element: HTMLElement,
    name: K,
    handler: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ) => {
    element.addEventListener(name, handler, options);
    stops.push(() => element.removeEventListener(name, handler));
  };
  const place = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    return { xPx: event.clientX - box.left, yPx: event.clientY - box.top };
  };
  const atBorder = (xPx: number) => Math.abs(xPx - surface.treePx) <= borderSlackPx;

  let isNotched = true;
  let lastWheelMs = Number.NEGATIVE_INFINITY;
  listen(
    scroller,
    "wheel",
    (event) => {
      const lines = event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL;
      const dy = lines ? event.deltaY * 33 : event.deltaY;
      const dx = lines ? event.deltaX * 33 : event.deltaX;
      if (event.timeStamp - lastWheelMs > wheelPauseMs) isNotched = lines || Math.abs(dy) >= notchPx;
      lastWheelMs = event.timeStamp;
      const { xPx } = place(event);
      const overChart = xPx >= surface.treePx;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        // A pinch comes in small steps, each of which counts for more.
        surface.zoom(Math.exp(dy * (isNotched ? zoomPerPx : 0.01)), Math.max(xPx, surface.treePx));
      } else if (event.shiftKey) {
        event.preventDefault();
        surface.scrollBy(dy || dx);
      } else if (overChart && isNotched && Math.abs(dy) >= Math.abs(dx)) {
        event.preventDefault();
        surface.zoom(Math.exp(dy * zoomPerPx), xPx);
      } else if (overChart && Math.abs(dx) > Math.abs(dy)) {
        event.preventDefault();
        surface.pan(dx);
      }
      // Everything else is the browser's own scrolling of the rows.
    },
    { passive: false },
  );

  const pointers = new Map<number, { xPx: number; yPx: number }>();
  let drag: Drag | undefined;

  listen(canvas, "pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = place(event);
    pointers.set(event.pointerId, at);
    canvas.setPointerCapture(event.pointerId);
    drag = atBorder(at.xPx) ? { kind: "border" } : { kind: "press", ...at };
  });

  listen(canvas, "pointermove", (event) => {
    const at = place(event);
    const before = pointers.get(event.pointerId);
    if (!before || !drag) {
      canvas.style.cursor = cursorAt(surface, at.xPx, at.yPx, atBorder(at.xPx));
      if (event.pointerType !== "touch") surface.hover(at);
      return;
    }
    pointers.set(event.pointerId, at);
    if (pointers.size === 2) return pinch(surface, pointers, event.pointerId, before);
    if (drag.kind === "border") return surface.setTreePx(at.xPx);
    if (drag.kind === "press") {
      if (Math.hypot(at.xPx - drag.xPx, at.yPx - drag.yPx) < clickSlackPx) return;
      // The pixels up to here count too, so that the moment under the pointer stays under it.
      surface.pan(drag.xPx - before.xPx);
      drag = { kind: "pan" };
      canvas.style.cursor = "grabbing";
      surface.hover(null);
    }
    surface.pan(before.xPx - at.xPx);
    if (event.pointerType !== "touch") surface.scrollBy(before.yPx - at.yPx);
  });

  const end = (event: PointerEvent, isClick: boolean) => {
    if (!pointers.delete(event.pointerId)) return;
    const at = place(event);
    if (isClick && drag?.kind === "press" && pointers.size === 0) {
      const hit = surface.hitAt(at.xPx, at.yPx);
      if (hit.part === "twisty") surface.toggle(hit.node);
      else if (hit.part !== "axis") {
        surface.select(hit.node);
        if (hit.node >= 0) onOpen(hit.node);
      }
    }
    if (pointers.size === 0) drag = undefined;
    canvas.style.cursor = cursorAt(surface, at.xPx, at.yPx, atBorder(at.xPx));
  };
  listen(canvas, "pointerup", (event) => end(event, true));
  listen(canvas, "pointercancel", (event) => end(event, false));
  listen(canvas, "pointerleave", () => {
    if (pointers.size === 0) surface.hover(null);
  });
  listen(canvas, "dblclick", (event) => {
    const at = place(event);
    const { part } = surface.hitAt(at.xPx, at.yPx);
    if (part === "bar" || part === "chart") surface.fit();
  });

  attachMinimap(surface, minimap, listen);
  return () => {
    for (const stop of stops) stop();
  };
}

function cursorAt(surface: Surface, xPx: number, yPx: number, atBorder: boolean): string {
  if (atBorder) return "col-resize";
  const { part } = surface.hitAt(xPx, yPx);
  if (part === "twisty" || part === "bar" || part === "tree") return "pointer";
  return part === "chart" || part === "none" ? "grab" : "default";
}

/** Two fingers: their distance zooms at their middle, their middle pans. */
function pinch(
  surface: Surface,
  pointers: ReadonlyMap<number, { xPx: number }>,
  moved: number,
  before: { readonly xPx: number },
): void {
  const now = pointers.get(moved);
  const other = [...pointers].find(([id]) => id !== moved)?.[1];
  if (!now || !other) return;
  const was = Math.max(20, Math.abs(before.xPx - other.xPx));
  const is = Math.max(20, Math.abs(now.xPx - other.xPx));
  surface.pan((before.xPx - now.xPx) / 2);
  surface.zoom(was / is, (now.xPx + other.xPx) / 2);
}

/** On the minimap: a drag inside the window moves it, a drag elsewhere draws a new one, a click centres it. */
function attachMinimap(
  surface: Surface,
  minimap: HTMLCanvasElement,
  listen: <K extends keyof HTMLElementEventMap>(
    element: HTMLElement,
    name: K,
    handler: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ) => void,
): void {
  let drag:
    | {
        readonly fromNs: number;
        readonly moves: boolean;
        readonly offsetNs: number;
        readonly clientX: number;
        moved: boolean;
      }
    | undefined;
  const momentOf = (event: PointerEvent | WheelEvent) => {
    const box = minimap.getBoundingClientRect();
    return pxToNs(wholeView(surface.timeline.totalNs), box.width, event.clientX - box.left);
  };
  listen(minimap, "pointerdown", (event) => {
    if (event.button !== 0) return;
    minimap.setPointerCapture(event.pointerId);
    const ns = momentOf(event);
    const whole = wholeView(surface.timeline.totalNs);
    const { startNs, endNs } = surface.view;
    const isWhole = (endNs - startNs) / (whole.endNs - whole.startNs) > 0.98;
    drag = {
      fromNs: ns,
      moves: !isWhole && ns >= startNs && ns <= endNs,
      offsetNs: ns - startNs,
      clientX: event.clientX,
      moved: false,
    };
  });
  listen(minimap, "pointermove", (event) => {
    if (!drag) return;
    const ns = momentOf(event);
    drag.moved ||= Math.abs(event.clientX - drag.clientX) >= clickSlackPx;
    if (!drag.moved) return;
    const sizeNs = surface.view.endNs - surface.view.startNs;
    if (drag.moves) surface.setView({ startNs: ns - drag.offsetNs, endNs: ns - drag.offsetNs + sizeNs });
    else surface.setView({ startNs: Math.min(ns, drag.fromNs), endNs: Math.max(ns, drag.fromNs) });
  });
  listen(minimap, "pointerup", (event) => {
    if (drag && !drag.moved) {
      const ns = momentOf(event);
      const half = (surface.view.endNs - surface.view.startNs) / 2;
      surface.setView({ startNs: ns - half, endNs: ns + half });
    }
    drag = undefined;
  });
  listen(minimap, "pointercancel", () => {
    drag = undefined;
  });
  listen(minimap, "dblclick", () => surface.setView(wholeView(surface.timeline.totalNs)));
  listen(
    minimap,
    "wheel",
    (event) => {
      event.preventDefault();
      const { startNs, endNs } = surface.view;
      const share = (momentOf(event) - startNs) / (endNs - startNs);
      const px = surface.treePx + Math.min(1, Math.max(0, share)) * surface.chartPx;
      surface.zoom(Math.exp(event.deltaY * zoomPerPx), px);
    },
    { passive: false },
  );
}
