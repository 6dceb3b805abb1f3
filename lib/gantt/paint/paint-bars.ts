import { float64At, int32At, uint8At } from "@/lib/base/checked";
import { oddities } from "@/lib/trace/analysis/tree";
import { sizes } from "../layout/layout";
import { mergeBelow } from "../layout/merge";
import { nsToPx } from "../layout/scale";
import { isDimmed, type Scene } from "../layout/scene";
import { nodeDurationText, nodeName } from "../timeline";
import { type Canvas2d, fonts, textWidth } from "./canvas";
import { type Theme, workColourAt } from "./palette";
import { box, diamond, triangle } from "./shapes";

export function paintBar(ctx: Canvas2d, scene: Scene, node: number, topPx: number): void {
  const { timeline, theme, view, widthPx, treePx, closed, selected } = scene;
  const chartPx = widthPx - treePx;
  const startNs = float64At(timeline.startNs, node);
  const durationNs = float64At(timeline.durationNs, node);
  const from = treePx + nsToPx(view, chartPx, startNs);
  const to = treePx + nsToPx(view, chartPx, startNs + durationNs);
  const barTop = topPx + (sizes.rowPx - sizes.barPx) / 2;
  ctx.globalAlpha = isDimmed(scene, node) ? 0.3 : 1;

  if (to < treePx || from > widthPx) {
    paintAway(ctx, scene, to < treePx ? "left" : "right", topPx);
    ctx.globalAlpha = 1;
    return;
  }
  if (durationNs === 0 && int32At(timeline.span, node) >= 0) {
    paintMoment(ctx, scene, node, from, barTop);
    return;
  }
  const left = Math.max(from, treePx - 4);
  const width = Math.max(1.5, Math.min(to, widthPx + 4) - left);
  if (int32At(timeline.span, node) < 0) {
    paintRunBracket(ctx, theme, left, width, barTop);
  } else {
    const colour = workColourAt(uint8At(timeline.work, node));
    const isClosed = closed[node] === 1 && width >= 8;
    if (width < 4) {
      ctx.fillStyle = timeline.error[node] ? theme.error : theme.edge || colour.edge;
      ctx.fillRect(left, barTop, width, sizes.barPx);
    } else {
      box(ctx, left, barTop, width, sizes.barPx, 2);
      ctx.fillStyle = colour.fill;
      if (isClosed) ctx.globalAlpha *= 0.35;
      ctx.fill();
      if (isClosed) {
        ctx.globalAlpha = isDimmed(scene, node) ? 0.3 : 1;
        paintBelow(ctx, scene, node, barTop);
      }
      if (timeline.error[node]) paintHatch(ctx, theme, left, barTop, width);
      box(ctx, left + 0.5, barTop + 0.5, width - 1, sizes.barPx - 1, 2);
      ctx.lineWidth = timeline.error[node] ? 1.5 : 1;
      ctx.strokeStyle = timeline.error[node] ? theme.error : theme.edge || colour.edge;
      ctx.stroke();
    }
  }
  paintPath(ctx, scene, node, barTop);
  if (node === selected) {
    box(ctx, left - 1.5, barTop - 1.5, width + 3, sizes.barPx + 3, 3);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = theme.accent;
    ctx.stroke();
    paintEvents(ctx, scene, topPx);
  }
  paintBarLabels(ctx, scene, node, left, left + width, barTop);
  ctx.globalAlpha = 1;
}

/** A bar outside the view leaves an arrow at the edge it is beyond. */
function paintAway(
  ctx: Canvas2d,
  { theme, treePx, widthPx }: Scene,
  side: "left" | "right",
  topPx: number,
): void {
  const x = side === "left" ? treePx + 4 : widthPx - 6;
  const point = side === "left" ? -3 : 3;
  const middle = topPx + sizes.rowPx / 2;
  ctx.fillStyle = theme.muted;
  triangle(ctx, x - point, middle - 3.5, x - point, middle + 3.5, x + point, middle);
}

/** Half the width of a diamond. */
const momentPx = 5;

/**
 * A span that lasts no time: a diamond at its moment, filled where its clock could tell no length, hollow with an
 * arrow if its end is missing (to the right) or precedes its start (to the left).
 */
function paintMoment(ctx: Canvas2d, scene: Scene, node: number, x: number, barTop: number): void {
  const { timeline, theme, selected } = scene;
  const colour = workColourAt(uint8At(timeline.work, node));
  const odd = uint8At(timeline.odd, node);
  const isOpen = (odd & (oddities.unfinished | oddities.endsBeforeStart)) !== 0;
  const ink = timeline.error[node] ? theme.error : theme.edge || colour.edge;
  const middle = barTop + sizes.barPx / 2;
  diamond(ctx, x, middle, momentPx);
  ctx.fillStyle = isOpen ? theme.ground : timeline.error[node] ? theme.error : colour.fill;
  ctx.fill();
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  let left = x - momentPx;
  let right = x + momentPx;
  if (isOpen) {
    const to = odd & oddities.unfinished ? 1 : -1;
    ctx.fillStyle = ink;
    ctx.fillRect(to > 0 ? x + momentPx : x - momentPx - 8, middle - 0.75, 8, 1.5);
    triangle(
      ...([ctx, x + to * (momentPx + 8), middle - 3.5, x + to * (momentPx + 8), middle + 3.5] as const),
      ...([x + to * (momentPx + 13), middle] as const),
    );
    if (to > 0) right += 13;
    else left -= 13;
  }
  paintPath(ctx, scene, node, barTop);
  if (node === selected) {
    diamond(ctx, x, middle, momentPx + 3);
    ctx.strokeStyle = theme.accent;
    ctx.stroke();
    paintEvents(ctx, scene, barTop - (sizes.rowPx - sizes.barPx) / 2);
  }
  paintBarLabels(ctx, scene, node, left, right, barTop);
  ctx.globalAlpha = 1;
}

