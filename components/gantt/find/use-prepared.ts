import { useEffect } from "react";

/** The timeline is drawn, and a person looks at it. */
const restMs = 200;

/** Does the search's preparation once the timeline is drawn; the search reports a failure. */
export function usePrepared(prepare: (signal: AbortSignal) => void | Promise<void>): void {
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      try {
        await prepare(leaving.signal);
      } catch {
        // The next search meets the failure again and reports it.
      }
    }, restMs);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [prepare]);
}
