import { int32At } from "@/lib/base/checked";
import { sizes } from "../layout/layout";
import type { Scene } from "../layout/scene";
import type { Canvas2d } from "./canvas";
import { paintAxis, paintGrid } from "./paint-axis";
import { paintBandLength, paintBandVeil } from "./paint-band";
import { paintBar } from "./paint-bars";
import { paintTreeRow } from "./paint-tree";

/** Paints the whole picture: only the rows in sight, 50 of which with their labels take under a millisecond. */
export function paint(ctx: Canvas2d, scene: Scene): void {
  const { theme, rows, widthPx, heightPx, treePx, scrollPx } = scene;
  ctx.globalAlpha = 1;
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.ground;
  ctx.fillRect(0, 0, widthPx, heightPx);

  const first = Math.max(0, Math.floor(scrollPx / sizes.rowPx));
  const last = Math.min(rows.count, Math.ceil((scrollPx + heightPx - sizes.axisPx) / sizes.rowPx));
  const topOf = (row: number) => sizes.axisPx + row * sizes.rowPx - scrollPx;

  for (let row = first; row < last; row++) paintRowGround(ctx, scene, int32At(rows.node, row), topOf(row));
  paintGrid(ctx, scene);

  ctx.save();
  ctx.beginPath();
  ctx.rect(treePx, sizes.axisPx, widthPx - treePx, heightPx - sizes.axisPx);
  ctx.clip();
  for (let row = first; row < last; row++) paintBar(ctx, scene, int32At(rows.node, row), topOf(row));
  ctx.restore();

  if (treePx > 0) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, sizes.axisPx, treePx, heightPx - sizes.axisPx);
    ctx.clip();
    for (let row = first; row < last; row++) paintTreeRow(ctx, scene, int32At(rows.node, row), topOf(row));
    ctx.restore();
  }
  paintBandVeil(ctx, scene);
  paintAxis(ctx, scene);
  paintBandLength(ctx, scene);
  if (treePx > 0) {
    ctx.fillStyle = theme.line;
    ctx.fillRect(treePx - 1, 0, 1, heightPx);
  }
}

function paintRowGround(ctx: Canvas2d, scene: Scene, node: number, topPx: number): void {
  const { theme, widthPx, selected, hovered, focused } = scene;
  if (node === selected || node === hovered) {
    ctx.fillStyle = node === selected ? theme.selected : theme.hover;
    ctx.fillRect(0, topPx, widthPx, sizes.rowPx);
  }
  if (node === selected) {
    ctx.fillStyle = theme.accent;
    ctx.fillRect(0, topPx, focused ? 3 : 2, sizes.rowPx);
    if (theme.edge !== "") {
      ctx.fillRect(0, topPx, widthPx, 1);
      ctx.fillRect(0, topPx + sizes.rowPx - 1, widthPx, 1);
    }
  }
}
