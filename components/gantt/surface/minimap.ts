import { type Merged, mergeAll } from "@/lib/gantt/layout/merge";
import { type View, wholeView } from "@/lib/gantt/layout/scale";
import { minimapLanes, paintMinimap, paintMinimapWindow } from "@/lib/gantt/paint/paint-minimap";
import type { Theme } from "@/lib/gantt/paint/palette";
import type { Timeline } from "@/lib/gantt/timeline";
import { sizedContext } from "./sized-context";

/**
 * The strip with all spans. They are merged to pixels once for a size and painted once for a theme; every
 * frame copies that picture and draws the window over it.
 */
export class Minimap {
  private picture: { readonly key: string; readonly canvas: HTMLCanvasElement } | undefined;
  private merged: { readonly key: string; readonly value: Merged } | undefined;

  constructor(
    private readonly timeline: Timeline,
    private readonly canvas: HTMLCanvasElement,
  ) {}

  draw(theme: Theme, view: View): void {
    const [widthPx, heightPx] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const ctx = sizedContext(this.canvas, widthPx, heightPx);
    const picture = ctx && this.paintedFor(theme, widthPx, heightPx);
    if (!picture) return;
    ctx.globalAlpha = 1;
    ctx.drawImage(picture, 0, 0, widthPx, heightPx);
    paintMinimapWindow(ctx, { theme, widthPx, heightPx }, view, this.timeline.totalNs);
  }

  private paintedFor(theme: Theme, widthPx: number, heightPx: number): HTMLCanvasElement | undefined {
    const key = `${widthPx} ${heightPx} ${window.devicePixelRatio} ${theme.ground}`;
    if (this.picture?.key === key) return this.picture.canvas;
    const canvas = document.createElement("canvas");
    const ctx = sizedContext(canvas, widthPx, heightPx);
    if (!ctx) return undefined;
    const lanes = minimapLanes(heightPx, this.timeline.count);
    paintMinimap(ctx, { theme, widthPx, heightPx, lanes, merged: this.mergedTo(widthPx, lanes) });
    this.picture = { key, canvas };
    return canvas;
  }

  private mergedTo(widthPx: number, lanes: number): Merged {
    const key = `${widthPx} ${lanes}`;
    if (this.merged?.key !== key) {
      const whole = wholeView(this.timeline.totalNs);
      this.merged = { key, value: mergeAll(this.timeline, whole, widthPx, lanes) };
    }
    return this.merged.value;
  }
}
