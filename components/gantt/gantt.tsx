import {
  useCallback,
  useDeferredValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { int32At } from "@/lib/base/checked";
import type { SearchSpans } from "@/lib/gantt/find/find-nodes";
import { buildTimeline, type TimelineRun } from "@/lib/gantt/timeline";
import type { Span } from "@/lib/trace/span";
import { Bar } from "./bar";
import { Details } from "./details/details";
import type { LoadSpans } from "./details/span-cache";
import { useReadAhead } from "./details/use-read-ahead";
import { useFind } from "./find/use-find";
import { KeySheet } from "./key-sheet";
import { keyToAction } from "./keys";
import { Notices } from "./notices";
import { keepSizes } from "./panels/kept-sizes";
import type { PanelName } from "./panels/panel";
import { PanelPlace } from "./panels/panel-place";
import { panels } from "./panels/panels";
import { Splitter } from "./panels/splitter";
import { attachPrinting } from "./print/print-sheet";
import { runAction } from "./run-key";
import { type GanttState, type HeldState, stateOf } from "./state";
import { minTreePx, type Surface } from "./surface/surface";
import { Tooltip } from "./surface/tooltip";
import { TreegridRows } from "./surface/treegrid-rows";
import { useSurface } from "./surface/use-surface";
import "./gantt.css";

export type { GanttState } from "./state";

/** A key press, as React's event or the page's own. */
type KeyDown = Pick<
  KeyboardEvent,
  "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey" | "target" | "defaultPrevented" | "preventDefault"
>;

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

/** The timeline of one or several runs: tree and bars on one canvas, minimap, find, details, panels, keys. */
export function Gantt({
  runs,
  loadSpan,
  loadSpans,
  searchSpans,
  initialState,
  onStateChange,
  hrefOfTrace,
}: GanttProps) {
  const id = useId();
  const timeline = useMemo(() => buildTimeline(runs), [runs]);
  const refs = {
    root: useRef<HTMLElement>(null),
    scroller: useRef<HTMLDivElement>(null),
    sizer: useRef<HTMLDivElement>(null),
    canvas: useRef<HTMLCanvasElement>(null),
    minimap: useRef<HTMLCanvasElement>(null),
  };
  const tooltip = useRef<{ show(node: number, xPx: number, yPx: number): void }>(null);
  const findInput = useRef<HTMLInputElement>(null);
  const print = useRef<HTMLDivElement>(null);

  const [detailsOpen, setDetailsOpen] = useState(initialState?.selected !== undefined);
  const [keysOpen, setKeysOpen] = useState(false);
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
  const onEvents = useCallback((eventsNs: readonly number[]) => surface?.setEvents(eventsNs), [surface]);
  const focusRows = () => refs.scroller.current?.focus({ preventScroll: true });
  const closeDetails = () => {
    setDetailsOpen(false);
    focusRows();
  };
  const step = (direction: 1 | -1) => {
    if (surface) runAction(surface, direction > 0 ? "nextMatch" : "previousMatch", found.matches);
  };

  const onKeyDown = (event: KeyDown) => {
    if (!surface || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    // In a text letters are text, and the dialog has its own escape.
    if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog")) return;
    const action = keyToAction(event.key, event.shiftKey, event.target === refs.scroller.current);
    if (!action) return;
    event.preventDefault();
    const panel = panels.find(({ name }) => action === `panel.${name}`);
    if (panel) onPanel(panel.name);
    else if (action === "keys") setKeysOpen(true);
    else if (action === "find") {
      findInput.current?.focus();
      findInput.current?.select();
    } else if (action === "hide") change({ hide: !hide });
    else if (action === "open") setDetailsOpen(surface.selected >= 0);
    else if (action === "close") {
      if (detailsOpen && surface.selected >= 0) closeDetails();
      else surface.select(-1);
    } else runAction(surface, action as Parameters<typeof runAction>[1], found.matches);
  };

  // Where nothing has the focus, keys are for the timeline too: a person has just come to the page.
  const latestKeys = useRef(onKeyDown);
  latestKeys.current = onKeyDown;
  useEffect(() => {
    const onPageKey = (event: globalThis.KeyboardEvent) => {
      if (event.target === document.body) latestKeys.current(event);
    };
    document.addEventListener("keydown", onPageKey);
    return () => document.removeEventListener("keydown", onPageKey);
  }, []);

  // What is seen comes first, the twin for those who do not see it right after it.
  const twinReports = useDeferredValue(reports, -1);
  const twinMatches = useDeferredValue(found.matches);
  const selected = surface?.selected ?? -1;
  const hasRow = surface !== null && selected >= 0 && int32At(surface.rows.rowOf, selected) >= 0;
  // Named when it is written, not before.
  const activeRow = useDeferredValue(hasRow ? `${id}-${selected}` : undefined);
  const showDetails = detailsOpen && surface !== null && selected >= 0;
  const panel = panels.find(({ name }) => name === held.panel);

  return (
    <section
      ref={refs.root}
      className={showDetails ? "gantt gantt-with-details" : "gantt"}
      aria-label="Timeline"
      onKeyDown={onKeyDown}
    >
      <Bar
        timeline={timeline}
        surface={surface}
        findInput={findInput}
        held={held}
        found={found}
        onChange={change}
        onPanel={onPanel}
        onStep={step}
        onLeave={focusRows}
        onKeys={() => setKeysOpen(true)}
      />
      <Notices timeline={timeline} onFind={onFind} />
      <canvas
        ref={refs.minimap}
        className="gantt-minimap"
        aria-label="The whole run. Drag to choose what is shown below."
        role="img"
      />
      <div className="gantt-body">
        <div className="gantt-stage">
          <div
            ref={refs.scroller}
            className="gantt-scroller"
            role="treegrid"
            tabIndex={0}
            aria-label="Spans"
            aria-readonly
            aria-rowcount={(surface?.rows.count ?? timeline.count) + 1}
            aria-colcount={5}
            aria-activedescendant={activeRow}
          >
            <div ref={refs.sizer} className="gantt-sizer" role="presentation">
              <canvas ref={refs.canvas} className="gantt-canvas" aria-hidden />
              {surface && twinReports >= 0 && (
                <TreegridRows surface={surface} reports={twinReports} matches={twinMatches} idPrefix={id} />
              )}
            </div>
          </div>
          {surface && surface.widthPx > 0 && (
            <Splitter
              orientation="vertical"
              label="Width of the names"
              sizePx={() => surface.treePx}
              minPx={minTreePx}
              maxPx={() => surface.maxTreePx}
              sizeAt={(clientX) => clientX - (refs.scroller.current?.getBoundingClientRect().left ?? 0)}
              onSize={(treePx) => surface.setTreePx(treePx)}
              onDone={(treePx) => keepSizes({ treePx })}
            />
          )}
          {surface && <Tooltip ref={tooltip} surface={surface} />}
        </div>
        {showDetails && (
          <Details
            surface={surface}
            node={selected}
            loadSpan={loadSpan}
            onEvents={onEvents}
            onClose={closeDetails}
            onFind={onFind}
            hrefOfTrace={hrefOfTrace}
          />
        )}
      </div>
      {panel && surface && (
        <PanelPlace label={panel.label} onClose={() => onPanel(panel.name)}>
          <panel.Content
            timeline={surface.timeline}
            view={surface.view}
            selected={selected}
            find={find}
            onFind={onFind}
            onSelect={(node) => surface.select(node)}
          />
        </PanelPlace>
      )}
      <div ref={print} className="gantt-print" />
      {keysOpen && <KeySheet onClose={() => setKeysOpen(false)} />}
    </section>
  );
}
