import type { Canvas2d } from "./canvas";

/** Lays the path of a rounded box; to fill, stroke or clip. */
export function box(
  ctx: Canvas2d,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  ctx.beginPath();
  ctx.roundRect(x, y, Math.max(0.5, width), height, Math.min(radius, Math.max(0, width / 2)));
}

/** Fills a triangle. */
export function triangle(
  ctx: Canvas2d,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): void {
  ctx.beginPath();
  ctx.moveTo(ax, ay);
  ctx.lineTo(bx, by);
  ctx.lineTo(cx, cy);
  ctx.closePath();
  ctx.fill();
}

/** Path of a diamond, to fill or stroke. */
export function diamond(ctx: Canvas2d, x: number, y: number, halfPx: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y - halfPx);
  ctx.lineTo(x + halfPx, y);
  ctx.lineTo(x, y + halfPx);
  ctx.lineTo(x - halfPx, y);
  ctx.closePath();
}
