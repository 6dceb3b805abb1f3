import { at, float64At, int32At, uint8At, uintAt } from "@/lib/base/checked";
import {
  type AskedTerm,
  type ColumnTerm,
  compares,
  type FindQuery,
  type FindTerm,
  isIdPart,
  isStored,
  passes,
  type SpanFlag,
  type StoredTerm,
  type TextField,
  type TextTest,
} from "@/lib/find/find-terms";
import { oddities } from "@/lib/trace/analysis/tree";
import { spanIdText } from "@/lib/trace/columns/span-ids";
import { workKinds } from "@/lib/trace/names";
import { spanKinds, statusCodes } from "@/lib/trace/span";
import type { Timeline } from "../timeline";

/** What a search of attributes, events and messages found in one run. */
export interface FoundSpans {
  /** Indexes into the run's columns. */
  readonly spans: Iterable<number>;
  /** False where the search ended before it had seen everything. */
  readonly complete: boolean;
}

/**
 * Searches what the columns leave out: the page asks the server, an exported file reads its own blocks. Answers
 * for each term in order; rejects when the signal fires or the store cannot be read.
 */
export type SearchSpans = (
  run: number,
  terms: readonly StoredTerm[],
  signal: AbortSignal,
  /** Told how much is done, 0 to 1, where that is known. */
  onProgress?: (share: number) => void,
) => Promise<readonly FoundSpans[]>;

/** By a term's source: 1 for each node that the store says matches. A term that is missing is not known yet. */
export type StoredAnswers = ReadonlyMap<string, Uint8Array>;

export interface FoundNodes {
  readonly matches: Uint8Array;
  readonly count: number;
  /** Texts that were not looked at, because the expression is too much work for them all; 0 mostly. */
  readonly skippedTexts: number;
}

/** Steps of an expression in one search, under a second at the worst. What is left over is counted. */
const maxSteps = 6e6;

/**
 * Marks the nodes that a query asks for. Names and services are looked at once each, as their dictionaries are
 * short. As long as the store has not answered, a term that needs it counts as not matching, negated or not:
 * nothing is shown as found that may not be.
 */
export function findNodes(timeline: Timeline, query: FindQuery, stored: StoredAnswers): FoundNodes {
  const search = new Search(timeline, stored);
  const matches = new Uint8Array(timeline.count);
  for (const all of query.any) search.addAll(matches, all);
  let count = 0;
  for (const match of matches) count += match;
  return { matches, count, skippedTexts: search.skippedTexts };
}

/** Marks the nodes of spans, given by their index in each run's columns. */
export function nodesOfSpans(
  timeline: Timeline,
  found: readonly (Iterable<number> | undefined)[],
): Uint8Array {
  const wanted = timeline.runs.map(({ columns }, run) => {
    const mask = new Uint8Array(columns.count);
    const spans = found[run];
    // Read first, so that a span which the run does not have throws.
    if (spans) for (const span of spans) if (uint8At(mask, span) === 0) mask[span] = 1;
    return mask;
  });
  const nodes = new Uint8Array(timeline.count);
  for (let node = 0; node < timeline.count; node++) {
    const span = int32At(timeline.span, node);
    if (span >= 0) nodes[node] = uint8At(at(wanted, uint8At(timeline.run, node)), span);
  }
  return nodes;
}

class Search {
  skippedTexts = 0;
  private readonly masks = new Map<FindTerm, Uint8Array>();

  constructor(
    private readonly timeline: Timeline,
    private readonly stored: StoredAnswers,
  ) {}

  /** Adds the nodes for which all of these terms hold. */
  addAll(matches: Uint8Array, all: readonly AskedTerm[]): void {
    const { count, span } = this.timeline;
    const parts = all.map(({ term, negated }) => ({
      mask: this.maskOf(term),
      wanted: negated ? 0 : 1,
      isUnknown: negated && isStored(term) && !this.stored.has(term.source),
    }));
    if (parts.some(({ isUnknown }) => isUnknown)) return;
    for (let node = 0; node < count; node++) {
      if (int32At(span, node) < 0 || matches[node]) continue;
      let holds = 1;
      for (const { mask, wanted } of parts) {
        if (mask[node] === wanted) continue;
        holds = 0;
        break;
      }
      matches[node] = holds;
    }
  }

  private maskOf(term: FindTerm): Uint8Array {
    let mask = this.masks.get(term);
    if (!mask) {
      mask = new Uint8Array(this.timeline.count);
      if (isStored(term)) this.markStored(mask, term);
      else this.markColumns(mask, term);
      this.masks.set(term, mask);
    }
    return mask;
  }

  private markStored(mask: Uint8Array, term: StoredTerm): void {
    const answer = this.stored.get(term.source);
    if (answer) mask.set(answer);
    if (term.kind !== "text") return;
    this.markText(mask, "name", term.test);
    this.markText(mask, "service", term.test);
    if (term.test.kind !== "holds" || !isIdPart(term.test.text)) return;
    this.markText(mask, "trace_id", term.test);
    this.markText(mask, "span_id", term.test);
  }

