import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fetchJson } from "@/components/ui/api-client";
import { runsAnswerSchema } from "@/lib/api/runs";
import { type RunsFilter, runsRequest } from "./runs-address";

/** One page of runs, asked for again when the window gets the focus. The last page stays while the next loads. */
export function useRuns(filter: RunsFilter) {
  return useQuery({
    queryKey: ["runs", filter],
    queryFn: ({ signal }) => fetchJson(runsRequest(filter, Date.now()), runsAnswerSchema, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 1_000,
    refetchOnWindowFocus: "always",
  });
}
