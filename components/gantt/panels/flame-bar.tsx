import { int32At } from "@/lib/base/checked";
import { type Flame, frameName } from "@/lib/gantt/flame";

/** What is drawn: everything, only what is a frame's own, or the critical path. */
export type FlameMode = "total" | "self" | "path";

const modes: readonly { readonly mode: FlameMode; readonly label: string; readonly caption: string }[] = [
  {
    mode: "total",
    label: "Total",
    caption:
      "Widths are busy time: own time, added up over everything below. Work side by side counts each, so a frame may stand for more than it lasted.",
  },
  {
    mode: "self",
    label: "Self",
    caption: "Widths are busy time; filled is what no child accounts for.",
  },
  {
    mode: "path",
    label: "Critical path",
    caption: "Widths are the critical path, which adds up to the time that the run took.",
  },
];

/** Deeper trails keep their ends. */
const crumbsShown = 6;

/** Above the flame: what widths stand for, and the way back from what was zoomed into. */
export function FlameBar({
  flame,
  mode,
  onMode,
  zoom,
  onZoom,
}: {
  readonly flame: Flame;
  readonly mode: FlameMode;
  readonly onMode: (mode: FlameMode) => void;
  readonly zoom: number;
  readonly onZoom: (frame: number) => void;
}) {
  const trail: number[] = [];
  for (let at = zoom; at >= 0; at = int32At(flame.parent, at)) trail.unshift(at);
  const shown = trail.length <= crumbsShown ? trail : [...trail.slice(0, 1), ...trail.slice(1 - crumbsShown)];
  return (
    <div className="gantt-flame-bar">
      <fieldset className="gantt-switch" aria-label="What is drawn">
        {modes.map((each) => (
          <button
            key={each.mode}
            type="button"
            aria-pressed={mode === each.mode}
            onClick={() => onMode(each.mode)}
          >
            {each.label}
          </button>
        ))}
      </fieldset>
      <nav className="gantt-crumbs" aria-label="Zoomed into">
        <button
          type="button"
          className="gantt-link"
          onClick={() => onZoom(-1)}
          aria-current={zoom < 0 ? "true" : undefined}
        >
          Everything
        </button>
        {shown.map((frame, index) => (
          <span key={frame}>
            {" "}
            ›{index === 1 && trail.length > shown.length && " … ›"}{" "}
            <button
              type="button"
              className="gantt-link"
              onClick={() => onZoom(frame)}
              aria-current={frame === zoom ? "true" : undefined}
            >
              {frameName(flame, frame).slice(0, 60) || "(no name)"}
            </button>
          </span>
        ))}
      </nav>
      <p className="gantt-soft">{modes.find((each) => each.mode === mode)?.caption}</p>
    </div>
  );
}
