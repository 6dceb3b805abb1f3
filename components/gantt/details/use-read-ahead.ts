import { useEffect, useMemo, useRef } from "react";
import { int32At, uint8At } from "@/lib/base/checked";
import type { Timeline } from "@/lib/gantt/timeline";
import type { Surface } from "../surface/surface";
import { type LoadSpan, type LoadSpans, spanCacheOf } from "./span-cache";

/** A pointer that only passes over a bar asks for nothing. */
const hoverRestMs = 40;
/** Rows that only pass by on the way to others are not asked for. */
const sightRestMs = 30;

/**
 * Reads spans ahead that are about to be opened, mostly: the one that the pointer rests on, and where several can
 * be asked for at once those in sight.
 */
export function useReadAhead(timeline: Timeline, loadSpan: LoadSpan, loadSpans: LoadSpans | undefined) {
  const timers = useRef<{ hover?: ReturnType<typeof setTimeout>; sight?: ReturnType<typeof setTimeout> }>({});
  useEffect(
    () => () => {
      clearTimeout(timers.current.hover);
      clearTimeout(timers.current.sight);
    },
    [],
  );
  return useMemo(() => {
    let hovered = -1;
    const readSight = ({ timeline: { run, span }, rows, rowsInSight: [first, last] }: Surface) => {
      if (!loadSpans) return;
      const nodes = Array.from(rows.node.subarray(Math.max(0, first), last + 1));
      const sight = nodes.map((node) => ({ run: uint8At(run, node), span: int32At(span, node) }));
      void spanCacheOf(loadSpan).prefetchInSight(
        sight.filter(({ span }) => span >= 0),
        loadSpans,
      );
    };
    return {
      onHover(node: number) {
        if (hovered === node) return;
        hovered = node;
        clearTimeout(timers.current.hover);
        const span = node < 0 ? -1 : int32At(timeline.span, node);
        if (span < 0) return;
        const run = uint8At(timeline.run, node);
        timers.current.hover = setTimeout(() => spanCacheOf(loadSpan).prefetch([{ run, span }]), hoverRestMs);
      },
      /** The timeline has been drawn, or drawn anew with more spans. */
      onDrawn: readSight,
      /** The view has come to rest, or another span is selected. */
      onRest(surface: Surface) {
        clearTimeout(timers.current.sight);
        timers.current.sight = setTimeout(() => readSight(surface), sightRestMs);
      },
    };
  }, [timeline, loadSpan, loadSpans]);
}
