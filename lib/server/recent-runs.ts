import type { FoundRun } from "@/lib/clickhouse/runs/runs";

/** A person opens spans of one run one after the other; in so short a time no run moves to other traces. */
const keptMs = 15_000;
const maxRuns = 256;

/**
 * Where runs were found a moment ago, so that each of the spans that a person opens takes one query and not
 * two. No answer that finds nothing rests on it: whoever finds nothing by it looks for the run anew.
 */
export class RecentRuns {
  private readonly runs = new Map<string, { readonly run: FoundRun; readonly untilMs: number }>();

  /** `now` tells milliseconds that only grow. */
  constructor(private readonly now: () => number) {}

  get(id: string): FoundRun | undefined {
    const kept = this.runs.get(id);
    return kept && kept.untilMs > this.now() ? kept.run : undefined;
  }

  /** Runs have been deleted here. */
  clear(): void {
    this.runs.clear();
  }

  note(id: string, run: FoundRun): void {
    this.runs.delete(id);
    this.runs.set(id, { run, untilMs: this.now() + keptMs });
    const [oldest] = this.runs.keys();
    if (this.runs.size > maxRuns && oldest !== undefined) this.runs.delete(oldest);
  }
}
