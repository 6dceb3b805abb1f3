import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { int32At, last } from "@/lib/base/checked";
import { buildFlame, type Flame, frameAtPath, framePath } from "@/lib/gantt/flame";
import { layOutFlame } from "@/lib/gantt/layout/flame-layout";
import { nameTerm, pathTerm } from "../find/bounded-term";
import { FlameBar, type FlameMode } from "./flame-bar";
import { FlameCanvas } from "./flame-canvas";
import { flameKeyTarget } from "./flame-keys";
import { FlameTree } from "./flame-tree";
import type { PanelProps } from "./panel";
import "./flame-panel.css";

/** All spans by their path of names: where the work is, whatever the order it was done in. */
export function FlamePanel({ timeline, selected, find, onFind }: PanelProps) {
  const id = useId();
  const flame = useMemo(() => buildFlame(timeline), [timeline]);
  const [mode, setMode] = useState<FlameMode>("total");
  const layout = useMemo(() => layOutFlame(flame, mode === "path" ? "path" : "busy"), [flame, mode]);
  const [place, setPlace] = useState<Place>({ flame, zoom: -1, active: -1 });
  const { zoom, active } = useMemo(() => placeIn(flame, place), [flame, place]);

  const chosen = useMemo(
    () => frameOfTerm(flame.count, find, (frame) => termOf(flame, frame)),
    [flame, find],
  );
  const ofSelection = selected >= 0 ? int32At(flame.frameOf, selected) : -1;
  const findFrame = (frame: number) => {
    setPlace({ flame, zoom, active: frame });
    onFind(termOf(flame, frame));
  };
  const zoomTo = (frame: number) => setPlace({ flame, zoom: frame, active: frame < 0 ? active : frame });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = active >= 0 ? active : Math.max(0, zoom);
    if (flame.count === 0) return;
    if (event.key === "Enter") zoomTo(at === zoom ? int32At(flame.parent, at) : at);
    else if (event.key === " ") findFrame(at);
    else if ((event.key === "Escape" || event.key === "Backspace") && zoom >= 0) {
      zoomTo(int32At(flame.parent, zoom));
    } else {
      const target = flameKeyTarget(flame, zoom, active, event.key);
      if (target === undefined) return;
      setPlace({ flame, zoom, active: target });
    }
    event.preventDefault();
  };

  return (
    <div className="gantt-flame">
      <FlameBar flame={flame} mode={mode} onMode={setMode} zoom={zoom} onZoom={zoomTo} />
      {layout.totalNs > 0 ? (
        <FlameCanvas
          layout={layout}
          zoom={zoom}
          ownOnly={mode === "self"}
          selected={chosen >= 0 ? chosen : ofSelection}
          active={active}
          timeline={timeline}
          onFind={findFrame}
          onZoom={zoomTo}
          onKeyDown={onKeyDown}
          activeId={active >= 0 ? `${id}-${active}` : undefined}
        >
          <FlameTree flame={flame} zoom={zoom} active={active} chosen={chosen} idPrefix={id} />
        </FlameCanvas>
      ) : (
        <p className="gantt-hint">
          {flame.count === 0
            ? "This run has no spans."
            : "No span lasts any time here, so there is nothing to draw to scale. The stage table counts them."}
        </p>
      )}
    </div>
  );
}

/** Where a person is in a flame, by the numbers of that flame. */
interface Place {
  readonly flame: Flame;
  readonly zoom: number;
  readonly active: number;
}

/** The same place in another flame: frames are numbered anew when spans arrive late, their paths stay. */
function placeIn(flame: Flame, place: Place): Place {
  if (place.flame === flame) return place;
  const same = (frame: number) => (frame < 0 ? -1 : frameAtPath(flame, framePath(place.flame, frame)));
  return { flame, zoom: same(place.zoom), active: same(place.active) };
}

/** What finds a frame's spans: its path, or where that is too long for the find box its name. */
function termOf(flame: Flame, frame: number): string {
  const path = framePath(flame, frame);
  return pathTerm(path) ?? nameTerm(last(path));
}

/** Upper bound on the frames whose terms we build to match the find box. */
const maxCompared = 5_000;

function frameOfTerm(count: number, find: string, term: (frame: number) => string): number {
  const wanted = find.trim();
  if (!wanted.startsWith("path=")) return -1;
  for (let frame = 0; frame < Math.min(count, maxCompared); frame++) if (term(frame) === wanted) return frame;
  return -1;
}