/** A run's own node: a bracket over its whole time. */
function paintRunBracket(ctx: Canvas2d, theme: Theme, left: number, width: number, top: number): void {
  ctx.fillStyle = theme.text;
  const y = top + sizes.barPx / 2 - 1;
  ctx.fillRect(left, y, width, 2);
  ctx.fillRect(left, y - 3, 2, 8);
  ctx.fillRect(left + width - 2, y - 3, 2, 8);
}

/** What a closed node hides, merged into the middle of its bar. */
function paintBelow(ctx: Canvas2d, scene: Scene, node: number, barTop: number): void {
  const { timeline, view, widthPx, treePx, theme } = scene;
  const { runs, errors } = mergeBelow(timeline, node, view, widthPx - treePx);
  for (const run of runs) {
    ctx.fillStyle = workColourAt(run.work).fill;
    ctx.fillRect(treePx + run.xPx, barTop + 4, run.widthPx, sizes.barPx - 6);
  }
  // Along the upper edge, where they are seen without hiding what took the time.
  ctx.fillStyle = theme.error;
  for (const { xPx } of errors) ctx.fillRect(treePx + xPx, barTop, 2, 4);
}

/**
 * The critical path as a line along the lower edge of the bars; a closed node shows that of all it hides.
 * Segments within a pixel that has its line already are skipped: a span may have one between any two of its
 * children.
 */
function paintPath(ctx: Canvas2d, scene: Scene, node: number, barTop: number): void {
  const { timeline, theme, view, widthPx, treePx, closed } = scene;
  const { path } = timeline;
  const chartPx = widthPx - treePx;
  const last = int32At(path.from, closed[node] ? node + int32At(timeline.size, node) : node + 1);
  ctx.fillStyle = theme.text;
  let drawnToPx = treePx;
  for (let k = int32At(path.from, node); k < last; k++) {
    const from = treePx + nsToPx(view, chartPx, float64At(path.startNs, k));
    const to = treePx + nsToPx(view, chartPx, float64At(path.endNs, k));
    if (to < treePx || from > widthPx || (to <= drawnToPx && from >= drawnToPx - 1)) continue;
    ctx.fillRect(
      Math.max(from, treePx),
      barTop + sizes.barPx + 0.5,
      Math.max(1, Math.min(to, widthPx) - Math.max(from, treePx)),
      2,
    );
    drawnToPx = to;
  }
}

/** Errors are marked by stripes, an outline and the word, not by colour alone. */
function paintHatch(ctx: Canvas2d, theme: Theme, left: number, top: number, width: number): void {
  ctx.save();
  box(ctx, left, top, width, sizes.barPx, 2);
  ctx.clip();
  ctx.strokeStyle = theme.error;
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (let x = left - sizes.barPx; x < left + width; x += 7) {
    ctx.moveTo(x, top + sizes.barPx);
    ctx.lineTo(x + sizes.barPx, top);
  }
  ctx.stroke();
  ctx.restore();
}

function paintEvents(ctx: Canvas2d, scene: Scene, topPx: number): void {
  const { theme, view, widthPx, treePx, eventsNs } = scene;
  for (const ns of eventsNs) {
    const x = treePx + nsToPx(view, widthPx - treePx, ns);
    if (x < treePx || x > widthPx) continue;
    const y = topPx + sizes.rowPx - 3;
    ctx.fillStyle = theme.text;
    diamond(ctx, x, y, 4);
    ctx.fill();
  }
}

/** The name inside the bar where it fits whole; the duration beside it, or inside where there is no room. */
function paintBarLabels(
  ctx: Canvas2d,
  scene: Scene,
  node: number,
  left: number,
  right: number,
  barTop: number,
): void {
  const { timeline, theme, widthPx, treePx, closed } = scene;
  const middle = barTop + sizes.barPx / 2 + 0.5;
  const isRun = int32At(timeline.span, node) < 0;
  const plain = !isRun && closed[node] !== 1 && !timeline.error[node];
  const ink = workColourAt(uint8At(timeline.work, node)).ink;
  const from = Math.max(left, treePx) + 5;
  const to = Math.min(right, widthPx) - 5;
  ctx.font = fonts.small;
  ctx.textAlign = "left";
  const duration = nodeDurationText(timeline, node);
  const label = timeline.error[node] ? `${duration} · error` : duration;
  const labelPx = textWidth(ctx, label);
  const beside = right + 6 + labelPx <= widthPx - 4;
  const before = !beside && left - 6 - labelPx >= treePx + 4;
  if (beside || before) {
    ctx.fillStyle = timeline.error[node] ? theme.error : theme.muted;
    ctx.fillText(label, beside ? right + 6 : left - 6 - labelPx, middle);
  }
  if (!plain) return;
  ctx.fillStyle = ink;
  const inside = beside || before ? 0 : labelPx + 8;
  const name = nodeName(timeline, node);
  if (textWidth(ctx, name) + inside <= to - from) ctx.fillText(name, from, middle);
  if (inside > 0 && inside <= to - from) ctx.fillText(label, to - labelPx, middle);
}
