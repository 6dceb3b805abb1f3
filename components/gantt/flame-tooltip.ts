import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { framePath } from "@/lib/gantt/flame";
import { type FlameBox, type FlameLayout, shownNs } from "@/lib/gantt/flame-layout";
import { workLabels } from "@/lib/gantt/palette";
import type { Timeline } from "@/lib/gantt/timeline";
import { workKinds } from "@/lib/trace/names";
import { percentText } from "./span-facts";

/** A long path is told by its end. */
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
  const spans = flame.spans[frame] ?? 0;
  const errors = flame.errors[frame] ?? 0;
  const share = (widthNs[frame] ?? 0) / shownNs({ layout, zoom });
  const pathNs = flame.pathNs[frame] ?? 0;
  const rows: [string, string][] = [
    ["Work", workLabels[workKinds[flame.work[frame] ?? 0] ?? "other"]],
    ["Spans", formatCount(spans)],
    ["Total", formatDuration(flame.totalNs[frame] ?? 0)],
    ["Busy", formatDuration(flame.busyNs[frame] ?? 0)],
    ["Self", formatDuration(flame.selfNs[frame] ?? 0)],
    ["Critical", pathNs > 0 ? formatDuration(pathNs) : "not on the path"],
    ["Share", `${percentText(share)} of what is shown`],
    ["Errors", errors > 0 ? `⚠ ${formatCount(errors)}` : ""],
  ];
  if (flame.runs > 1) {
    for (let run = 0; run < flame.runs; run++) {
      const count = flame.spansByRun[frame * flame.runs + run] ?? 0;
      const { title: name = "", runId = "" } = timeline.runs[run] ?? {};
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
