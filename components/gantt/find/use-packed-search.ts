import { useMemo } from "react";
import type { SearchSpans } from "@/lib/gantt/find/find-nodes";
import type { PackedRun } from "../file/packed-spans";
import { createPackedSearch } from "./search-packed";
import { usePrepared } from "./use-prepared";

/** The search of packed runs, made ready while nothing else is to be done. */
export function usePackedSearch(runs: readonly PackedRun[]): SearchSpans {
  const { search, prepare } = useMemo(() => createPackedSearch(runs), [runs]);
  usePrepared(prepare);
  return search;
}
