import { useEffect, useMemo } from "react";
import type { SearchSpans } from "@/lib/gantt/find-nodes";
import type { PackedRun } from "./packed-spans";
import { createPackedSearch } from "./search-packed";

/** The timeline is drawn, and a person looks at it. */
const restMs = 200;

/** The search of packed runs, made ready while nothing else is to be done. */
export function usePackedSearch(runs: readonly PackedRun[]): SearchSpans {
  const { search, prepare } = useMemo(() => createPackedSearch(runs), [runs]);
  useEffect(() => {
    const leaving = new AbortController();
    // A block that cannot be read is told of when somebody searches it.
    const timer = setTimeout(() => prepare(leaving.signal).catch(() => {}), restMs);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [prepare]);
  return search;
}
