import { clamp } from "@/lib/base/clamp";
import { sizes } from "../layout/layout";
import { axisTicks, formatAxisMoment, nsToPx, pxToNs } from "../layout/scale";
import { durationsFromPx, type Scene } from "../layout/scene";
import { type Canvas2d, fonts, textWidth } from "./canvas";
import { box } from "./shapes";

export function paintGrid(ctx: Canvas2d, scene: Scene): void {
  const { theme, view, widthPx, heightPx, treePx, pointerPx } = scene;
  const chartPx = widthPx - treePx;
  ctx.fillStyle = theme.grid;
  // Colours that a system forces are all as strong as text.
  if (theme.grid === theme.line || theme.edge === theme.text) ctx.globalAlpha = 0.4;
  for (const ns of axisTicks(view, chartPx).atNs) {
    ctx.fillRect(Math.round(treePx + nsToPx(view, chartPx, ns)), sizes.axisPx, 1, heightPx - sizes.axisPx);
  }
  ctx.globalAlpha = 1;
  if (pointerPx !== null && pointerPx >= treePx) {
    ctx.fillStyle = theme.muted;
    ctx.globalAlpha = 0.45;
    ctx.fillRect(Math.round(pointerPx), sizes.axisPx, 1, heightPx - sizes.axisPx);
    ctx.globalAlpha = 1;
  }
}

export function paintAxis(ctx: Canvas2d, scene: Scene): void {
  const { theme, view, widthPx, treePx, pointerPx } = scene;
  const chartPx = widthPx - treePx;
  ctx.fillStyle = theme.panel;
  ctx.fillRect(0, 0, widthPx, sizes.axisPx);
  ctx.fillStyle = theme.line;
  ctx.fillRect(0, sizes.axisPx - 1, widthPx, 1);
  const { atNs, stepNs, minorPerStep } = axisTicks(view, chartPx);
  const maxNs = Math.max(Math.abs(view.startNs), Math.abs(view.endNs));
  ctx.font = fonts.small;
  ctx.textAlign = "left";
  const middle = (sizes.axisPx - 1) / 2;
  // The step before the first label has lines in sight too.
  const beforeNs = Math.ceil(view.startNs / stepNs) * stepNs - stepNs;
  for (const [k, ns] of [beforeNs, ...atNs].entries()) {
    const x = treePx + nsToPx(view, chartPx, ns);
    ctx.fillStyle = theme.line;
    const minorPx = nsToPx(view, chartPx, view.startNs + stepNs) / minorPerStep;
    for (let minor = 1; minor < minorPerStep; minor++) {
      const at = x + minor * minorPx;
      if (at >= treePx) ctx.fillRect(Math.round(at), sizes.axisPx - 4, 1, 3);
    }
    if (k === 0) continue;
    ctx.fillStyle = theme.muted;
    ctx.fillRect(Math.round(x), sizes.axisPx - 8, 1, 7);
    const label = formatAxisMoment(ns, stepNs, maxNs);
    if (x + 4 + textWidth(ctx, label) < widthPx) ctx.fillText(label, x + 4, middle);
  }
  if (treePx > 0) {
    ctx.fillStyle = theme.panel;
    ctx.fillRect(0, 0, treePx, sizes.axisPx - 1);
    ctx.fillStyle = theme.muted;
    ctx.fillText("Span", 10, middle);
    if (treePx >= durationsFromPx) {
      ctx.textAlign = "right";
      ctx.fillText("Duration", treePx - 10, middle);
    }
  }
  if (pointerPx !== null && pointerPx >= treePx) paintPointerMoment(ctx, scene, pointerPx, stepNs, maxNs);
}

/** The moment under the pointer, a hundred times finer than the labels beside it. */
function paintPointerMoment(
  ctx: Canvas2d,
  scene: Scene,
  pointerPx: number,
  stepNs: number,
  maxNs: number,
): void {
  const { theme, view, widthPx, treePx } = scene;
  const fine = Math.max(1, 10 ** Math.floor(Math.log10(stepNs) - 1));
  const moment = pxToNs(view, widthPx - treePx, pointerPx - treePx);
  const label = formatAxisMoment(moment, maxNs >= 60e9 ? stepNs : fine, maxNs);
  ctx.font = fonts.small;
  ctx.textAlign = "left";
  const width = textWidth(ctx, label) + 10;
  const left = clamp(pointerPx - width / 2, treePx, widthPx - width);
  box(ctx, left, 3, width, sizes.axisPx - 7, 3);
  ctx.fillStyle = theme.text;
  ctx.fill();
  ctx.fillStyle = theme.ground;
  ctx.fillText(label, left + 5, (sizes.axisPx - 1) / 2);
}
