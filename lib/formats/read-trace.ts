import type { Span } from "@/lib/trace/span";

/** What a reader of a foreign format found. Readers never throw: what they cannot take is counted and said. */
export interface ReadTrace {
  readonly spans: readonly Span[];
  /** What was left out or put right, most frequent first. */
  readonly remarks: readonly Remark[];
}

/** `count` things of the file, and what became of them: `counter samples were left out`. */
export interface Remark {
  readonly count: number;
  readonly what: string;
}

/** Counts remarks by their words. */
export class Remarks {
  readonly #counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
  }

  list(): Remark[] {
    return [...this.#counts]
      .map(([what, count]) => ({ count, what }))
      .sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
  }
}
