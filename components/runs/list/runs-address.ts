import { pages, paths } from "@/lib/api/paths";
import { maxSearchChars, runStatuses } from "@/lib/api/runs";

const timeRanges = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 } as const;
export type TimeRange = keyof typeof timeRanges;

/** What the list and its charts show, as their address says it. */
export interface RunsFilter {
  readonly q: string;
  readonly status: (typeof runStatuses)[number] | undefined;
  /** "" for runs without a mode. */
  readonly mode: string | undefined;
  readonly service: string | undefined;
  /** Runs that started at most this long ago. */
  readonly range: TimeRange | undefined;
  /** A stretch of time instead, ISO 8601: runs that started at or after `from` and before `to`. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Where an older page begins; every other change of the filter goes back to the newest. */
  readonly cursor: string | undefined;
}

export const noFilter: RunsFilter = {
  q: "",
  status: undefined,
  mode: undefined,
  service: undefined,
  range: undefined,
  from: undefined,
  to: undefined,
  cursor: undefined,
};

/** Anything that is not understood is left out: an address is typed and pasted by people. */
export function parseRunsFilter(search: URLSearchParams): RunsFilter {
  const range = search.get("range");
  const from = parseMoment(search.get("from"));
  const to = parseMoment(search.get("to"));
  const isStretch = from !== undefined && to !== undefined && from < to;
  return {
    q: (search.get("q") ?? "").slice(0, maxSearchChars),
    status: runStatuses.find((status) => status === search.get("status")),
    mode: search.get("mode")?.slice(0, 200),
    service: search.get("service")?.slice(0, 200) || undefined,
    range:
      !isStretch && range !== null && Object.hasOwn(timeRanges, range) ? (range as TimeRange) : undefined,
    from: isStretch ? from : undefined,
    to: isStretch ? to : undefined,
    cursor: search.get("cursor") || undefined,
  };
}

/** In the one form that sorts as text: years of four digits, UTC. */
function parseMoment(text: string | null): string | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const ms = Date.parse(text);
  return ms >= 0 ? new Date(ms).toISOString() : undefined;
}

export function runsAddress(filter: Partial<RunsFilter>): string {
  const search = new URLSearchParams();
  for (const name of ["q", "status", "mode", "service", "range", "from", "to", "cursor"] as const) {
    const value = filter[name];
    if (value || (name === "mode" && value !== undefined)) search.set(name, value);
  }
  const text = search.toString();
  return text ? `${pages.runs}?${text}` : pages.runs;
}

/** The call that answers a filter at a moment. */
export function runsRequest(filter: RunsFilter, nowMs: number): string {
  const search = filterSearch(filter, nowMs);
  search.set("limit", "50");
  if (filter.cursor) search.set("cursor", filter.cursor);
  return `${paths.runs}?${search}`;
}

/** The same for the charts, which show what the filter leaves whatever the page of the list. */
export function runChartRequest(filter: RunsFilter, nowMs: number): string {
  const search = filterSearch(filter, nowMs);
  return search.size > 0 ? `${paths.runChart}?${search}` : paths.runChart;
}

function filterSearch(
  { q, status, mode, service, range, from, to }: RunsFilter,
  nowMs: number,
): URLSearchParams {
  const search = new URLSearchParams();
  const words = q.trim();
  if (words) search.set("q", words);
  if (status) search.set("status", status);
  if (mode !== undefined) search.set("mode", mode);
  if (service) search.set("service", service);
  if (range) search.set("from", new Date(nowMs - timeRanges[range]).toISOString());
  if (from && to) {
    search.set("from", from);
    search.set("to", to);
  }
  return search;
}
