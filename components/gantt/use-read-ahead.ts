import { useCallback, useEffect, useRef } from "react";
import type { Timeline } from "@/lib/gantt/timeline";
import { type LoadSpan, spanCacheOf } from "./span-cache";

/** A pointer that only passes over a bar asks for nothing. */
const restMs = 40;

/** Reads the span ahead on which the pointer rests: it is about to be opened, mostly. */
export function useReadAhead(timeline: Timeline, loadSpan: LoadSpan): (node: number) => void {
  const wanted = useRef<{ node: number; timer?: ReturnType<typeof setTimeout> }>({ node: -1 });
  useEffect(() => () => clearTimeout(wanted.current.timer), []);
  return useCallback(
    (node) => {
      if (wanted.current.node === node) return;
      clearTimeout(wanted.current.timer);
      wanted.current = { node };
      const span = timeline.span[node] ?? -1;
      if (span < 0) return;
      wanted.current.timer = setTimeout(
        () => spanCacheOf(loadSpan).prefetch([{ run: timeline.run[node] ?? 0, span }]),
        restMs,
      );
    },
    [timeline, loadSpan],
  );
}
