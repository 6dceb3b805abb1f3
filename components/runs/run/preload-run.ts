import { preload } from "react-dom";
import { paths } from "@/lib/api/paths";

/**
 * Has the browser ask for a run while the page's scripts are on their way: its document names the question that
 * `fetchRunWithSpans` will ask, which then takes the answer over. For pages, where they are rendered.
 */
export function preloadRun(runId: string): void {
  // As `fetch` asks: within our own origin, with its cookies. Another mode would be another question.
  preload(paths.runSpanColumns(runId), { as: "fetch", crossOrigin: "anonymous" });
}
