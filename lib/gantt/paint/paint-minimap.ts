import type { Merged } from "../layout/merge";
import { nsToPx, type View, wholeView } from "../layout/scale";
import type { Canvas2d } from "./canvas";
import { type Theme, workColourAt } from "./palette";

export interface MinimapScene {
  readonly theme: Theme;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly lanes: number;
  readonly merged: Merged;
}

/** Room above and below the lanes. */
const padPx = 4;

/** The whole of all runs, merged to pixels. It changes with the data, the size and the theme only. */
export function paintMinimap(ctx: Canvas2d, scene: MinimapScene): void {
  const { theme, widthPx, heightPx, lanes, merged } = scene;
  ctx.globalAlpha = 1;
  ctx.fillStyle = theme.panel;
  ctx.fillRect(0, 0, widthPx, heightPx);
  const lanePx = (heightPx - 2 * padPx) / lanes;
  const barPx = Math.max(1, lanePx >= 3 ? lanePx - 1 : lanePx);
  for (const run of merged.runs) {
    ctx.fillStyle = workColourAt(run.work).fill;
    ctx.fillRect(run.xPx, padPx + run.lane * lanePx, run.widthPx, barPx);
  }
  ctx.fillStyle = theme.error;
  for (const { lane, xPx } of merged.errors) ctx.fillRect(xPx, padPx + lane * lanePx, 1, Math.max(2, barPx));
}

/** As many lanes as there are spans, as long as each is a pixel high. */
export function minimapLanes(heightPx: number, count: number): number {
  return Math.max(1, Math.min(count, Math.floor(heightPx - 2 * padPx)));
}

/** What of the whole is shown below: the rest is veiled, and the window has handles. */
export function paintMinimapWindow(
  ctx: Canvas2d,
  { theme, widthPx, heightPx }: Pick<MinimapScene, "theme" | "widthPx" | "heightPx">,
  view: View,
  totalNs: number,
): void {
  const whole = wholeView(totalNs);
  const from = nsToPx(whole, widthPx, view.startNs);
  const to = Math.max(from + 2, nsToPx(whole, widthPx, view.endNs));
  ctx.fillStyle = theme.ground;
  ctx.globalAlpha = 0.65;
  ctx.fillRect(0, 0, Math.max(0, from), heightPx);
  ctx.fillRect(to, 0, Math.max(0, widthPx - to), heightPx);
  ctx.globalAlpha = 1;
  if (from <= 0.5 && to >= widthPx - 0.5) return;
  ctx.fillStyle = theme.accent;
  ctx.fillRect(from, 0, 1.5, heightPx);
  ctx.fillRect(to - 1.5, 0, 1.5, heightPx);
  ctx.fillRect(from, 0, to - from, 1.5);
  ctx.fillRect(from, heightPx - 1.5, to - from, 1.5);
}
