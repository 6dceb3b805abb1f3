import { clamp } from "@/lib/base/clamp";
import { formatDuration } from "@/lib/base/time";
import { sizes } from "../layout/layout";
import { pxToNs } from "../layout/scale";
import type { Scene } from "../layout/scene";
import { type Canvas2d, fonts, textWidth } from "./canvas";
import { box } from "./shapes";

/** Veils everything outside the range being selected. */
export function paintBandVeil(ctx: Canvas2d, { theme, band, treePx, widthPx, heightPx }: Scene): void {
  if (!band) return;
  const [from, to] = inOrder(band);
  ctx.fillStyle = theme.ground;
  ctx.globalAlpha = 0.6;
  ctx.fillRect(treePx, sizes.axisPx, Math.max(0, from - treePx), heightPx);
  ctx.fillRect(to, sizes.axisPx, Math.max(0, widthPx - to), heightPx);
  ctx.globalAlpha = 1;
}

/** The edges of that stretch, and how long it is. */
export function paintBandLength(ctx: Canvas2d, scene: Scene): void {
  const { theme, band, view, treePx, widthPx, heightPx } = scene;
  if (!band) return;
  const [from, to] = inOrder(band);
  const chartPx = widthPx - treePx;
  ctx.fillStyle = theme.accent;
  ctx.fillRect(from, 0, 1.5, heightPx);
  ctx.fillRect(to - 1.5, 0, 1.5, heightPx);
  const lengthNs = pxToNs(view, chartPx, to - from) - pxToNs(view, chartPx, 0);
  const label = formatDuration(lengthNs);
  ctx.font = fonts.small;
  ctx.textAlign = "left";
  const labelPx = textWidth(ctx, label) + 12;
  const left = clamp((from + to - labelPx) / 2, treePx, widthPx - labelPx);
  box(ctx, left, 3, labelPx, sizes.axisPx - 7, 3);
  ctx.fill();
  ctx.fillStyle = theme.accentInk;
  ctx.fillText(label, left + 6, (sizes.axisPx - 1) / 2);
}

function inOrder({ fromPx, toPx }: NonNullable<Scene["band"]>): readonly [number, number] {
  return fromPx <= toPx ? [fromPx, toPx] : [toPx, fromPx];
}
