import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { workLabels } from "@/lib/gantt/palette";
import { buildTimeline, findNodes, nodeOfSpan, type TimelineRun, workKindsIn } from "@/lib/gantt/timeline";
import type { Span } from "@/lib/trace/span";
import { Details } from "./details";
import { FindBox } from "./find-box";
import { attachGestures } from "./gestures";
import { KeySheet } from "./key-sheet";
import { keyToAction } from "./keys";
import { Notices } from "./notices";
import { runKey } from "./run-key";
import { Surface } from "./surface";
import { Tooltip } from "./tooltip";
import { TreegridRows } from "./treegrid-rows";
import "./gantt.css";

/** What of the timeline is shown: enough to put it back as it was. */
export interface GanttState {
  readonly startNs: number;
  readonly endNs: number;
  readonly selected?: { readonly run: number; readonly span: number };
  readonly find?: string;
}

export interface GanttProps {
  /** 1 to 20 runs, each with its spans. A new array is a new timeline: keep it the same between renders. */
  readonly runs: readonly TimelineRun[];
  /** The whole of one span, when a person opens it. */
  readonly loadSpan: (run: number, span: number, signal: AbortSignal) => Promise<Span>;
  readonly initialState?: GanttState;
  /** Called when the view has come to rest, and for every selection. `totalNs` is the longest run's end. */
  readonly onStateChange?: (state: GanttState, totalNs: number) => void;
}

