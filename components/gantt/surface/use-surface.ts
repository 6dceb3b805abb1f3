import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { nodeOfSpan, type Timeline } from "@/lib/gantt/timeline";
import { readKeptSizes } from "../panels/kept-sizes";
import type { GanttState } from "../state";
import { attachGestures } from "./gestures";
import { Surface } from "./surface";

/** The elements that a surface lives in. */
export interface SurfaceRefs {
  readonly root: RefObject<HTMLElement | null>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly sizer: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly minimap: RefObject<HTMLCanvasElement | null>;
}

interface SurfaceEvents {
  /** The view came to rest, or the selection or the rows changed. */
  onReport(surface: Surface): void;
  onHover(node: number, xPx: number, yPx: number): void;
  /** A span was clicked: a person wants to see all of it. */
  onOpen(): void;
}

/**
 * The surface of a timeline, and of the next one where more spans of the same runs have arrived: it takes over
 * what the one before showed. The surface is not React's: whoever shows what it holds renders anew when it
 * reports, which this sees to. `reports` counts how often it did.
 */
export function useSurface(
  timeline: Timeline,
  refs: SurfaceRefs,
  initial: GanttState | undefined,
  events: SurfaceEvents,
): { readonly surface: Surface | null; readonly reports: number } {
  const [surface, setSurface] = useState<Surface | null>(null);
  const [reports, setReports] = useState(0);
  const latest = useRef({ refs, initial, events });
  latest.current = { refs, initial, events };
  const before = useRef<Surface>(null);

  useLayoutEffect(() => {
    const { refs: places, initial: opening } = latest.current;
    const root = places.root.current;
    const scroller = places.scroller.current;
    const sizer = places.sizer.current;
    const canvas = places.canvas.current;
    const minimap = places.minimap.current;
    if (!root || !scroller || !sizer || !canvas || !minimap) return;
    const report = () => {
      setReports((count) => count + 1);
      latest.current.events.onReport(made);
    };
    const made: Surface = new Surface(
      timeline,
      { root, scroller, sizer, canvas, minimap },
      {
        onChange: report,
        onSettled: report,
        onHover: (node, xPx, yPx) => latest.current.events.onHover(node, xPx, yPx),
      },
      { view: opening, folds: opening?.folds, ...readKeptSizes() },
    );
    const detach = attachGestures(made, () => latest.current.events.onOpen());
    if (before.current) made.takeOver(before.current);
    else if (opening?.selected) {
      made.select(nodeOfSpan(timeline, opening.selected.run, opening.selected.span));
    }
    setSurface(made);
    return () => {
      detach();
      made.destroy();
      before.current = made;
      setSurface(null);
    };
  }, [timeline]);
  return { surface, reports };
}
