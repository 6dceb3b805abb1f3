import { useEffect, useMemo, useRef, useState } from "react";
import { findNodes, nodesOfSpans, type SearchSpans } from "@/lib/gantt/find-nodes";
import { parseFind } from "@/lib/gantt/find-query";
import type { Timeline } from "@/lib/gantt/timeline";
import { type FindQuery, storedTerms } from "@/lib/trace/find-terms";

/** What the find box has found. */
export interface Found {
  /** 1 for each node that matches; null where nothing is asked for. */
  readonly matches: Uint8Array | null;
  readonly count: number;
  /** What is wrong with the text. The matches are then those of the last text that was right. */
  readonly error?: string;
  /** Attributes and events are still being searched; `share` (0 to 1) where it is known how far. */
  readonly searching?: { readonly share?: number };
  /** Why not everything was looked at. */
  readonly note?: string;
}

/** Typing rests this long before the store is asked. */
const pauseMs = 200;
/** Answers that are remembered: going back to what was asked before costs nothing. */
const maxAnswers = 24;

interface Answers {
  readonly timeline: Timeline;
  readonly masks: Map<string, Uint8Array>;
  readonly partial: Set<string>;
}

/**
 * The matches of a text. What the columns can tell is there at once; attributes, events and messages follow when
 * `search` has answered. A new text gives up the search for the one before.
 */
export function useFind(timeline: Timeline, text: string, search: SearchSpans | undefined): Found {
  const parsed = useMemo(() => parseFind(text), [text]);
  const lastRight = useRef<FindQuery>({ any: [] });
  if (parsed.query) lastRight.current = parsed.query;
  const query = lastRight.current;

  const answers = useRef<Answers>({ timeline, masks: new Map(), partial: new Set() });
  if (answers.current.timeline !== timeline) {
    answers.current = { timeline, masks: new Map(), partial: new Set() };
  }
  const [arrivals, setArrivals] = useState(0);
  const [state, setState] = useState<{ query?: FindQuery; share?: number; failure?: string }>({});

  useEffect(() => {
    const { masks, partial } = answers.current;
    const terms = storedTerms(query).filter(({ source }) => !masks.has(source));
    if (terms.length === 0 || !search) return;
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async () => {
      const shares = timeline.runs.map(() => 0);
      const found = await Promise.all(
        timeline.runs.map((_, run) =>
          search(run, terms, signal, (share) => {
            shares[run] = share;
            if (!signal.aborted) setState({ query, share: sum(shares) / shares.length });
          }),
        ),
      );
      if (signal.aborted) return;
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
    setState({ query });
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!signal.aborted)
          setState({ query, failure: error instanceof Error ? error.message : String(error) });
      });
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [timeline, query, search]);

  const found = useMemo(
    () => (query.any.length === 0 ? null : findNodes(timeline, query, answers.current.masks)),
    [timeline, query, arrivals],
  );
  if (!found) return { matches: null, count: 0, error: parsed.error };
  const terms = storedTerms(query);
  const isOpen = terms.some(({ source }) => !answers.current.masks.has(source));
  const failure = state.query === query ? state.failure : undefined;
  return {
    matches: found.matches,
    count: found.count,
    error: parsed.error,
    searching: isOpen && search && failure === undefined ? { share: state.share } : undefined,
    note: noteOf(
      failure,
      isOpen && !search,
      found.skippedTexts,
      terms.some(({ source }) => answers.current.partial.has(source)),
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
    return `The expression is too much work: ${skippedTexts.toLocaleString("en-US")} texts were not looked at.`;
  }
  return isPartial ? "More spans match than are marked: the search ended at its limit." : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
