import { useCallback, useRef, useState } from "react";
import { Bar } from "./bar";
import { Details } from "./details/details";
import { KeySheet } from "./key-sheet";
import { Notices } from "./notices";
import type { PanelName } from "./panels/panel";
import { PanelPlace } from "./panels/panel-place";
import { panels } from "./panels/panels";
import { runAction } from "./run-key";
import { SpanStage } from "./span-stage";
import type { Surface } from "./surface/surface";
import { type GanttProps, useGantt } from "./use-gantt";
import { useKeys } from "./use-keys";
import "./gantt.css";

export type { GanttState } from "./state";
export type { GanttProps } from "./use-gantt";

/** The timeline of one or several runs: tree and bars on one canvas, minimap, find, details, panels, keys. */
export function Gantt(props: GanttProps) {
  const gantt = useGantt(props);
  const { timeline, refs, surface, found, held, change, onFind, onPanel, detailsOpen, setDetailsOpen } =
    gantt;
  const findInput = useRef<HTMLInputElement>(null);
  const [keysOpen, setKeysOpen] = useState(false);
  const onEvents = useCallback((eventsNs: readonly number[]) => surface?.setEvents(eventsNs), [surface]);
  const focusRows = () => refs.scroller.current?.focus({ preventScroll: true });
  const closeDetails = () => {
    setDetailsOpen(false);
    focusRows();
  };
  const step = (direction: 1 | -1) => {
    if (surface) runAction(surface, direction > 0 ? "nextMatch" : "previousMatch", found.matches);
  };

  const onKeyDown = useKeys(
    surface,
    found.matches,
    refs.scroller,
    {
      keys: () => setKeysOpen(true),
      find: () => {
        findInput.current?.focus();
        findInput.current?.select();
      },
      hide: () => change({ hide: !held.hide }),
      open: ({ selected: node }) => setDetailsOpen(node >= 0),
      close: (shown) => {
        if (detailsOpen && shown.selected >= 0) closeDetails();
        else shown.select(-1);
      },
    },
    onPanel,
  );

  const selected = surface?.selected ?? -1;
  const showDetails = detailsOpen && surface !== null && selected >= 0;

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
        <SpanStage
          timeline={timeline}
          surface={surface}
          reports={gantt.reports}
          refs={refs}
          matches={found.matches}
          tooltip={gantt.tooltip}
        />
        {showDetails && (
          <Details
            surface={surface}
            node={selected}
            loadSpan={props.loadSpan}
            onEvents={onEvents}
            onClose={closeDetails}
            onFind={onFind}
            hrefOfTrace={props.hrefOfTrace}
          />
        )}
      </div>
      {surface && (
        <OpenPanel name={held.panel} surface={surface} find={held.find ?? ""} {...{ onFind, onPanel }} />
      )}
      <div ref={gantt.print} className="gantt-print" />
      {keysOpen && <KeySheet onClose={() => setKeysOpen(false)} />}
    </section>
  );
}

/** The panel of that name, if any is open. */
function OpenPanel({
  name,
  surface,
  find,
  onFind,
  onPanel,
}: {
  readonly name: PanelName | undefined;
  readonly surface: Surface;
  readonly find: string;
  readonly onFind: (text: string) => void;
  readonly onPanel: (name: PanelName) => void;
}) {
  const panel = panels.find((each) => each.name === name);
  if (!panel) return null;
  return (
    <PanelPlace label={panel.label} onClose={() => onPanel(panel.name)}>
      <panel.Content
        timeline={surface.timeline}
        view={surface.view}
        selected={surface.selected}
        find={find}
        onFind={onFind}
        onSelect={(node) => surface.select(node)}
      />
    </PanelPlace>
  );
}
