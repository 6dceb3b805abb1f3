import { at, uint32At } from "@/lib/base/checked";
import { maxFindChars } from "@/lib/find/find-query";
import { maxTurned, type SpanRef } from "@/lib/gantt/layout/row-state";
import { isWhole } from "@/lib/gantt/layout/scale";
import type { TimelineRun } from "@/lib/gantt/timeline";
import { indexSpans, spanIdText, writeSpanId } from "@/lib/trace/columns/span-ids";
import { panelNames } from "./panels/panel";
import type { GanttState } from "./state";

/**
 * A view as an address holds it, and an exported file: `from` and `to` in nanoseconds since the runs' start, `span`
 * by id, `find` as it was typed, `hide=1`, `panel`, and which rows are closed: `fold` from which depth on (or
 * "none"), `turned` the rows of which the opposite is true. Spans of a second or later run are written `1.id`.
 */
type Runs = readonly Pick<TimelineRun, "columns">[];

/** Wrong parts are left out calmly; undefined where nothing is said. */
export function parseView(search: URLSearchParams, runs: Runs): GanttState | undefined {
  const from = momentOf(search.get("from"));
  const to = momentOf(search.get("to"));
  const isView = from !== undefined && to !== undefined && to > from;
  const find = search.get("find")?.slice(0, maxFindChars);
  const panel = panelNames.find((name) => name === search.get("panel"));
  const fold = search.get("fold") ?? "";
  const depth =
    fold === "none" ? Number.POSITIVE_INFINITY : /^\d{1,6}$/.test(fold) ? Number(fold) : undefined;
  const spans = spanFinder(runs);
  const selected = spans(search.get("span") ?? "");
  const turned = (search.get("turned") ?? "")
    .split("_")
    .slice(0, maxTurned)
    .map(spans)
    .filter((span) => span !== undefined);
  const state: Omit<GanttState, "startNs" | "endNs"> = {
    ...(selected ? { selected } : {}),
    ...(find ? { find } : {}),
    ...(search.get("hide") === "1" ? { hide: true } : {}),
    ...(panel ? { panel } : {}),
    ...(depth !== undefined ? { folds: { depth, turned } } : {}),
  };
  if (!isView && Object.keys(state).length === 0) return undefined;
  // Without a view the whole run is shown: the surface cuts this to its limits.
  return {
    startNs: isView ? from : Number.NEGATIVE_INFINITY,
    endNs: isView ? to : Number.POSITIVE_INFINITY,
    ...state,
  };
}

/** The query of the address; "" where everything is as the runs open. `totalNs` is the longest run's end. */
export function viewToSearch(state: GanttState, totalNs: number, runs: Runs): string {
  const search = new URLSearchParams();
  if (!isWhole(state, totalNs)) {
    search.set("from", String(Math.round(state.startNs)));
    search.set("to", String(Math.round(state.endNs)));
  }
  if (state.selected) search.set("span", spanName(state.selected, runs));
  if (state.find) search.set("find", state.find);
  if (state.hide) search.set("hide", "1");
  if (state.panel) search.set("panel", state.panel);
  if (state.folds) {
    const { depth, turned } = state.folds;
    search.set("fold", depth === Number.POSITIVE_INFINITY ? "none" : String(depth));
    if (turned.length > 0) search.set("turned", turned.map((span) => spanName(span, runs)).join("_"));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

function momentOf(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,18}$/.test(text) ? Number(text) : undefined;
}

function spanName({ run, span }: SpanRef, runs: Runs): string {
  const id = spanIdText(at(runs, run).columns.spanIds, span);
  return run === 0 ? id : `${run}.${id}`;
}

/** Finds spans by their names; the look-up of a run is made when the first of its spans is asked for. */
function spanFinder(runs: Runs): (name: string) => SpanRef | undefined {
  const finders = new Map<number, ReturnType<typeof indexSpans>>();
  const words = new Uint32Array(2);
  return (name) => {
    const parts = /^(?:(\d{1,2})\.)?([0-9a-f]{16})$/.exec(name);
    if (!parts) return undefined;
    const [, runText, id] = parts;
    const run = runText === undefined ? 0 : Number(runText);
    const columns = runs[run]?.columns;
    if (id === undefined || !columns || !writeSpanId(words, 0, id)) return undefined;
    let find = finders.get(run);
    if (!find) {
      find = indexSpans(columns.spanIds, columns.trace);
      finders.set(run, find);
    }
    for (let trace = 0; trace < columns.traceIds.length; trace++) {
      const span = find(uint32At(words, 0), uint32At(words, 1), trace);
      if (span >= 0) return { run, span };
    }
    return undefined;
  };
}
