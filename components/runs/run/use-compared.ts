import { useQueries } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiError } from "@/components/ui/api-client";
import { at } from "@/lib/base/checked";
import { fetchRunWithSpans, type RunWithSpans } from "./use-run";

export interface Compared {
  /** Those that were found, in the order of the address; the same array as long as they are the same. */
  readonly found: readonly RunWithSpans[];
  /** Names in the address that no run has. */
  readonly missing: readonly string[];
  /** Of something else than a missing run. */
  readonly error: Error | undefined;
  readonly isLoading: boolean;
  readonly retry: () => void;
}

const isMissing = (error: Error | null) => error instanceof ApiError && error.problem.status === 404;

/** Several runs with their spans. A run that has just ended may take up to two seconds to be found. */
export function useCompared(names: readonly string[]): Compared {
  const results = useQueries({
    queries: names.map((name) => ({
      queryKey: ["compared", name],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchRunWithSpans(name, signal),
      structuralSharing: false as const,
      retry: (failures: number, error: Error) => isMissing(error) && failures < 5,
      retryDelay: 500,
      refetchOnWindowFocus: false,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
    })),
  });
  const loaded = results.flatMap(({ data }) => (data ? [data] : []));
  // A new array would be a new timeline.
  const kept = useRef<readonly RunWithSpans[]>([]);
  const isSame = kept.current.length === loaded.length && kept.current.every((each, i) => each === loaded[i]);
  if (!isSame) kept.current = loaded;
  return {
    found: kept.current,
    missing: names.filter((_, i) => isMissing(at(results, i).error)),
    error: results.find(({ error }) => error && !isMissing(error))?.error ?? undefined,
    isLoading: results.some(({ isPending }) => isPending),
    retry: () => {
      for (const result of results) if (result.error) void result.refetch();
    },
  };
}

/** As many as one timeline shows. */
export const maxCompared = 20;
