import { pages, paths } from "@/lib/api/paths";
import { runStatuses } from "@/lib/api/runs";

export const timeRanges = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 } as const;
export type TimeRange = keyof typeof timeRanges;

/** What the list shows, as its address says it. */
export interface RunsFilter {
  readonly q: string;
  readonly status: (typeof runStatuses)[number] | undefined;
  readonly service: string | undefined;
  /** Runs that started at most this long ago. */
  readonly range: TimeRange | undefined;
  /** Where an older page begins; every other change of the filter goes back to the newest. */
  readonly cursor: string | undefined;
}

/** Anything that is not understood is left out: an address is typed and pasted by people. */
export function parseRunsFilter(search: URLSearchParams): RunsFilter {
  const range = search.get("range");
  return {
    q: (search.get("q") ?? "").slice(0, 500),
    status: runStatuses.find((status) => status === search.get("status")),
    service: search.get("service")?.slice(0, 200) || undefined,
    range: range !== null && Object.hasOwn(timeRanges, range) ? (range as TimeRange) : undefined,
    cursor: search.get("cursor") || undefined,
  };
}

export function runsAddress(filter: Partial<RunsFilter>): string {
  const search = new URLSearchParams();
  for (const name of ["q", "status", "service", "range", "cursor"] as const) {
    const value = filter[name];
    if (value) search.set(name, value);
  }
  const text = search.toString();
  return text ? `${pages.runs}?${text}` : pages.runs;
}

/** The call that answers a filter at a moment. */
export function runsRequest({ q, status, service, range, cursor }: RunsFilter, nowMs: number): string {
  const search = new URLSearchParams({ limit: "50" });
  const words = q.trim();
  if (words) search.set("q", words);
  if (status) search.set("status", status);
  if (service) search.set("service", service);
  if (range) search.set("from", new Date(nowMs - timeRanges[range]).toISOString());
  if (cursor) search.set("cursor", cursor);
  return `${paths.runs}?${search}`;
}
