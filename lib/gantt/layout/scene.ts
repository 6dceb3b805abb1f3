import { int32At } from "@/lib/base/checked";
import type { Theme } from "../paint/palette";
import type { HitScene } from "./hit-test";

/** A stretch of the chart that is being chosen, from the canvas' left edge. */
export interface Band {
  readonly fromPx: number;
  readonly toPx: number;
}

/** Everything that one picture shows. Lengths are CSS pixels, times nanoseconds since the run's start. */
export interface Scene extends HitScene {
  readonly heightPx: number;
  readonly theme: Theme;
  /** 1 for nodes whose children are hidden. */
  readonly closed: Uint8Array;
  /** A node, or -1. */
  readonly selected: number;
  readonly hovered: number;
  /** Nodes that a search found; the others are dimmed. */
  readonly matches: Uint8Array | null;
  /** How many of them precede each node; one entry more than there are nodes. */
  readonly matchesBefore: Int32Array | null;
  /** Where the pointer is over the chart, from the canvas' left edge. */
  readonly pointerPx: number | null;
  /** Moments of the selected span's events. */
  readonly eventsNs: readonly number[];
  readonly focused: boolean;
  readonly band: Band | null;
}

export function isDimmed({ matches }: Scene, node: number): boolean {
  return matches !== null && !matches[node];
}

/** How many matches a closed node hides; 0 for one that is open. */
export function matchesHidden({ matchesBefore, closed, timeline }: Scene, node: number): number {
  if (!matchesBefore || closed[node] !== 1) return 0;
  const end = node + int32At(timeline.size, node);
  return int32At(matchesBefore, end) - int32At(matchesBefore, node + 1);
}

/** Below this width of the tree column its durations make way for the names. */
export const durationsFromPx = 240;
