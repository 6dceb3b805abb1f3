import { clamp } from "@/lib/base/clamp";
import { isWhole, pxToNs, wholeView } from "@/lib/gantt/layout/scale";
import { clickSlackPx, type Listen, zoomPerPx } from "./pointer";
import type { Surface } from "./surface";

/** On the minimap: a drag inside the window moves it, a drag elsewhere draws a new one, a click centres it. */
export function attachMinimap(surface: Surface, minimap: HTMLCanvasElement, listen: Listen): void {
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
    const { startNs, endNs } = surface.view;
    drag = {
      fromNs: ns,
      moves: !isWhole(surface.view, surface.timeline.totalNs) && ns >= startNs && ns <= endNs,
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
      const px = surface.treePx + clamp(share, 0, 1) * surface.chartPx;
      surface.zoom(Math.exp(event.deltaY * zoomPerPx), px);
    },
    { passive: false },
  );
}
