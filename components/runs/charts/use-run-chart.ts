import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fetchJson } from "@/components/ui/api-client";
import { runChartSchema } from "@/lib/api/run-chart";
import { type RunsFilter, runChartRequest } from "../list/runs-address";

/** The charts are the dear part of the page, up to a second of the database: not asked for more often than this. */
const minPauseMs = 10_000;

/**
 * What the charts show for a filter; a request that is no longer wanted is given up. `newestRun` is the list's
 * first: when it changes, the charts are behind and ask again, after a pause and only while somebody looks.
 */
export function useRunChart(filter: RunsFilter, newestRun: string | undefined) {
  const own = { ...filter, cursor: undefined };
  const chart = useQuery({
    queryKey: ["runs", "chart", own],
    queryFn: ({ signal }) => fetchJson(runChartRequest(own, Date.now()), runChartSchema, { signal }),
    placeholderData: keepPreviousData,
    staleTime: minPauseMs,
    refetchOnWindowFocus: true,
    // A change of what is drawn below a pointer is worth nothing where the numbers stayed the same.
    structuralSharing: true,
  });
  const { dataUpdatedAt, refetch, isFetching } = chart;
  const shownRun = useRef<{ readonly atMs: number; readonly run: string | undefined } | undefined>(undefined);
  useEffect(() => {
    if (dataUpdatedAt === 0 || newestRun === undefined || isFetching) return;
    const known = shownRun.current;
    if (known?.atMs !== dataUpdatedAt) {
      shownRun.current = { atMs: dataUpdatedAt, run: newestRun };
      return;
    }
    if (known.run === newestRun) return;
    const waitMs = Math.max(0, dataUpdatedAt + minPauseMs - Date.now());
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") void refetch();
    }, waitMs);
    return () => clearTimeout(timer);
  }, [dataUpdatedAt, newestRun, isFetching, refetch]);
  return chart;
}
