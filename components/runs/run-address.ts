import type { GanttState } from "@/components/gantt/gantt";
import type { SpanColumns } from "@/lib/trace/span-columns";
import { spanIdText } from "@/lib/trace/span-ids";

/**
 * The view of a run as its address holds it, so that a pasted link shows the same: `from` and `to` in
 * nanoseconds since the run's start, `span` by id, `find` as it was typed.
 */
export function parseRunAddress(search: URLSearchParams, columns: SpanColumns): GanttState | undefined {
  const from = numberOf(search.get("from"));
  const to = numberOf(search.get("to"));
  const find = search.get("find")?.slice(0, 500);
  const span = indexOfSpan(columns, search.get("span") ?? "");
  if ((from === undefined || to === undefined) && span < 0 && !find) return undefined;
  const isView = from !== undefined && to !== undefined && to > from;
  return {
    // Without a view the whole run is shown: the surface cuts this to its limits.
    startNs: isView ? from : Number.NEGATIVE_INFINITY,
    endNs: isView ? to : Number.POSITIVE_INFINITY,
    ...(span >= 0 ? { selected: { run: 0, span } } : {}),
    ...(find ? { find } : {}),
  };
}

/** The query of the address; "" where everything is as the run opens. `isWhole` says that all of it is shown. */
export function runAddressSearch(state: GanttState, columns: SpanColumns, isWhole: boolean): string {
  const search = new URLSearchParams();
  if (!isWhole) {
    search.set("from", String(Math.round(state.startNs)));
    search.set("to", String(Math.round(state.endNs)));
  }
  if (state.selected) search.set("span", spanIdText(columns.spanIds, state.selected.span));
  if (state.find) search.set("find", state.find);
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,18}$/.test(text) ? Number(text) : undefined;
}

function indexOfSpan(columns: SpanColumns, id: string): number {
  if (!/^[0-9a-f]{16}$/.test(id)) return -1;
  for (let i = 0; i < columns.count; i++) if (spanIdText(columns.spanIds, i) === id) return i;
  return -1;
}
