/**
 * Layout and painting of made runs of 1,000 to 100,000 spans: the median of several rounds, without what a canvas
 * itself costs. Bundled and run by layout.mjs.
 */
import { float64At } from "@/lib/base/checked";
import { buildFlame } from "@/lib/gantt/flame";
import { layOutFlame } from "@/lib/gantt/layout/flame-layout";
import { closedFromDepth, type Rows, sizes, visibleRows } from "@/lib/gantt/layout/layout";
import { mergeAll } from "@/lib/gantt/layout/merge";
import { wholeView } from "@/lib/gantt/layout/scale";
import type { Canvas2d } from "@/lib/gantt/paint/canvas";
import { paint } from "@/lib/gantt/paint/paint";
import { paintFlame } from "@/lib/gantt/paint/paint-flame";
import { minimapLanes } from "@/lib/gantt/paint/paint-minimap";
import { themes } from "@/lib/gantt/paint/palette";
import { stageTable } from "@/lib/gantt/stages";
import { buildTimeline, type Timeline } from "@/lib/gantt/timeline";
import { runSpansToColumns } from "@/lib/trace/columns/plain-span-columns";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { median } from "./measure.mjs";

const spanCounts = [1_000, 10_000, 100_000];
const rounds = 7;
/** What a round takes at least: of what is shorter, it does several. */
const minRoundMs = 15;
const screen = { widthPx: 1_400, heightPx: 900, treePx: 320 };

/** A run whose spans have three children each, with 40 names, three services, and an error in every 500th. */
function madeColumns(count: number): SpanColumns {
  const indexes = Array.from({ length: count }, (_, i) => i);
  const startNs = new Float64Array(count);
  const endNs = new Float64Array(count);
  endNs[0] = count * 1_000_000;
  // The children of a span share its time; every other one overlaps the next.
  for (let i = 0; i < count; i++) {
    const [from, to] = [float64At(startNs, i), float64At(endNs, i)];
    for (let k = 0; k < 3; k++) {
      const child = 3 * i + 1 + k;
      if (child >= count) break;
      startNs[child] = from + ((to - from) * k) / 3;
      endNs[child] = from + ((to - from) * (k + (child % 2 === 0 ? 1.2 : 0.9))) / 3.3;
    }
  }
  const hex = (id: number) => id.toString(16).padStart(16, "0");
  return runSpansToColumns({
    run_id: "made",
    start_ns: "1767225600000000000",
    total: count,
    left_out: 0,
    trace_ids: ["0123456789abcdef0123456789abcdef"],
    names: Array.from({ length: 40 }, (_, i) => `stage.${i}`),
    services: ["jiva", "search", "orders"],
    span_id: indexes.map((i) => hex(i + 1)),
    parent_id: indexes.map((i) => (i === 0 ? "" : hex(Math.floor((i - 1) / 3) + 1))),
    trace: indexes.map(() => 0),
    name: indexes.map((i) => (i * 7) % 40),
    service: indexes.map((i) => i % 3),
    kind: indexes.map(() => 1),
    work: indexes.map((i) => i % 9),
    status: indexes.map((i) => (i % 500 === 499 ? 2 : 0)),
    start_offset_ns: Array.from(startNs),
    duration_ns: Array.from(endNs, (end, i) => end - float64At(startNs, i)),
  });
}

