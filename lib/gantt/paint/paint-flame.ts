import { float64At, uint8At } from "@/lib/base/checked";
import { formatDuration } from "@/lib/base/time";
import { frameName } from "../flame";
import { type FlameBox, type FlameWindow, flameBoxes, flameSizes, shownNs } from "../layout/flame-layout";
import { type Canvas2d, fitText, fonts, textWidth } from "./canvas";
import { type Theme, workColourAt } from "./palette";

export interface FlameScene extends FlameWindow {
  readonly theme: Theme;
  /** Fills only what is a frame's own: the parts that no child accounts for show. */
  readonly ownOnly: boolean;
  /** Frames, or -1. */
  readonly selected: number;
  readonly hovered: number;
  readonly active: number;
}

/** Between frames of a row. */
const gapPx = 1;
/** Narrower frames have no room for a letter and an ellipsis. */
const labelFromPx = 26;

export function paintFlame(ctx: Canvas2d, scene: FlameScene): void {
  const { theme, widthPx, heightPx } = scene;
  ctx.globalAlpha = 1;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = theme.ground;
  ctx.fillRect(0, 0, widthPx, heightPx);
  for (const box of flameBoxes(scene)) {
    if (box.merged > 0) paintMerged(ctx, scene, box);
    else paintFrame(ctx, scene, box);
  }
  ctx.globalAlpha = 1;
}

const topOf = ({ scrollPx }: FlameScene, { row }: FlameBox) => row * flameSizes.rowPx - scrollPx;

function paintFrame(ctx: Canvas2d, scene: FlameScene, box: FlameBox): void {
  const { layout, theme, ownOnly, widthPx } = scene;
  const { flame } = layout;
  const { frame, xPx } = box;
  const colour = workColourAt(uint8At(flame.work, frame));
  const top = topOf(scene, box);
  const height = flameSizes.rowPx - gapPx;
  const width = Math.max(1, box.widthPx - gapPx);
  const ownNs = float64At(layout.ownNs, frame);
  const ownPx = Math.min(width, (ownNs / shownNs(scene)) * widthPx);

  ctx.fillStyle = colour.fill;
  ctx.globalAlpha = ownOnly ? 0.18 : 1;
  ctx.fillRect(xPx, top, width, height);
  ctx.globalAlpha = 1;
  if (ownOnly && ownPx > 0) ctx.fillRect(xPx + width - ownPx, top, ownPx, height);
  if (flame.errors[frame]) {
    ctx.fillStyle = theme.error;
    ctx.fillRect(xPx, top + height - 3, width, 3);
  }
  const middle = top + flameSizes.rowPx / 2;
  if (!ownOnly) paintLabel(ctx, scene, box, { leftPx: xPx, widthPx: width, middle, ink: colour.ink });
  // On two grounds at once nothing can be read: the label keeps to the larger one.
  else if (ownPx > width / 2) {
    paintLabel(ctx, scene, box, { leftPx: xPx + width - ownPx, widthPx: ownPx, middle, ink: colour.ink });
  } else paintLabel(ctx, scene, box, { leftPx: xPx, widthPx: width - ownPx, middle, ink: theme.text });
  const outline =
    frame === scene.active || frame === scene.selected
      ? theme.accent
      : frame === scene.hovered
        ? theme.text
        : undefined;
  if (!outline) return;
  ctx.strokeStyle = outline;
  ctx.lineWidth = frame === scene.hovered ? 1 : 2;
  ctx.beginPath();
  ctx.rect(xPx + 1, top + 1, Math.max(1, width - 2), height - 2);
  ctx.stroke();
}

/** Where a label fits, and its colour there. */
interface LabelPlace {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly middle: number;
  readonly ink: string;
}

/** The name as far as it fits; its time at the right end where there is room for both whole. */
function paintLabel(
  ctx: Canvas2d,
  { layout, ownOnly }: FlameScene,
  { frame }: FlameBox,
  place: LabelPlace,
): void {
  const { leftPx, widthPx, middle, ink } = place;
  if (widthPx < labelFromPx) return;
  const { flame } = layout;
  const roomPx = widthPx - 10;
  const name = (flame.errors[frame] ? "⚠ " : "") + frameName(flame, frame);
  const time = formatDuration(float64At(ownOnly ? layout.ownNs : layout.widthNs, frame));
  ctx.font = fonts.small;
  ctx.fillStyle = ink;
  const timePx = textWidth(ctx, time);
  const fits = name.length <= 300 && textWidth(ctx, name) + timePx + 10 <= roomPx;
  ctx.fillText(fits ? name : fitText(ctx, name, roomPx), leftPx + 5, middle);
  if (fits) ctx.fillText(time, leftPx + widthPx - 5 - timePx, middle);
}

/** Stripes instead of a colour: these are several frames, and no hue of work is theirs. */
function paintMerged(ctx: Canvas2d, scene: FlameScene, box: FlameBox): void {
  const { theme } = scene;
  const top = topOf(scene, box);
  const height = flameSizes.rowPx - gapPx;
  const width = Math.max(1, box.widthPx);
  ctx.globalAlpha = 1;
  ctx.fillStyle = box.frame === scene.hovered ? theme.text : theme.muted;
  for (let y = 0; y < height; y += 4) ctx.fillRect(box.xPx, top + y, width, Math.min(2, height - y));
}