  private markColumns(mask: Uint8Array, term: ColumnTerm): void {
    const { timeline } = this;
    switch (term.kind) {
      case "field":
        this.markText(mask, term.field, term.test);
        if (term.not) for (let node = 0; node < mask.length; node++) mask[node] = mask[node] ? 0 : 1;
        return;
      case "time": {
        const column = { duration: timeline.durationNs, self: timeline.selfNs, start: timeline.startNs }[
          term.field
        ];
        for (let node = 0; node < mask.length; node++) {
          if (compares(float64At(column, node), term.comparison, term.ns)) mask[node] = 1;
        }
        return;
      }
      case "path":
        this.markPath(mask, term.names);
        if (term.not) for (let node = 0; node < mask.length; node++) mask[node] = mask[node] ? 0 : 1;
        return;
      case "is":
        for (let node = 0; node < mask.length; node++)
          if (isFlagged(timeline, node, term.flag)) mask[node] = 1;
    }
  }

  /** Marks the nodes whose field passes, beside those that are marked already. */
  private markText(mask: Uint8Array, field: TextField, test: TextTest): void {
    const { timeline } = this;
    const passing = timeline.runs.map(({ columns }) => {
      const { indexes, texts } = dictionaryOf(columns, field);
      return { indexes, passes: texts ? this.test(texts, test) : undefined, columns };
    });
    for (let node = 0; node < mask.length; node++) {
      const span = int32At(timeline.span, node);
      if (span < 0 || mask[node]) continue;
      const run = at(passing, uint8At(timeline.run, node));
      const ok = run.passes
        ? run.passes[run.indexes(span)]
        : passes(test, spanIdText(run.columns.spanIds, span));
      if (ok) mask[node] = 1;
    }
  }

  private markPath(mask: Uint8Array, names: readonly TextTest[]): void {
    const { timeline } = this;
    const passing = timeline.runs.map(({ columns }) => names.map((test) => this.test(columns.names, test)));
    // By node: whether its path agrees with the beginning of the one that is asked for.
    const agrees = new Uint8Array(timeline.count);
    for (let node = 0; node < timeline.count; node++) {
      const span = int32At(timeline.span, node);
      const up = int32At(timeline.parent, node);
      const isRoot = up < 0 || int32At(timeline.span, up) < 0;
      const depth = int32At(timeline.depth, node) - (timeline.runs.length > 1 ? 1 : 0);
      if (span < 0 || depth >= names.length || !(isRoot || agrees[up])) continue;
      const run = uint8At(timeline.run, node);
      const name = uintAt(at(timeline.runs, run).columns.name, span);
      if (uint8At(at(at(passing, run), depth), name) === 0) continue;
      agrees[node] = 1;
      if (depth === names.length - 1) mask[node] = 1;
    }
  }

  private test(texts: readonly string[], test: TextTest): Uint8Array {
    const passing = new Uint8Array(texts.length);
    const from = test.kind === "regex" ? test.regex.steps : 0;
    for (const [index, text] of texts.entries()) {
      if (test.kind === "regex" && test.regex.steps - from > maxSteps) {
        this.skippedTexts += texts.length - index;
        break;
      }
      if (passes(test, text)) passing[index] = 1;
    }
    return passing;
  }
}

/** The texts of a field and which of them a span has; no texts for span ids, which differ for every span. */
function dictionaryOf(
  columns: Timeline["runs"][number]["columns"],
  field: TextField,
): { readonly indexes: (span: number) => number; readonly texts: readonly string[] | undefined } {
  switch (field) {
    case "name":
      return { indexes: (span) => uintAt(columns.name, span), texts: columns.names };
    case "service":
      return { indexes: (span) => uintAt(columns.service, span), texts: columns.services };
    case "trace_id":
      return { indexes: (span) => uintAt(columns.trace, span), texts: columns.traceIds };
    case "kind":
      return { indexes: (span) => uint8At(columns.kindAndStatus, span) & 15, texts: spanKinds };
    case "status":
      return { indexes: (span) => uint8At(columns.kindAndStatus, span) >> 4, texts: statusCodes };
    case "work":
      return { indexes: (span) => uint8At(columns.work, span), texts: workKinds };
    case "span_id":
      return { indexes: () => 0, texts: undefined };
  }
}

function isFlagged(timeline: Timeline, node: number, flag: SpanFlag): boolean {
  const odd = uint8At(timeline.odd, node);
  switch (flag) {
    case "error":
      return timeline.error[node] === 1;
    case "root": {
      const up = int32At(timeline.parent, node);
      return up < 0 || int32At(timeline.span, up) < 0;
    }
    case "leaf":
      return timeline.size[node] === 1;
    case "critical":
      return float64At(timeline.path.ownNs, node) > 0;
    case "instant":
      return (
        timeline.durationNs[node] === 0 && (odd & (oddities.endsBeforeStart | oddities.unfinished)) === 0
      );
    case "orphan":
      return (odd & oddities.orphan) !== 0;
    case "cycle":
      return (odd & oddities.cycle) !== 0;
    case "duplicate":
      return (odd & oddities.duplicate) !== 0;
    case "outside":
      return (odd & oddities.outsideParent) !== 0;
    case "skewed":
      return (odd & oddities.skewed) !== 0;
    case "reversed":
      return (odd & oddities.endsBeforeStart) !== 0;
    case "unfinished":
      return (odd & oddities.unfinished) !== 0;
  }
}
