import { float64At, uint8At, uint32At } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { framePath } from "@/lib/gantt/flame";
import { type FlameBox, type FlameLayout, shownNs } from "@/lib/gantt/layout/flame-layout";
import { workLabels } from "@/lib/gantt/paint/palette";
import type { Timeline } from "@/lib/gantt/timeline";
import { workKindAt } from "@/lib/trace/names";
import { percentText } from "../details/span-facts";

/** A long path is shortened to its end. */
const namesShown = 6;

/** What the pointer is on, as elements of a tooltip. */
export function flameTooltipLines(
  {
    layout,
    zoom,
    timeline,
  }: { readonly layout: FlameLayout; readonly zoom: number; readonly timeline: Timeline },
  box: FlameBox,
): HTMLElement[] {
  const { flame, widthNs } = layout;
  const { frame, merged } = box;
  const title = document.createElement("b");
  if (merged > 0) {
    title.textContent = `${formatCount(merged)} frames, each too narrow to draw`;
    return [title, line("Click", "shows what is above them larger")];
  }
  const path = framePath(flame, frame);
  const end = path.slice(-namesShown).map((name) => name.slice(0, 80) || "(no name)");
  title.textContent = `${path.length > namesShown ? "… › " : ""}${end.join(" › ")}`;
  const spans = uint32At(flame.spans, frame);
  const errors = uint32At(flame.errors, frame);
  const share = float64At(widthNs, frame) / shownNs({ layout, zoom });
  const pathNs = float64At(flame.pathNs, frame);
  const rows: [string, string][] = [
    ["Work", workLabels[workKindAt(uint8At(flame.work, frame))]],
    ["Spans", formatCount(spans)],
    ["Total", formatDuration(float64At(flame.totalNs, frame))],
    ["Busy", formatDuration(float64At(flame.busyNs, frame))],
    ["Self", formatDuration(float64At(flame.selfNs, frame))],
    ["Critical", pathNs > 0 ? formatDuration(pathNs) : "not on the path"],
    ["Share", `${percentText(share)} of what is shown`],
    ["Errors", errors > 0 ? `⚠ ${formatCount(errors)}` : ""],
  ];
  if (flame.runs > 1) {
    for (const [run, { title: name, runId }] of timeline.runs.entries()) {
      const count = uint32At(flame.spansByRun, frame * flame.runs + run);
      rows.push([`Run ${run + 1}`, `${formatCount(count)} in ${(name || visibleText(runId)).slice(0, 40)}`]);
    }
  }
  return [title, ...rows.filter(([, value]) => value !== "").map(([name, value]) => line(name, value))];
}

function line(name: string, value: string): HTMLElement {
  const element = document.createElement("div");
  const label = document.createElement("span");
  label.textContent = name;
  const text = document.createElement("span");
  text.textContent = value;
  element.append(label, text);
  return element;
}
