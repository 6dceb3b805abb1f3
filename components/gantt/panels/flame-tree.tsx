// biome-ignore-all lint/a11y/useFocusableInteractive: the tree holds the focus and names its active frame
import { at, float64At, int32At, uint32At } from "@/lib/base/checked";
import { formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { childrenOf, type Flame, frameName } from "@/lib/gantt/flame";
import { percentText } from "../details/span-facts";

/** Neighbours of the active frame in the tree; thousands would say less. */
const aroundShown = 20;

/**
 * The frames around the active one for those who do not see the canvas: the way down to it, its siblings and its
 * children, each with its level and its place among its siblings.
 */
export function FlameTree({
  flame,
  zoom,
  active,
  chosen,
  idPrefix,
}: {
  readonly flame: Flame;
  readonly zoom: number;
  readonly active: number;
  readonly chosen: number;
  readonly idPrefix: string;
}) {
  const levels = levelsAround(flame, zoom, active);
  return levels.flatMap(({ frames, of, from, level }) =>
    frames.map((frame, index) => (
      <div
        key={frame}
        id={`${idPrefix}-${frame}`}
        role="treeitem"
        aria-level={level}
        aria-setsize={of}
        aria-posinset={from + index + 1}
        aria-selected={frame === chosen}
        aria-expanded={int32At(flame.size, frame) > 1 ? true : undefined}
      >
        {frameText(flame, frame)}
      </div>
    )),
  );
}

interface Level {
  readonly frames: readonly number[];
  /** Size of this level, and the position of the first of `frames` in it. */
  readonly of: number;
  readonly from: number;
  readonly level: number;
}

function levelsAround(flame: Flame, zoom: number, active: number): Level[] {
  const levels: Level[] = [];
  const trail: number[] = [];
  for (let at = active; at >= 0; at = at === zoom ? -1 : int32At(flame.parent, at)) trail.unshift(at);
  const top = zoom >= 0 ? [zoom] : childrenOf(flame, -1);
  const around = (frames: readonly number[], frame: number, level: number): Level => {
    const place = Math.max(0, frames.indexOf(frame));
    const from = Math.max(0, place - aroundShown / 2);
    return { frames: frames.slice(from, from + aroundShown), of: frames.length, from, level };
  };
  if (trail.length === 0) return [around(top, -1, 1)];
  for (const [index, frame] of trail.entries()) {
    const siblings = index === 0 ? top : childrenOf(flame, at(trail, index - 1));
    // Above the active frame the way to it is enough.
    const level = around(siblings, frame, index + 1);
    levels.push(
      frame === active ? level : { ...level, frames: [frame], from: Math.max(0, siblings.indexOf(frame)) },
    );
  }
  const children = childrenOf(flame, active);
  if (children.length > 0) levels.push(around(children, -1, trail.length + 1));
  return levels;
}

/** All that is known of a frame, in one line. */
function frameText(flame: Flame, frame: number): string {
  const spans = uint32At(flame.spans, frame);
  const errors = uint32At(flame.errors, frame);
  const up = int32At(flame.parent, frame);
  const busyNs = float64At(flame.busyNs, frame);
  const aboveNs = up < 0 ? 0 : float64At(flame.busyNs, up);
  const share = aboveNs > 0 ? busyNs / aboveNs : 1;
  return [
    frameName(flame, frame).slice(0, 300) || "(no name)",
    formatQuantity(spans, "span"),
    `busy ${formatDuration(busyNs)}`,
    `self ${formatDuration(float64At(flame.selfNs, frame))}`,
    up >= 0 ? `${percentText(share)} of the frame above` : "",
    errors > 0 ? (errors === 1 ? "1 error" : `${errors} errors`) : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}
