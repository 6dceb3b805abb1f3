import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchJson } from "@/components/ui/api-client";
import { type RunsAnswer, runsAnswerSchema } from "@/lib/api/runs";
import { type HeldRuns, holdRuns } from "./held-runs";
import { type RunsFilter, runsAddress, runsRequest } from "./runs-address";

/** Spans are visible up to 2 s after their end: a visitor from an answer sees its run appear. */
const catchUp = { everyMs: 1_500, times: 2 };
/** Then the newest page is looked at this often, as long as the window is. */
const watchMs = 5_000;

/** One page of runs; the last page stays while the next loads. The newest page follows what happens. */
export function useRuns(filter: RunsFilter) {
  return useQuery({
    queryKey: ["runs", filter],
    queryFn: ({ signal }) => fetchJson(runsRequest(filter, Date.now()), runsAnswerSchema, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 1_000,
    refetchOnWindowFocus: "always",
    refetchInterval: ({ state }) => {
      if (state.dataUpdateCount <= catchUp.times) return catchUp.everyMs;
      return filter.cursor ? false : watchMs;
    },
  });
}

/**
 * What is shown of the latest answer: all of it, or, while `isRead` says that somebody reads the list, the rows
 * that were there. `show` takes the new ones in.
 */
export function useHeldRuns(
  filter: RunsFilter,
  { data: latest, isPlaceholderData }: Pick<ReturnType<typeof useRuns>, "data" | "isPlaceholderData">,
  isRead: boolean,
): HeldRuns & { readonly show: () => void } {
  const key = runsAddress(filter);
  const [shown, setShown] = useState<{ readonly key: string; readonly answer: RunsAnswer } | undefined>(
    undefined,
  );
  const isSame = shown?.key === key;
  if (latest && !isPlaceholderData && shown?.answer !== latest && !(isSame && isRead))
    setShown({ key, answer: latest });
  const show = () => setShown(undefined);
  if (!latest) return { runs: [], newCount: 0, show };
  if (!shown || !isSame || !isRead) return { runs: latest.runs, newCount: 0, show };
  return { ...holdRuns(shown.answer.runs, latest.runs), show };
}
