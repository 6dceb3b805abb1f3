import { useEffect } from "react";

/** The timeline is drawn, and a person looks at it. */
const restMs = 200;

/** Has done what a search would otherwise begin with, once the timeline has been drawn; what fails is told by the search. */
export function usePrepared(prepare: (signal: AbortSignal) => void | Promise<void>): void {
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      try {
        await prepare(leaving.signal);
      } catch {
        // Whoever searches comes upon it again, and is told.
      }
    }, restMs);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [prepare]);
}
