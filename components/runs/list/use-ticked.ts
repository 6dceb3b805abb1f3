import { useCallback, useState } from "react";
import type { RunSummary } from "@/lib/api/runs";
import { maxCompared } from "../run/use-compared";
import type { Ticked } from "./runs-table";

/** The runs that were ticked, in that order; they stay ticked from page to page. */
export function useTicked(): Ticked & { readonly runs: readonly RunSummary[]; readonly clear: () => void } {
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  const toggle = useCallback(
    (run: RunSummary) =>
      setRuns((before) => {
        const without = before.filter((each) => each.run_id !== run.run_id);
        return without.length < before.length || before.length === maxCompared ? without : [...before, run];
      }),
    [],
  );
  return {
    runs,
    has: (runId) => runs.some((run) => run.run_id === runId),
    isFull: runs.length >= maxCompared,
    toggle,
    clear: () => setRuns([]),
  };
}
