import { float64At, int32At, uint8At } from "@/lib/base/checked";
import { wholeView } from "@/lib/gantt/layout/scale";
import type { KeyAction } from "./keys";
import type { PanelName } from "./panels/panel";
import type { Surface } from "./surface/surface";

/** Actions that change only what the surface shows; the others open or close something around it. */
export type SurfaceAction = Exclude<
  KeyAction,
  "open" | "close" | "find" | "hide" | "keys" | `panel.${PanelName}`
>;

const zoomStep = 0.7;
const panShare = 0.15;

const actions: Readonly<Record<SurfaceAction, (surface: Surface, matches: Uint8Array | null) => void>> = {
  next: (surface) => stepRows(surface, 1),
  previous: (surface) => stepRows(surface, -1),
  nextPage: (surface) => stepRows(surface, pageRows(surface)),
  previousPage: (surface) => stepRows(surface, -pageRows(surface)),
  first: (surface) => selectRow(surface, 0),
  last: (surface) => selectRow(surface, surface.rows.count - 1),
  expand: (surface) => {
    const { selected, closed, rows, rowState } = surface;
    if (selected < 0 || !rowState.canOpen(selected)) return;
    if (closed[selected]) surface.toggle(selected);
    else selectRow(surface, int32At(rows.rowOf, selected) + 1);
  },
  collapse: (surface) => {
    const { selected, closed, timeline, rowState } = surface;
    if (selected < 0) return;
    const parent = int32At(timeline.parent, selected);
    if (!closed[selected] && rowState.canOpen(selected)) surface.toggle(selected);
    else if (parent >= 0) surface.select(parent);
  },
  openLevel: (surface) => surface.changeRows((state) => state.closeFrom(deepestShown(surface) + 1)),
  closeLevel: (surface) =>
    surface.changeRows((state) => state.closeFrom(Math.max(0, deepestShown(surface) - 1))),
  openBelow: (surface) => {
    const { selected } = surface;
    if (selected >= 0) surface.changeRows((state) => state.openBelow(selected));
  },
  openAll: (surface) => surface.changeRows((state) => state.closeFrom(Number.POSITIVE_INFINITY)),
  closeAll: (surface) => surface.changeRows((state) => state.closeFrom(0)),
  zoomIn: (surface) => surface.zoom(zoomStep),
  zoomOut: (surface) => surface.zoom(1 / zoomStep),
  earlier: (surface) => surface.pan(-surface.chartPx * panShare),
  later: (surface) => surface.pan(surface.chartPx * panShare),
  fit: (surface) => surface.fit(),
  fitAll: (surface) => surface.setView(wholeView(surface.timeline.totalNs)),
  nextMatch: (surface, matches) => selectMatch(surface, matches, 1),
  previousMatch: (surface, matches) => selectMatch(surface, matches, -1),
};

/** Does on the surface what a key or a button asks for. */
export function runAction(surface: Surface, action: SurfaceAction, matches: Uint8Array | null): void {
  actions[action](surface, matches);
}

function selectRow(surface: Surface, row: number): void {
  const { count, node } = surface.rows;
  if (count > 0) surface.select(int32At(node, Math.min(count - 1, Math.max(0, row))));
}

/** From the selected row, or to the first row in sight where none is selected. */
function stepRows(surface: Surface, rows: number): void {
  const at = surface.selected >= 0 ? int32At(surface.rows.rowOf, surface.selected) : -1;
  selectRow(surface, at < 0 ? surface.rowsInSight[0] : at + rows);
}

/** A page keeps two rows of the one before. */
function pageRows(surface: Surface): number {
  const [first, last] = surface.rowsInSight;
  return Math.max(1, last - first - 2);
}

function deepestShown({ timeline, rows }: Surface): number {
  let deepest = 0;
  for (const node of rows.node) deepest = Math.max(deepest, int32At(timeline.depth, node));
  return deepest;
}

/**
 * Goes to the next or previous match from the selection on, round the ends; closed rows are opened for it.
 * Where nothing is searched for, the spans with a part in the critical path take the place of matches, in the
 * order of time.
 */
function selectMatch(surface: Surface, matches: Uint8Array | null, direction: 1 | -1): void {
  if (!matches) {
    selectOnPath(surface, direction);
    return;
  }
  const { length } = matches;
  const from = surface.selected >= 0 ? surface.selected : direction > 0 ? -1 : length;
  for (let step = 1; step <= length; step++) {
    const node = (from + direction * step + 2 * length) % length;
    if (!matches[node]) continue;
    surface.select(node);
    return;
  }
}

/** The span whose segment of the path begins next after the selected one's first, or before it. */
function selectOnPath(surface: Surface, direction: 1 | -1): void {
  const { path, count, run } = surface.timeline;
  const nodes: number[] = [];
  for (let node = 0; node < count; node++) if (float64At(path.ownNs, node) > 0) nodes.push(node);
  const startOf = (node: number) => float64At(path.startNs, int32At(path.from, node));
  nodes.sort((a, b) => uint8At(run, a) - uint8At(run, b) || startOf(a) - startOf(b) || a - b);
  const at = nodes.indexOf(surface.selected);
  const next =
    at < 0 ? (direction > 0 ? 0 : nodes.length - 1) : (at + direction + nodes.length) % nodes.length;
  const node = nodes[next];
  if (node !== undefined) surface.select(node);
}
