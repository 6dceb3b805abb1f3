import { at, float64At, uint8At } from "@/lib/base/checked";
import { formatQuantity } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { sizes } from "@/lib/gantt/layout/layout";
import { formatAxisMoment } from "@/lib/gantt/layout/scale";
import { paint } from "@/lib/gantt/paint/paint";
import { themes, workLabels } from "@/lib/gantt/paint/palette";
import { workKindsIn } from "@/lib/gantt/timeline";
import type { PanelName } from "../panels/panel";
import type { Surface } from "../surface/surface";
import { line, paperCanvas, sheetPx } from "./paper";
import { panelSheet } from "./print-panels";

const treePx = 300;
/** Rows that a page of A4 takes together with the header and the legend. */
const maxRows = 48;
/**
 * The timeline on paper: drawn anew in light colours and the width of a page when the browser is about to print,
 * and taken away after it. A page gets the bitmap of a canvas as it stands, so what is on the screen would come
 * out dark, cut and blurred. Answers how to stop.
 */
export function attachPrinting(
  surface: Surface,
  place: HTMLElement,
  openPanel: () => PanelName | undefined,
): () => void {
  const draw = () => place.replaceChildren(...sheet(surface), ...panelSheet(surface.timeline, openPanel()));
  const clear = () => place.replaceChildren();
  window.addEventListener("beforeprint", draw);
  window.addEventListener("afterprint", clear);
  return () => {
    clear();
    window.removeEventListener("beforeprint", draw);
    window.removeEventListener("afterprint", clear);
  };
}

function sheet(surface: Surface): Node[] {
  const { timeline, rows } = surface;
  const first = rows.count <= maxRows ? 0 : Math.min(surface.rowsInSight[0], rows.count - maxRows);
  const many = Math.min(rows.count, maxRows);
  const above = first;
  const below = rows.count - first - many;
  const cut = [
    above > 0 ? `${formatQuantity(above, "row")} above` : "",
    below > 0 ? `${formatQuantity(below, "row")} below` : "",
  ].filter((text) => text !== "");
  const closed = timeline.count - rows.count;
  return [
    ...timeline.runs.map((_, run) => runHeader(surface, run)),
    legend(surface),
    line("p", "gantt-print-note", shownText(surface)),
    drawing(surface, first, many),
    ...(cut.length > 0 ? [line("p", "gantt-print-note", `Not printed: ${cut.join(" and ")}.`)] : []),
    ...(closed > 0
      ? [
          line(
            "p",
            "gantt-print-note",
            `${formatQuantity(closed, "span")} in closed or hidden rows are not printed.`,
          ),
        ]
      : []),
  ];
}

function runHeader({ timeline }: Surface, run: number): HTMLElement {
  const header = document.createElement("header");
  const { runId, title, columns } = at(timeline.runs, run);
  let [errors, endNs] = [0, 0];
  for (let node = 0; node < timeline.count; node++) {
    if (timeline.run[node] !== run) continue;
    errors += uint8At(timeline.error, node);
    endNs = Math.max(endNs, float64At(timeline.startNs, node) + float64At(timeline.durationNs, node));
  }
  const startedAt = new Date(Number(columns.startNs / 1_000_000n));
  const facts = [
    errors === 0 ? "✓ no errors" : `⚠ ${formatQuantity(errors, "span")} with errors`,
    formatDuration(endNs),
    formatQuantity(columns.count, "span"),
    Number.isNaN(startedAt.getTime()) ? "" : startedAt.toLocaleString(),
    `run ${visibleText(runId)}`,
  ];
  header.append(
    line("h1", "", (title || visibleText(runId)).slice(0, 600)),
    line("p", "", facts.filter((text) => text !== "").join(" · ")),
  );
  return header;
}

function legend({ timeline }: Surface): HTMLElement {
  const list = document.createElement("ul");
  list.className = "gantt-legend";
  const entries = workKindsIn(timeline).map((kind) => [`gantt-work-${kind}`, workLabels[kind]] as const);
  for (const [className, text] of [...entries, ["gantt-path", "Critical path"] as const]) {
    const item = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.className = className;
    item.append(swatch, text);
    list.append(item);
  }
  return list;
}

function shownText({ view, timeline }: Surface): string {
  const stepNs = Math.max(1, (view.endNs - view.startNs) / 1_000);
  const text = (ns: number) => formatAxisMoment(ns, 10 ** Math.floor(Math.log10(stepNs)), view.endNs);
  const [from, to] = [Math.max(0, view.startNs), Math.min(timeline.totalNs, view.endNs)];
  return from <= 0 && to >= timeline.totalNs ? "The whole time." : `From ${text(from)} to ${text(to)}.`;
}

function drawing(surface: Surface, first: number, many: number): HTMLElement {
  const heightPx = sizes.axisPx + many * sizes.rowPx;
  const paper = { widthPx: sheetPx, heightPx, treePx, theme: themes.light, scrollPx: first * sizes.rowPx };
  const nobody = { hovered: -1, pointerPx: null, band: null, focused: false };
  return paperCanvas({ heightPx, headPx: sizes.axisPx, rowPx: sizes.rowPx }, (ctx) =>
    paint(ctx, { ...surface.scene(), ...paper, ...nobody }),
  );
}
