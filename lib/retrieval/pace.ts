import { sleep } from "@/lib/base/tasks";

/** Gives the event loop a turn where work has run for a while; rejects when the question is cancelled. */
export type Pace = () => Promise<void>;

// Other questions, streams and health checks share the loop: none waits longer than this for planning.
const sliceMs = 8;

export function createPace(now: () => number, signal: AbortSignal): Pace {
  let since = now();
  return async () => {
    signal.throwIfAborted();
    if (now() - since < sliceMs) return;
    await sleep(0, signal);
    since = now();
  };
}
