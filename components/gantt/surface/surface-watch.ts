import type { Theme } from "@/lib/gantt/paint/palette";
import { watchTheme } from "./watch-theme";

/** What a surface lets its surroundings do. */
interface Watched {
  readonly elements: { readonly scroller: HTMLElement; readonly minimap: HTMLElement };
  repaint(): void;
  settleSoon(): void;
  measure(): void;
}

/** What changes around a surface and has to reach its canvas. Answers how to stop listening. */
export function watchSurface(surface: Watched, onTheme: (theme: Theme) => void): () => void {
  const { scroller, minimap } = surface.elements;
  const repaint = () => surface.repaint();
  const onScroll = () => {
    surface.repaint();
    surface.settleSoon();
  };
  scroller.addEventListener("scroll", onScroll, { passive: true });
  scroller.addEventListener("focus", repaint);
  scroller.addEventListener("blur", repaint);
  const sizes = new ResizeObserver(() => surface.measure());
  sizes.observe(scroller);
  sizes.observe(minimap);
  const stopTheme = watchTheme(onTheme);
  return () => {
    scroller.removeEventListener("scroll", onScroll);
    scroller.removeEventListener("focus", repaint);
    scroller.removeEventListener("blur", repaint);
    sizes.disconnect();
    stopTheme();
  };
}
