import { type RefObject, useMemo } from "react";
import { workLabels } from "@/lib/gantt/paint/palette";
import { type Timeline, workKindsIn } from "@/lib/gantt/timeline";
import { FindBox } from "./find/find-box";
import type { Found } from "./find/use-find";
import type { PanelName } from "./panels/panel";
import { panels } from "./panels/panels";
import { runAction, type SurfaceAction } from "./run-key";
import type { HeldState } from "./state";
import type { Surface } from "./surface/surface";

interface BarProps {
  readonly timeline: Timeline;
  readonly surface: Surface | null;
  readonly findInput: RefObject<HTMLInputElement | null>;
  readonly held: HeldState;
  readonly found: Found;
  readonly onChange: (part: HeldState) => void;
  readonly onPanel: (name: PanelName) => void;
  readonly onStep: (direction: 1 | -1) => void;
  readonly onLeave: () => void;
  readonly onKeys: () => void;
}

/** Above the timeline: find, what the colours mean, and what can be done with the pointer alone. */
export function Bar(props: BarProps) {
  const { timeline, surface, findInput, held, found, onChange, onPanel, onStep, onLeave, onKeys } = props;
  const kinds = useMemo(() => workKindsIn(timeline), [timeline]);
  const run = (action: SurfaceAction) => () => surface && runAction(surface, action, found.matches);
  return (
    <div className="gantt-bar">
      <FindBox
        inputRef={findInput}
        text={held.find ?? ""}
        found={found}
        hide={held.hide ?? false}
        onText={(find) => onChange({ find })}
        onHide={(hide) => onChange({ hide })}
        onStep={onStep}
        onLeave={onLeave}
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
        {panels.map(({ name, label, key }) => (
          <button
            key={name}
            type="button"
            aria-pressed={held.panel === name}
            onClick={() => onPanel(name)}
            title={`${label} (${key.toUpperCase()})`}
          >
            {label}
          </button>
        ))}
        <button
          type="button"
          onClick={run("closeLevel")}
          title="Close one level ([)"
          aria-label="Close level"
        >
          −
        </button>
        <button type="button" onClick={run("openLevel")} title="Open one level (])" aria-label="Open level">
          +
        </button>
        <button type="button" onClick={run("fitAll")} title="Show the whole run (0)">
          Fit
        </button>
        <button type="button" onClick={onKeys} title="Keys (?)" aria-label="Keys">
          ?
        </button>
      </div>
    </div>
  );
}
