import type { Canvas2d } from "@/lib/gantt/paint/canvas";

/** The context of a canvas with as many pixels as the screen has, drawn to in CSS pixels. */
export function sizedContext(
  canvas: HTMLCanvasElement,
  widthPx: number,
  heightPx: number,
  ratio = window.devicePixelRatio || 1,
): (Canvas2d & Pick<CanvasRenderingContext2D, "drawImage">) | null {
  if (widthPx <= 0 || heightPx <= 0) return null;
  const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const ctx = canvas.getContext("2d");
  ctx?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}
