import type { Canvas2d } from "@/lib/gantt/paint/canvas";
import { sizedContext } from "../surface/sized-context";

/** Width of a drawing in CSS pixels, scaled to the paper's: text is then as large as in a book. */
export const sheetPx = 880;
/** Printers have three times as many points as screens. */
const pointsPerPx = 3;
/** Rows per drawing, so that a page may end between two drawings. */
const rowsPerSlice = 8;

/** A drawing of the sheet's width: a head, and rows below it between which a page may end. */
export function paperCanvas(
  { heightPx, headPx, rowPx }: { readonly heightPx: number; readonly headPx: number; readonly rowPx: number },
  paint: (ctx: Canvas2d) => void,
): HTMLElement {
  const figure = document.createElement("figure");
  const whole = document.createElement("canvas");
  const ctx = sizedContext(whole, sheetPx, heightPx, pointsPerPx);
  if (!ctx) return figure;
  paint(ctx);
  for (let topPx = 0; topPx < heightPx; ) {
    const partPx = Math.min(rowsPerSlice * rowPx + (topPx === 0 ? headPx : 0), heightPx - topPx);
    const slice = document.createElement("canvas");
    const part = sizedContext(slice, sheetPx, partPx, pointsPerPx);
    part?.drawImage(whole, 0, -topPx, sheetPx, heightPx);
    figure.append(slice);
    topPx += partPx;
  }
  return figure;
}

export function line(
  tag: "h1" | "h2" | "p" | "span" | "th" | "td",
  className: string,
  text: string,
): HTMLElement {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.textContent = text;
  return element;
}
