import { pxToNs, wholeView } from "@/lib/gantt/layout/scale";
import { attachMinimap } from "./minimap-gestures";
import { clickSlackPx, type Listen, zoomPerPx } from "./pointer";
import type { Surface } from "./surface";

/** A gesture of the wheel ends when nothing came for this long. */
const wheelPauseMs = 200;
/** A notch of a wheel is 100 or 120 px (a line mode says so itself); the first step of a trackpad is a few. */
const notchPx = 40;

type Drag =
  | { readonly kind: "press"; readonly xPx: number; readonly yPx: number; readonly chooses: boolean }
  | { readonly kind: "pan" }
  | { readonly kind: "band"; readonly fromPx: number }
  /** Two fingers, each with the moment that stays under it. */
  | { readonly kind: "pinch"; readonly moments: ReadonlyMap<number, number> };

/**
 * Wheel and pointer over the timeline. A drag pans; on the axis, or with shift, it chooses a stretch. The wheel
 * zooms at the pointer over the chart and scrolls over the tree; with shift it always scrolls. A trackpad would
 * zoom with every scroll, so its two fingers scroll and pan, and its pinch (which browsers send as ctrl + wheel)
 * zooms. Answers how to stop listening.
 */
export function attachGestures(surface: Surface, onOpen: (node: number) => void): () => void {
  const { canvas, minimap } = surface.elements;
  const stops: (() => void)[] = [];
  const listen: Listen = (element, name, handler, options) => {
    element.addEventListener(name, handler, options);
    stops.push(() => element.removeEventListener(name, handler));
  };
  attachWheel(surface, listen);
  attachDrags(surface, listen, onOpen);
  listen(canvas, "dblclick", (event) => {
    const at = placeOn(canvas, event);
    const { part } = surface.hitAt(at.xPx, at.yPx);
    if (part === "bar" || part === "chart" || part === "tree") surface.fit();
    else if (part === "axis") surface.setView(wholeView(surface.timeline.totalNs));
  });

  attachMinimap(surface, minimap, listen);
  return () => {
    for (const stop of stops) stop();
  };
}

/** In pixels from the canvas' corner. */
function placeOn(
  canvas: HTMLCanvasElement,
  event: MouseEvent,
): { readonly xPx: number; readonly yPx: number } {
  const box = canvas.getBoundingClientRect();
  return { xPx: event.clientX - box.left, yPx: event.clientY - box.top };
}

function attachWheel(surface: Surface, listen: Listen): void {
  const { canvas, scroller } = surface.elements;
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
      const { xPx } = placeOn(canvas, event);
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
}

/** Drags and clicks of the pointer, and the pinch of two fingers. */
function attachDrags(surface: Surface, listen: Listen, onOpen: (node: number) => void): void {
  const { canvas } = surface.elements;
  const inChart = (xPx: number) => Math.min(surface.widthPx, Math.max(surface.treePx, xPx));
  const pointers = new Map<number, { xPx: number; yPx: number }>();
  let drag: Drag | undefined;

  listen(canvas, "pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = placeOn(canvas, event);
    pointers.set(event.pointerId, at);
    canvas.setPointerCapture(event.pointerId);
    const onChart = at.xPx >= surface.treePx;
    const chooses = onChart && (event.shiftKey || surface.hitAt(at.xPx, at.yPx).part === "axis");
    if (pointers.size === 1) drag = { kind: "press", ...at, chooses };
    else if (pointers.size === 2) {
      const { view, chartPx, treePx } = surface;
      const moments = [...pointers].map(
        ([id, { xPx }]) => [id, pxToNs(view, chartPx, xPx - treePx)] as const,
      );
      drag = { kind: "pinch", moments: new Map(moments) };
      surface.setBand(null);
    }
  });

  listen(canvas, "pointermove", (event) => {
    const at = placeOn(canvas, event);
    const before = pointers.get(event.pointerId);
    if (!before || !drag) {
      canvas.style.cursor = cursorAt(surface, at.xPx, at.yPx, event.shiftKey);
      if (event.pointerType !== "touch") surface.hover(at);
      return;
    }
    pointers.set(event.pointerId, at);
    if (drag.kind === "pinch") return pinch(surface, pointers, drag.moments);
    if (drag.kind === "press") {
      if (Math.hypot(at.xPx - drag.xPx, at.yPx - drag.yPx) < clickSlackPx) return;
      if (drag.chooses) {
        drag = { kind: "band", fromPx: drag.xPx };
        surface.hover(null);
      }
    }
    if (drag.kind === "band") return surface.setBand({ fromPx: drag.fromPx, toPx: inChart(at.xPx) });
    if (drag.kind === "press") {
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
    const at = placeOn(canvas, event);
    if (isClick && drag?.kind === "press" && pointers.size === 0) {
      const hit = surface.hitAt(at.xPx, at.yPx);
      if (hit.part === "twisty") surface.toggle(hit.node);
      else if (hit.part !== "axis") {
        surface.select(hit.node);
        // The details take the chart's room: what was below the pointer is elsewhere now.
        surface.hover(null);
        if (hit.node >= 0) onOpen(hit.node);
      }
    }
    if (drag?.kind === "pinch") drag = { kind: "pan" };
    if (drag?.kind === "band") {
      if (isClick) surface.zoomToBand();
      else surface.setBand(null);
      drag = { kind: "pan" };
    }
    if (pointers.size === 0) drag = undefined;
    canvas.style.cursor = cursorAt(surface, at.xPx, at.yPx, event.shiftKey);
  };
  listen(canvas, "pointerup", (event) => end(event, true));
  listen(canvas, "pointercancel", (event) => end(event, false));
  listen(canvas, "pointerleave", () => {
    if (pointers.size === 0) surface.hover(null);
  });
}

function cursorAt(surface: Surface, xPx: number, yPx: number, isShifted: boolean): string {
  const { part } = surface.hitAt(xPx, yPx);
  if (xPx >= surface.treePx && (isShifted || part === "axis")) return "crosshair";
  if (part === "twisty" || part === "bar" || part === "tree") return "pointer";
  return part === "chart" || part === "none" ? "grab" : "default";
}

/** Fingers nearer than this to each other tell no stretch. */
const minPinchPx = 16;

/** The view in which each finger is where the moment is that it has held from the beginning. */
function pinch(
  surface: Surface,
  pointers: ReadonlyMap<number, { readonly xPx: number }>,
  moments: ReadonlyMap<number, number>,
): void {
  const held = [...moments].map(([id, ns]) => ({ ns, xPx: pointers.get(id)?.xPx }));
  const [a, b] = held;
  if (a?.xPx === undefined || b?.xPx === undefined || Math.abs(b.xPx - a.xPx) < minPinchPx) return;
  const nsPerPx = (b.ns - a.ns) / (b.xPx - a.xPx);
  if (!(nsPerPx > 0)) return;
  const startNs = a.ns - (a.xPx - surface.treePx) * nsPerPx;
  surface.setView({ startNs, endNs: startNs + surface.chartPx * nsPerPx });
}
