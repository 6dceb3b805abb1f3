import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { SearchSpans } from "@/lib/gantt/find/find-nodes";
import { buildTimeline, type TimelineRun } from "@/lib/gantt/timeline";
import type { Span } from "@/lib/trace/span";
import type { LoadSpans } from "./details/span-cache";
import { useReadAhead } from "./details/use-read-ahead";
import { useFind } from "./find/use-find";
import type { PanelName } from "./panels/panel";
import { attachPrinting } from "./print/print-sheet";
import { type GanttState, type HeldState, stateOf } from "./state";
import type { Surface } from "./surface/surface";
import { useSurface } from "./surface/use-surface";

export interface GanttProps {
  /**
   * 1 to 20 runs, each with its spans. A new array is a new timeline: keep it the same between renders. Where it
   * holds the same runs with more spans, what is shown stays: time, selection, open rows, and where they are.
   */
  readonly runs: readonly TimelineRun[];
  /** The whole of one span, when a person opens it. */
  readonly loadSpan: (run: number, span: number, signal: AbortSignal) => Promise<Span>;
  /** Several spans at once, where asking for one costs a journey: what is in sight is then read ahead. */
  readonly loadSpans?: LoadSpans;
  /** Searches attributes and events; without it the find box looks at what the rows show. */
  readonly searchSpans?: SearchSpans;
  readonly initialState?: GanttState;
  /** Called when the view has come to rest, and for every selection. `totalNs` is the longest run's end. */
  readonly onStateChange?: (state: GanttState, totalNs: number) => void;
  /** Where a trace that a span links to can be opened; without it links are plain text, as in a file. */
  readonly hrefOfTrace?: (traceId: string) => string;
}

/** Debounce for `onStateChange`: report the find text and the view once both have been idle this long. */
const tellRestMs = 120;

/** Ties the timeline's surface to what is held around it: the search, the panels, reading ahead and printing. */
export function useGantt({
  runs,
  loadSpan,
  loadSpans,
  searchSpans,
  initialState,
  onStateChange,
}: GanttProps) {
  const timeline = useMemo(() => buildTimeline(runs), [runs]);
  const refs = {
    root: useRef<HTMLElement>(null),
    scroller: useRef<HTMLDivElement>(null),
    sizer: useRef<HTMLDivElement>(null),
    canvas: useRef<HTMLCanvasElement>(null),
    minimap: useRef<HTMLCanvasElement>(null),
  };
  const tooltip = useRef<{ show(node: number, xPx: number, yPx: number): void }>(null);
  const print = useRef<HTMLDivElement>(null);

  const [detailsOpen, setDetailsOpen] = useState(initialState?.selected !== undefined);
  const [held, setHeld] = useState<HeldState>(initialState ?? {});
  const find = held.find ?? "";
  const hide = held.hide ?? false;
  const found = useFind(timeline, find, searchSpans);

  const latest = useRef({ held, onStateChange });
  latest.current = { held, onStateChange };
  const tell = (surface: Surface) =>
    latest.current.onStateChange?.(stateOf(surface, latest.current.held), surface.timeline.totalNs);

  const readAhead = useReadAhead(timeline, loadSpan, loadSpans);
  const { surface, reports } = useSurface(timeline, refs, initialState, {
    onReport: (reported) => {
      tell(reported);
      readAhead.onRest(reported);
    },
    onHover: (node, xPx, yPx) => {
      tooltip.current?.show(node, xPx, yPx);
      readAhead.onHover(node);
    },
    onOpen: () => setDetailsOpen(true),
  });
  useLayoutEffect(() => {
    // While the surface of an earlier timeline makes way, the matches are already those of the next.
    if (surface?.timeline === timeline) surface.setMatches(found.matches, hide);
  }, [surface, timeline, found.matches, hide]);
  useEffect(() => {
    if (!surface) return;
    // The listener may write the address, which takes a browser longer than a key press takes here.
    const timer = setTimeout(() => tell(surface), tellRestMs);
    return () => clearTimeout(timer);
  }, [surface, held]);
  // Not when the view has come to rest: somebody who moves at once clicks soon after.
  useEffect(() => {
    if (surface?.timeline === timeline) readAhead.onDrawn(surface);
  }, [surface, timeline, readAhead]);

  useEffect(() => {
    if (surface && print.current) {
      return attachPrinting(surface, print.current, () => latest.current.held.panel);
    }
  }, [surface]);

  const change = useCallback((part: HeldState) => setHeld((before) => ({ ...before, ...part })), []);
  const onFind = useCallback((text: string) => change({ find: text }), [change]);
  const onPanel = useCallback(
    (name: PanelName) =>
      setHeld((before) => ({ ...before, panel: before.panel === name ? undefined : name })),
    [],
  );
  return {
    ...{ timeline, refs, tooltip, print, surface, reports, found },
    ...{ held, change, onFind, onPanel, detailsOpen, setDetailsOpen },
  };
}
