import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/components/ui/api-client";
import { runsAnswerSchema } from "@/lib/api/runs";
import { type RunsFilter, runsRequest } from "./runs-address";

/** Spans are visible up to 2 s after their end: who comes here from an answer finds its run by itself. */
const catchUp = { everyMs: 1_500, times: 2 };

/** One page of runs, asked for again when the window gets the focus. The last page stays while the next loads. */
export function useRuns(filter: RunsFilter) {
  return useQuery({
    queryKey: ["runs", filter],
    queryFn: ({ signal }) => fetchJson(runsRequest(filter, Date.now()), runsAnswerSchema, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 1_000,
    refetchOnWindowFocus: "always",
    refetchInterval: ({ state }) => (state.dataUpdateCount <= catchUp.times ? catchUp.everyMs : false),
  });
}
