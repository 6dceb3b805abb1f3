import type { Scene } from "@/lib/gantt/layout/scene";
import { paint } from "@/lib/gantt/paint/paint";
import { type Theme, themes } from "@/lib/gantt/paint/palette";
import type { Timeline } from "@/lib/gantt/timeline";
import { Minimap } from "./minimap";
import { sizedContext } from "./sized-context";
import type { SurfaceElements } from "./surface-parts";

/** Brings what a surface shows onto its canvas and its minimap, once a frame when any of it has changed. */
export class Painter {
  theme: Theme = themes.light;
  private frame = 0;
  private readonly minimap: Minimap;

  constructor(
    private readonly elements: SurfaceElements,
    timeline: Timeline,
    private readonly scene: () => Scene,
  ) {
    this.minimap = new Minimap(timeline, elements.minimap);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
  }

  /** Paints before the next frame. */
  repaint(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => this.draw());
  }

  /** Paints at once, and says on the root what is shown. */
  draw(): void {
    // Nothing is left for the next frame.
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { canvas, root } = this.elements;
    const scene = this.scene();
    const ctx = sizedContext(canvas, scene.widthPx, scene.heightPx);
    if (!ctx) return;
    paint(ctx, scene);
    this.minimap.draw(scene.theme, scene.view);
    root.dataset.viewStart = String(scene.view.startNs);
    root.dataset.viewEnd = String(scene.view.endNs);
    root.dataset.spans = String(scene.timeline.count);
  }
}
