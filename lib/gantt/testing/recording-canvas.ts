import type { Canvas2d } from "../paint/canvas";

/** A box that was filled or a text that was written, with the colour it had. */
export interface Drawn {
  readonly kind: "box" | "text" | "path";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly colour: string;
}

/** A context that remembers what it was asked to draw, for tests; every letter is 6 px wide. */
export function recordingCanvas(): { readonly ctx: Canvas2d; readonly drawn: Drawn[] } {
  const drawn: Drawn[] = [];
  let path = { x: 0, y: 0, width: 0 };
  const ctx = {
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 1,
    globalAlpha: 1,
    font: "",
    textAlign: "left",
    textBaseline: "alphabetic",
    fillRect: (x: number, y: number, width: number) => {
      drawn.push({ kind: "box", x, y, width, text: "", colour: String(ctx.fillStyle) });
    },
    fillText: (text: string, x: number, y: number) => {
      drawn.push({ kind: "text", x, y, width: text.length * 6, text, colour: String(ctx.fillStyle) });
    },
    measureText: (text: string) => ({ width: text.length * 6 }),
    beginPath: () => {
      path = { x: 0, y: 0, width: 0 };
    },
    moveTo: (x: number, y: number) => {
      path = { x, y, width: 0 };
    },
    roundRect: (x: number, y: number, width: number) => {
      path = { x, y, width };
    },
    fill: () => {
      drawn.push({ kind: "path", ...path, text: "", colour: String(ctx.fillStyle) });
    },
    stroke: () => {
      drawn.push({ kind: "path", ...path, text: "", colour: String(ctx.strokeStyle) });
    },
    lineTo: () => {},
    closePath: () => {},
    rect: () => {},
    clip: () => {},
    save: () => {},
    restore: () => {},
  };
  return { ctx: ctx as unknown as Canvas2d, drawn };
}
