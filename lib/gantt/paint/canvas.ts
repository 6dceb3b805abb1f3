/** What painting needs of a 2D context: the real one in a browser, a recording one in tests. */
export type Canvas2d = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "fillRect"
  | "fillText"
  | "measureText"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "rect"
  | "roundRect"
  | "clip"
  | "fill"
  | "stroke"
  | "save"
  | "restore"
>;

export const fonts = {
  text: '13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  strong: '600 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  small: '11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
} as const;

/** Measuring is the dearest call of a frame, and the same few names come again and again. */
const widths = new Map<string, number>();
const maxWidths = 20_000;

/** The width of a text in the context's font, which must be one of `fonts`. */
export function textWidth(ctx: Canvas2d, text: string): number {
  const key = `${ctx.font}\n${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size >= maxWidths) widths.clear();
  const { width } = ctx.measureText(text);
  widths.set(key, width);
  return width;
}

/** The text, or as much of it as fits with an ellipsis, or "" where not even a letter does. */
export function fitText(ctx: Canvas2d, text: string, maxPx: number): string {
  // A name of a megabyte is never measured whole.
  const short = text.length > 300 ? text.slice(0, 300) : text;
  if (short === text && textWidth(ctx, text) <= maxPx) return text;
  const ellipsisPx = textWidth(ctx, "…");
  let keep = Math.min(
    short.length,
    Math.floor(((maxPx - ellipsisPx) / textWidth(ctx, short)) * short.length) + 2,
  );
  while (keep > 0 && textWidth(ctx, short.slice(0, keep)) + ellipsisPx > maxPx) keep--;
  return keep > 0 ? `${short.slice(0, keep)}…` : "";
}