/** The timeline of one or several runs: tree and bars on one canvas, minimap, find, details, keys. */
export function Gantt({ runs, loadSpan, initialState, onStateChange }: GanttProps) {
  const id = useId();
  const timeline = useMemo(() => buildTimeline(runs), [runs]);
  const root = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const sizer = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const minimap = useRef<HTMLCanvasElement>(null);
  const tooltip = useRef<{ show(node: number, xPx: number, yPx: number): void }>(null);
  const findInput = useRef<HTMLInputElement>(null);

  const [surface, setSurface] = useState<Surface | null>(null);
  // The surface is not React's: this counts what it reported, so that what shows it renders anew.
  const [, setReports] = useState(0);
  const [detailsOpen, setDetailsOpen] = useState(initialState?.selected !== undefined);
  const [keysOpen, setKeysOpen] = useState(false);
  const [find, setFind] = useState(initialState?.find ?? "");
  const found = useMemo(() => (find.trim() === "" ? null : findNodes(timeline, find)), [timeline, find]);

  const latest = useRef({ initialState, onStateChange, find });
  latest.current = { initialState, onStateChange, find };

  useLayoutEffect(() => {
    const elements = {
      root: root.current,
      scroller: scroller.current,
      sizer: sizer.current,
      canvas: canvas.current,
      minimap: minimap.current,
    };
    if (!elements.root || !elements.scroller || !elements.sizer || !elements.canvas || !elements.minimap)
      return;
    const report = () => {
      setReports((count) => count + 1);
      const { onStateChange: tell, find: text } = latest.current;
      tell?.(stateOf(made, text), timeline.totalNs);
    };
    const initial = latest.current.initialState;
    const made: Surface = new Surface(
      timeline,
      {
        root: elements.root,
        scroller: elements.scroller,
        sizer: elements.sizer,
        canvas: elements.canvas,
        minimap: elements.minimap,
      },
      {
        onChange: report,
        onSettled: report,
        onHover: (node, xPx, yPx) => tooltip.current?.show(node, xPx, yPx),
      },
      initial,
    );
    const detach = attachGestures(made, () => setDetailsOpen(true));
    setSurface(made);
    if (initial?.selected) made.select(nodeOfSpan(timeline, initial.selected.run, initial.selected.span));
    return () => {
      detach();
      made.destroy();
      setSurface(null);
    };
  }, [timeline]);

  useEffect(() => surface?.setMatches(found?.matches ?? null), [surface, found]);

  const onEvents = useCallback((eventsNs: readonly number[]) => surface?.setEvents(eventsNs), [surface]);
  const closeDetails = useCallback(() => {
    setDetailsOpen(false);
    scroller.current?.focus({ preventScroll: true });
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!surface || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    // In the find box letters are text, and the dialog has its own escape.
    if (event.target instanceof Element && event.target.closest("input, dialog")) return;
    const action = keyToAction(event.key, event.target === scroller.current);
    if (!action) return;
    event.preventDefault();
    if (action === "keys") setKeysOpen(true);
    else if (action === "find") findInput.current?.focus();
    else if (action === "open") setDetailsOpen(surface.selected >= 0);
    else if (action === "close") {
      if (detailsOpen) closeDetails();
      else surface.select(-1);
    } else runKey(surface, action, found?.matches ?? null);
  };

  const selected = surface?.selected ?? -1;
  const showDetails = detailsOpen && surface !== null && selected >= 0;
  const kinds = useMemo(() => workKindsIn(timeline), [timeline]);

  return (
    <section
      ref={root}
      className={showDetails ? "gantt gantt-with-details" : "gantt"}
      aria-label="Timeline"
      onKeyDown={onKeyDown}
    >
      <div className="gantt-bar">
        <FindBox
          inputRef={findInput}
          text={find}
          count={found?.count ?? 0}
          onText={(text) => {
            setFind(text);
            if (surface) onStateChange?.(stateOf(surface, text), timeline.totalNs);
          }}
          onStep={(direction) =>
            surface && runKey(surface, direction > 0 ? "nextMatch" : "previousMatch", found?.matches ?? null)
          }
          onLeave={() => scroller.current?.focus({ preventScroll: true })}
        />
        <ul className="gantt-legend" aria-label="Kinds of work">
          {kinds.map((kind) => (
            <li key={kind}>
              <i className={`gantt-work-${kind}`} />
              {workLabels[kind]}
            </li>
          ))}
          <li>
            <i className="gantt-path" />
            Critical path
          </li>
        </ul>
        <div className="gantt-actions">
          <button
            type="button"
            onClick={() => surface && runKey(surface, "closeLevel", null)}
            title="Close one level ([)"
          >
            Close level
          </button>
          <button
            type="button"
            onClick={() => surface && runKey(surface, "openLevel", null)}
            title="Open one level (])"
          >
            Open level
          </button>
          <button
            type="button"
            onClick={() => surface && runKey(surface, "fitAll", null)}
            title="Show the whole run (0)"
          >
            Fit
          </button>
          <button type="button" onClick={() => setKeysOpen(true)} title="Keys (?)" aria-label="Keys">
            ?
          </button>
        </div>
      </div>
      <Notices timeline={timeline} />
      <canvas
        ref={minimap}
        className="gantt-minimap"
        aria-label="The whole run. Drag to choose what is shown below."
        role="img"
      />
      <div className="gantt-body">
        <div className="gantt-stage">
          <div
            ref={scroller}
            className="gantt-scroller"
            role="treegrid"
            tabIndex={0}
            aria-label="Spans"
            aria-rowcount={surface?.rows.count ?? timeline.count}
            aria-colcount={5}
            aria-activedescendant={selected >= 0 ? `${id}-${selected}` : undefined}
          >
            <div ref={sizer} className="gantt-sizer" role="presentation">
              <canvas ref={canvas} className="gantt-canvas" />
              {surface && <TreegridRows surface={surface} idPrefix={id} />}
            </div>
          </div>
          {surface && <Tooltip ref={tooltip} surface={surface} />}
        </div>
        {showDetails && (
          <Details
            surface={surface}
            node={selected}
            loadSpan={loadSpan}
            onEvents={onEvents}
            onClose={closeDetails}
          />
        )}
      </div>
      {keysOpen && <KeySheet onClose={() => setKeysOpen(false)} />}
    </section>
  );
}

function stateOf(surface: Surface, find: string): GanttState {
  const { view, timeline, selected } = surface;
  const span = timeline.span[selected] ?? -1;
  return {
    startNs: view.startNs,
    endNs: view.endNs,
    ...(span >= 0 ? { selected: { run: timeline.run[selected] ?? 0, span } } : {}),
    ...(find === "" ? {} : { find }),
  };
}
