import { int32At, uint8At } from "@/lib/base/checked";
import type { Folds, SpanRef } from "@/lib/gantt/layout/row-state";
import type { PanelName } from "./panels/panel";
import type { Surface } from "./surface/surface";

/** What of the timeline is shown: enough to put it back as it was, in an address or a file. */
export interface GanttState {
  readonly startNs: number;
  readonly endNs: number;
  readonly selected?: SpanRef;
  /** The text of the find box. */
  readonly find?: string;
  /** Rows that the search did not find are hidden; otherwise they are dimmed. */
  readonly hide?: boolean;
  /** The panel below; absent for none. */
  readonly panel?: PanelName;
  /** Which rows are closed, where it is not as the runs open. */
  readonly folds?: Folds;
}

/** What React holds of the state; the rest is the surface's. */
export type HeldState = Pick<GanttState, "find" | "hide" | "panel">;

export function stateOf(surface: Surface, { find, hide, panel }: HeldState): GanttState {
  const { view, timeline, selected, rowState } = surface;
  const span = selected < 0 ? -1 : int32At(timeline.span, selected);
  const folds = rowState.folds();
  return {
    startNs: view.startNs,
    endNs: view.endNs,
    ...(span >= 0 ? { selected: { run: uint8At(timeline.run, selected), span } } : {}),
    ...(find ? { find } : {}),
    ...(hide ? { hide } : {}),
    ...(panel ? { panel } : {}),
    ...(folds ? { folds } : {}),
  };
}
