import { float64At, int32At, uint8At } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { oddities } from "@/lib/trace/analysis/tree";
import { twistyLeftPx } from "../layout/hit-test";
import { countBelow, sizes } from "../layout/layout";
import { durationsFromPx, isDimmed, matchesHidden, type Scene } from "../layout/scene";
import { nodeName, nodeService, type Timeline } from "../timeline";
import { type Canvas2d, fitText, fonts, textWidth } from "./canvas";
import { type Theme, workColourAt } from "./palette";
import { triangle } from "./shapes";

export function paintTreeRow(ctx: Canvas2d, scene: Scene, node: number, topPx: number): void {
  const { timeline, theme, treePx, closed, rows } = scene;
  const middle = topPx + sizes.rowPx / 2 + 0.5;
  const depth = int32At(timeline.depth, node);
  const left = twistyLeftPx(depth, treePx);
  const below = countBelow(timeline, rows, node);
  const isClosed = closed[node] === 1;
  const isRun = int32At(timeline.span, node) < 0;

  ctx.fillStyle = theme.line;
  for (let up = 0; up < depth; up++) {
    const x = twistyLeftPx(up, treePx) + 5;
    if (x < left) ctx.fillRect(Math.round(x), topPx, 1, sizes.rowPx);
  }
  const hidden = matchesHidden(scene, node);
  ctx.globalAlpha = isDimmed(scene, node) && hidden === 0 ? 0.45 : 1;
  if (below > 0) {
    ctx.fillStyle = theme.muted;
    if (isClosed) triangle(ctx, left + 3, middle - 4, left + 3, middle + 4, left + 8, middle);
    else triangle(ctx, left + 1, middle - 2.5, left + 9, middle - 2.5, left + 5, middle + 3);
  }
  let x = left + sizes.twistyPx;
  if (!isRun) {
    const colour = workColourAt(uint8At(timeline.work, node));
    ctx.fillStyle = colour.fill;
    ctx.fillRect(x, Math.round(middle - 5), 4, 10);
    x += 9;
  }
  if (timeline.error[node] || (isClosed && int32At(timeline.errorsBelow, node) > 0)) {
    paintWarning(ctx, theme, x, middle, theme.error, timeline.error[node] === 1);
    x += 16;
  } else if (uint8At(timeline.odd, node) & ~oddities.outsideParent) {
    // Work that leaves its parent is common where it is asynchronous: the details say so, the row stays calm.
    paintWarning(ctx, theme, x, middle, theme.warning, false);
    x += 16;
  }

  let right = treePx - 10;
  if (treePx >= durationsFromPx) {
    ctx.font = fonts.small;
    ctx.textAlign = "right";
    ctx.fillStyle = theme.muted;
    ctx.fillText(shortDuration(timeline, node), right, middle);
    right -= 62;
  }
  ctx.textAlign = "left";
  ctx.font = isRun ? fonts.strong : fonts.text;
  ctx.fillStyle = timeline.error[node] ? theme.error : theme.text;
  const name = fitText(ctx, nodeName(timeline, node), right - x);
  ctx.fillText(name, x, middle);
  x += textWidth(ctx, name) + 8;
  ctx.font = fonts.small;
  ctx.fillStyle = theme.muted;
  const service = timeline.hasServices ? nodeService(timeline, node) : "";
  const all = formatCount(below);
  const hides = hidden > 0 ? `${formatCount(hidden)} of ${all} found` : `+${all}`;
  const more = isClosed ? hides : service;
  if (hidden > 0) ctx.fillStyle = theme.accent;
  if (more !== "" && right - x > 30) ctx.fillText(fitText(ctx, more, right - x), x, middle);
  ctx.globalAlpha = 1;
}

/** In the narrow column "ends before it starts" would cover the name. */
function shortDuration(timeline: Timeline, node: number): string {
  if (uint8At(timeline.odd, node) & (oddities.unfinished | oddities.endsBeforeStart)) return "–";
  return formatDuration(float64At(timeline.durationNs, node));
}

/** A triangle with an exclamation mark: filled for the span's own error, hollow for one below it or an anomaly. */
function paintWarning(
  ctx: Canvas2d,
  { ground }: Theme,
  x: number,
  middle: number,
  colour: string,
  filled: boolean,
): void {
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  ctx.moveTo(x + 6, middle - 5.5);
  ctx.lineTo(x + 12, middle + 5);
  ctx.lineTo(x, middle + 5);
  ctx.closePath();
  if (filled) ctx.fill();
  else ctx.stroke();
  ctx.fillStyle = filled ? ground : colour;
  ctx.fillRect(x + 5.3, middle - 2, 1.4, 3.6);
  ctx.fillRect(x + 5.3, middle + 2.6, 1.4, 1.4);
}
