import type { RunSummary } from "@/lib/api/runs";

export interface HeldRuns {
  readonly runs: readonly RunSummary[];
  /** Runs that came since and are not shown. */
  readonly newCount: number;
}

/**
 * What a list shows that a person is reading: its rows stay where they are, with their newest numbers, and what
 * came on top since is counted. `latest` is the first page as it is now.
 */
export function holdRuns(shown: readonly RunSummary[], latest: readonly RunSummary[]): HeldRuns {
  const newer = new Map(latest.map((run) => [run.run_id, run]));
  const ids = new Set(shown.map((run) => run.run_id));
  // The page is full, so runs pushed to the next page are not new: only those above a shown one are.
  const lastKnown = latest.findLastIndex((run) => ids.has(run.run_id));
  const above = lastKnown < 0 ? latest : latest.slice(0, lastKnown);
  return {
    runs: shown.map((run) => newer.get(run.run_id) ?? run),
    newCount: above.filter((run) => !ids.has(run.run_id)).length,
  };
}