/** A context that draws nothing; every letter is 6 px wide. */
function blankCanvas(): Canvas2d {
  const nothing = () => {};
  const methods = {
    ...{ fillRect: nothing, fillText: nothing, beginPath: nothing, moveTo: nothing, lineTo: nothing },
    ...{ closePath: nothing, rect: nothing, roundRect: nothing, clip: nothing, fill: nothing },
    ...{ stroke: nothing, save: nothing, restore: nothing },
  };
  const state = { fillStyle: "", strokeStyle: "", lineWidth: 1, globalAlpha: 1, font: "" };
  const measureText = (text: string) => ({ width: text.length * 6 });
  return { ...methods, ...state, measureText } as unknown as Canvas2d;
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** The processor's milliseconds for one `work`, the median of the rounds; unlike a clock's, no neighbour's are in it. */
function timeOf(work: (index: number) => unknown): number {
  let index = 0;
  const fromMs = cpuMs();
  while (index < 3 || cpuMs() - fromMs < 2 * minRoundMs) work(index++);
  const perRound = Math.max(1, Math.ceil((minRoundMs * index) / (cpuMs() - fromMs)));
  const taken = Array.from({ length: rounds }, () => {
    const startedMs = cpuMs();
    for (let k = 0; k < perRound; k++) work(index++);
    return (cpuMs() - startedMs) / perRound;
  });
  return median(taken);
}

const format = (ms: number) => (ms < 1 ? `${(ms * 1_000).toFixed(1)} µs` : `${ms.toFixed(2)} ms`);

const ctx = blankCanvas();

/** A frame of the timeline, at another place of the list each time. */
function paintFrame(timeline: Timeline, rows: Rows, closed: Uint8Array, index: number): void {
  const view = wholeView(timeline.totalNs);
  const state = { selected: -1, hovered: -1, matches: null, matchesBefore: null, pointerPx: null };
  const lastPx = Math.max(0, rows.count * sizes.rowPx - screen.heightPx);
  const scrollPx = (index * 97 * sizes.rowPx) % (lastPx + 1);
  const rest = { theme: themes.light, eventsNs: [], focused: false, band: null };
  paint(ctx, { timeline, rows, view, ...screen, scrollPx, closed, ...state, ...rest });
}

/** What is measured of a run, by name. */
function workOf(columns: SpanColumns): ReadonlyMap<string, (index: number) => unknown> {
  const timeline = buildTimeline([{ runId: "made", title: "", columns }]);
  const open = new Uint8Array(timeline.count);
  const rows = visibleRows(timeline, open);
  const closed = closedFromDepth(timeline, 3);
  const closedRows = visibleRows(timeline, closed);
  const flame = buildFlame(timeline);
  const layout = layOutFlame(flame, "busy");
  const view = wholeView(timeline.totalNs);
  const lanes = minimapLanes(sizes.minimapPx, timeline.count);
  const flags = { ownOnly: false, selected: -1, hovered: -1, active: -1 };
  const window = { layout, zoom: -1, widthPx: screen.widthPx, heightPx: 400, scrollPx: 0 };
  return new Map<string, (index: number) => unknown>([
    ["timeline of the columns", () => buildTimeline([{ runId: "made", title: "", columns }])],
    ["visible rows", () => visibleRows(timeline, open)],
    ["minimap", () => mergeAll(timeline, view, screen.widthPx, lanes)],
    ["flame graph", () => layOutFlame(buildFlame(timeline), "busy")],
    ["stage table", () => stageTable(timeline)],
    ["frame", (index) => paintFrame(timeline, rows, open, index)],
    ["frame, closed rows", (index) => paintFrame(timeline, closedRows, closed, index)],
    ["frame of the flame graph", () => paintFlame(ctx, { ...window, ...flags, theme: themes.light })],
  ]);
}

const works = spanCounts.map((count) => workOf(madeColumns(count)));
const cells = (texts: readonly string[]) => texts.map((text) => text.padStart(14)).join("");
process.stdout.write(
  `${"layout and painting".padEnd(28)}${cells(spanCounts.map((n) => `${n.toLocaleString("en")} spans`))}\n`,
);
for (const name of works[0]?.keys() ?? []) {
  const runs = works.flatMap((work) => work.get(name) ?? []);
  // So that the first size is not the one that pays the compiler.
  for (const run of runs) timeOf(run);
  process.stdout.write(`${name.padEnd(28)}${cells(runs.map((run) => format(timeOf(run))))}\n`);
}
