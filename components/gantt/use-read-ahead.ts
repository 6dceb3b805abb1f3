import { useEffect, useMemo, useRef } from "react";
import type { Timeline } from "@/lib/gantt/timeline";
import { type LoadSpan, type LoadSpans, spanCacheOf } from "./span-cache";
import type { Surface } from "./surface";

/** A pointer that only passes over a bar asks for nothing. */
const hoverRestMs = 40;
/** The surface tells of a view at rest; this takes several reports at once for one. */
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
    return {
      onHover(node: number) {
        if (hovered === node) return;
        hovered = node;
        clearTimeout(timers.current.hover);
        const span = timeline.span[node] ?? -1;
        if (span < 0) return;
        timers.current.hover = setTimeout(
          () => spanCacheOf(loadSpan).prefetch([{ run: timeline.run[node] ?? 0, span }]),
          hoverRestMs,
        );
      },
      /** The view has come to rest, or another span is selected. */
      onRest({ rows, rowsInSight: [first, last] }: Surface) {
        clearTimeout(timers.current.sight);
        if (!loadSpans) return;
        timers.current.sight = setTimeout(() => {
          const nodes = Array.from(rows.node.subarray(Math.max(0, first), last + 1));
          const sight = nodes.map((node) => ({
            run: timeline.run[node] ?? 0,
            span: timeline.span[node] ?? -1,
          }));
          void spanCacheOf(loadSpan).prefetchInSight(
            sight.filter(({ span }) => span >= 0),
            loadSpans,
          );
        }, sightRestMs);
      },
    };
  }, [timeline, loadSpan, loadSpans]);
}
