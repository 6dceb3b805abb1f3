import { type Ref, useImperativeHandle, useRef } from "react";
import { float64At, int32At, uint8At } from "@/lib/base/checked";
import { formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { workLabels } from "@/lib/gantt/paint/palette";
import { nodeDurationText, nodeName, nodeService } from "@/lib/gantt/timeline";
import { oddityNames, oddityTexts } from "@/lib/trace/analysis/tree";
import { workKindAt } from "@/lib/trace/names";
import type { Surface } from "./surface";

/** What the pointer is on. Written straight into the page: it follows the pointer without rendering React. */
export function Tooltip({
  ref,
  surface,
}: {
  readonly ref: Ref<{ show(node: number, xPx: number, yPx: number): void }>;
  readonly surface: Surface;
}) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef(-1);
  useImperativeHandle(ref, () => ({
    show(node, xPx, yPx) {
      const element = box.current;
      if (!element) return;
      if (node < 0) {
        element.hidden = true;
        shown.current = -1;
        return;
      }
      if (shown.current !== node) {
        element.replaceChildren(...lines(surface, node));
        element.hidden = false;
        shown.current = node;
      }
      const { offsetWidth, offsetHeight } = element;
      const right = xPx + 14 + offsetWidth > surface.widthPx;
      const below = yPx + 18 + offsetHeight > surface.heightPx;
      const left = Math.max(4, right ? xPx - offsetWidth - 10 : xPx + 14);
      const top = Math.max(4, below ? yPx - offsetHeight - 10 : yPx + 18);
      element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
  }));
  return <div ref={box} className="gantt-tooltip" role="tooltip" hidden />;
}

function lines({ timeline }: Surface, node: number): HTMLElement[] {
  const title = document.createElement("b");
  title.textContent = nodeName(timeline, node).slice(0, 300);
  const below = int32At(timeline.size, node) - 1;
  const isRun = int32At(timeline.span, node) < 0;
  const rows: [string, string][] = [
    ["Service", nodeService(timeline, node)],
    ["Work", isRun ? "" : workLabels[workKindAt(uint8At(timeline.work, node))]],
    ["Duration", nodeDurationText(timeline, node)],
    ["Self", isRun ? "" : formatDuration(float64At(timeline.selfNs, node))],
    ["Starts at", isRun ? "" : formatDuration(float64At(timeline.startNs, node))],
    ["Status", timeline.error[node] ? "error" : ""],
    ...oddityNames(uint8At(timeline.odd, node)).map((name): [string, string] => ["Note", oddityTexts[name]]),
    ["Below", below === 0 ? "" : formatQuantity(below, "span")],
  ];
  return [
    title,
    ...rows
      .filter(([, value]) => value !== "")
      .map(([name, value]) => {
        const line = document.createElement("div");
        const label = document.createElement("span");
        label.textContent = name;
        const text = document.createElement("span");
        text.textContent = value.slice(0, 300);
        if (name === "Status") text.className = "gantt-error-text";
        line.append(label, text);
        return line;
      }),
  ];
}
