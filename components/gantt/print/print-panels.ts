import { at } from "@/lib/base/checked";
import { formatQuantity } from "@/lib/base/count";
import { buildFlame } from "@/lib/gantt/flame";
import { flameRows, flameSizes, layOutFlame } from "@/lib/gantt/layout/flame-layout";
import { paintFlame } from "@/lib/gantt/paint/paint-flame";
import { themes } from "@/lib/gantt/paint/palette";
import { stageTable } from "@/lib/gantt/stages";
import type { Timeline } from "@/lib/gantt/timeline";
import { workKindAt } from "@/lib/trace/names";
import type { PanelName } from "../panels/panel";
import { measureLabels, measureOf, measureText, numberedRunLabel, stageMeasures } from "../panels/stage-rows";
import { line, paperCanvas, sheetPx } from "./paper";

/** Names of a page together with its header. */
const maxStages = 40;
/** As many runs as columns of numbers fit beside a name. */
const maxRuns = 6;
/** Rows of frames that a page takes. */
const maxFlameRows = 44;

/** The open panel on paper, below the timeline. */
export function panelSheet(timeline: Timeline, panel: PanelName | undefined): Node[] {
  if (panel === "stages") return stagesSheet(timeline);
  if (panel === "flame") return flameSheet(timeline);
  return [];
}

function stagesSheet(timeline: Timeline): Node[] {
  const { stages, pathNs } = stageTable(timeline);
  const runs = timeline.runs.slice(0, maxRuns);
  const isCompared = timeline.runs.length > 1;
  const table = document.createElement("table");
  const heads = isCompared
    ? runs.map((_, run) => numberedRunLabel(timeline, run))
    : stageMeasures.map((measure) => measureLabels[measure]);
  row(table.createTHead(), "Name", heads, "th");
  const body = table.createTBody();
  for (const { name, service, work, byRun } of stages.slice(0, maxStages)) {
    const cells = isCompared
      ? runs.map((_, run) => measureText(measureOf(byRun[run], "self", 0), "self"))
      : stageMeasures.map((measure) => measureText(measureOf(byRun[0], measure, at(pathNs, 0)), measure));
    const head = row(body, name.slice(0, 120) || "(no name)", cells);
    const swatch = document.createElement("i");
    swatch.className = `gantt-work-${workKindAt(work)}`;
    head.prepend(swatch);
    if (timeline.hasServices && service !== "")
      head.append(line("span", "gantt-soft", ` ${service.slice(0, 60)}`));
  }
  const cut = [
    stages.length > maxStages ? formatQuantity(stages.length - maxStages, "further name") : "",
    isCompared && timeline.runs.length > maxRuns
      ? formatQuantity(timeline.runs.length - maxRuns, "further run")
      : "",
  ].filter((text) => text !== "");
  return [
    line("h2", "", isCompared ? "Stages of the whole runs, self time" : "Stages of the whole run"),
    table,
    ...(cut.length > 0 ? [line("p", "gantt-print-note", `Not printed: ${cut.join(" and ")}.`)] : []),
  ];
}

function row(
  section: HTMLTableSectionElement,
  name: string,
  cells: readonly string[],
  tag: "td" | "th" = "td",
): HTMLElement {
  const made = section.insertRow();
  const head = line("th", "", name);
  made.append(head, ...cells.map((text) => line(tag, "", text)));
  return head;
}

function flameSheet(timeline: Timeline): Node[] {
  const layout = layOutFlame(buildFlame(timeline), "busy");
  if (layout.totalNs <= 0) return [];
  const all = flameRows({ layout, zoom: -1 });
  const many = Math.min(all, maxFlameRows);
  const heightPx = many * flameSizes.rowPx;
  const place = { layout, zoom: -1, widthPx: sheetPx, heightPx, scrollPx: 0, theme: themes.light };
  const figure = paperCanvas({ heightPx, headPx: 0, rowPx: flameSizes.rowPx }, (ctx) =>
    paintFlame(ctx, { ...place, ownOnly: false, selected: -1, hovered: -1, active: -1 }),
  );
  return [
    line("h2", "", "Flame graph of all spans"),
    figure,
    ...(all > many
      ? [line("p", "gantt-print-note", `Not printed: ${formatQuantity(all - many, "deeper level")}.`)]
      : []),
  ];
}
