import { useEffect, useMemo, useRef, useState } from "react";
import { formatCount } from "@/lib/base/count";
import { parseFind } from "@/lib/find/find-query";
import { type FindQuery, storedTerms } from "@/lib/find/find-terms";
import { findNodes, nodesOfSpans, type SearchSpans } from "@/lib/gantt/find/find-nodes";
import type { Timeline } from "@/lib/gantt/timeline";

/** What the find box has found. */
export interface Found {
  /**
   * 1 for each node that matches; null where nothing is asked for. While the store is asked and the columns tell of
   * none, those of the text before, for a moment.
   */
  readonly matches: Uint8Array | null;
  readonly count: number;
  /** What is wrong with the text. The matches are then those of the last text that was right. */
  readonly error?: string;
  /** Attributes and events are still being searched; `share` (0 to 1) where it is known how far. */
  readonly searching?: { readonly share?: number };
  /** Why not everything was looked at. */
  readonly note?: string;
}

/** Debounce for a store that cannot keep up with typing; a fast one is queried with every key. */
const pauseMs = 200;
/** Keep the previous matches on screen this long while the store is queried, to avoid a flash. */
const holdMs = 300;
/** Answers that are remembered: going back to what was asked before costs nothing. */
const maxAnswers = 24;

/** How far the question of a query is. */
interface Asked {
  readonly query?: FindQuery;
  readonly share?: number;
  readonly failure?: string;
  readonly isLate?: boolean;
}

interface Answers {
  readonly timeline: Timeline;
  readonly masks: Map<string, Uint8Array>;
  readonly partial: Set<string>;
  /** The last question was given up before it was answered, or failed. */
  isBehind: boolean;
  /** The matches that were given last. */
  shown: Uint8Array | null;
}

const noAnswers = (timeline: Timeline): Answers => ({
  timeline,
  masks: new Map(),
  partial: new Set(),
  isBehind: false,
  shown: null,
});

/**
 * The matches of a text. What the columns can tell is there at once; attributes, events and messages follow when
 * `search` has answered. A new text gives up the search for the one before.
 */
export function useFind(timeline: Timeline, text: string, search: SearchSpans | undefined): Found {
  const parsed = useMemo(() => parseFind(text), [text]);
  const lastRight = useRef<FindQuery>({ any: [] });
  if (parsed.query) lastRight.current = parsed.query;
  const query = lastRight.current;

  const answers = useRef<Answers>(null);
  if (answers.current?.timeline !== timeline) answers.current = noAnswers(timeline);
  const known = answers.current;
  const [arrivals, setArrivals] = useState(0);
  const [state, setState] = useState<Asked>({});

  useEffect(() => {
    const { masks, partial } = known;
    const terms = storedTerms(query).filter(({ source }) => !masks.has(source));
    if (terms.length === 0 || !search) return;
    const controller = new AbortController();
    const { signal } = controller;
    const tell = (part: Asked) => {
      if (!signal.aborted)
        setState((before) => ({ ...(before.query === query ? before : {}), query, ...part }));
    };
    let isWaiting = false;
    const ask = async () => {
      isWaiting = true;
      const shares = timeline.runs.map(() => 0);
      const found = await Promise.all(
        timeline.runs.map((_, run) =>
          search(run, terms, signal, (share) => {
            shares[run] = share;
            tell({ share: sum(shares) / shares.length });
          }),
        ),
      );
      if (signal.aborted) return;
      isWaiting = false;
      known.isBehind = false;
      for (const [index, { source }] of terms.entries()) {
        masks.set(
          source,
          nodesOfSpans(
            timeline,
            found.map((ofRun) => ofRun[index]?.spans),
          ),
        );
        if (found.some((ofRun) => !ofRun[index]?.complete)) partial.add(source);
      }
      for (const source of masks.keys()) {
        if (masks.size <= maxAnswers) break;
        if (!storedTerms(query).some((term) => term.source === source)) masks.delete(source);
      }
      setState({});
      setArrivals((count) => count + 1);
    };
    const askNow = () =>
      ask().catch((error: unknown) => {
        isWaiting = false;
        if (signal.aborted) return;
        known.isBehind = true;
        tell({ failure: error instanceof Error ? error.message : String(error) });
      });
    const timer = known.isBehind ? setTimeout(askNow, pauseMs) : undefined;
    if (timer === undefined) void askNow();
    const late = setTimeout(() => tell({ isLate: true }), holdMs);
    return () => {
      clearTimeout(timer);
      clearTimeout(late);
      controller.abort();
      known.isBehind ||= isWaiting;
    };
  }, [timeline, known, query, search]);

  const found = useMemo(
    () => (query.any.length === 0 ? null : findNodes(timeline, query, known.masks)),
    [timeline, known, query, arrivals],
  );
  if (!found) {
    known.shown = null;
    return { matches: null, count: 0, error: parsed.error };
  }
  const terms = storedTerms(query);
  const isOpen = terms.some(({ source }) => !known.masks.has(source));
  const { share, failure, isLate } = state.query === query ? state : {};
  const searching = isOpen && search && failure === undefined ? { share } : undefined;
  // Everything would be dimmed for the moment until the answer comes, and with every key again.
  const isHeld = searching && found.count === 0 && !isLate;
  if (!isHeld) known.shown = found.matches;
  return {
    matches: known.shown,
    count: found.count,
    error: parsed.error,
    searching,
    note: noteOf(
      failure,
      isOpen && !search,
      found.skippedTexts,
      terms.some(({ source }) => known.partial.has(source)),
    ),
  };
}

function noteOf(
  failure: string | undefined,
  isWithoutStore: boolean,
  skippedTexts: number,
  isPartial: boolean,
): string | undefined {
  if (failure !== undefined) return `Attributes were not searched. ${failure}`;
  if (isWithoutStore) return "Attributes cannot be searched here, only what the rows show.";
  if (skippedTexts > 0) {
    return `The expression is too much work: ${formatCount(skippedTexts)} texts were not looked at.`;
  }
  return isPartial ? "More spans match than are marked: the search ended at its limit." : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
