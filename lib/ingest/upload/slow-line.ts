import { formatQuantity } from "@/lib/base/count";

/** How slow the line of an upload may be. Only time in which we wait for bytes counts. */
export interface LineLimits {
  /** Without a byte. */
  readonly stillMs: number;
  /** The span over which the least speed has to be kept. */
  readonly windowMs: number;
  readonly minBytesPerS: number;
}

/** A modem of 1990 did better; a slower sender would hold its slot for nothing. */
export const lineLimits: LineLimits = { stillMs: 30_000, windowMs: 60_000, minBytesPerS: 1_000 };

/** The upload's line stood still or was too slow. The message says which. */
export class SlowLine extends Error {
  override readonly name = "SlowLine";
}

/** A tick that comes late (the machine slept, the event loop was held up) counts as one tick. */
const maxTickMs = 1_000;

/**
 * Passes a body on and throws a SlowLine where it comes too slowly. While nobody asks for the next chunk, because a
 * file is being stored, no time counts: it is we who hold the line back. The body is left as it is where this ends
 * early: cancelling it would end the connection that the answer has to go through.
 */
export async function* watchedLine(
  body: ReadableStream<Uint8Array>,
  { stillMs, windowMs, minBytesPerS }: LineLimits,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const minBytes = (minBytesPerS * windowMs) / 1_000;
  let window = { waitedMs: 0, bytes: 0 };
  const judge = (waitedMs: number): SlowLine | undefined => {
    if (window.waitedMs + waitedMs < windowMs || window.bytes >= minBytes) return undefined;
    const speed = `Less than ${minBytesPerS / 1_000} kB of the upload came per second`;
    return new SlowLine(`${speed}, for ${inSeconds(windowMs)}.`);
  };
  try {
    for (;;) {
      const arrival = reader.read();
      const waitMs = await waitFor(arrival, signal, (waitedMs) =>
        waitedMs >= stillMs
          ? new SlowLine(`No byte of the upload came for ${inSeconds(stillMs)}.`)
          : judge(waitedMs),
      );
      const { done, value } = await arrival;
      if (done) return;
      window.waitedMs += waitMs;
      window.bytes += value.length;
      const slowness = judge(0);
      if (slowness) throw slowness;
      if (window.waitedMs >= windowMs) window = { waitedMs: 0, bytes: 0 };
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** Waits for the arrival and gives how long that took; `judge` may end the wait with an error, tick by tick. */
function waitFor(
  arrival: Promise<unknown>,
  signal: AbortSignal,
  judge: (waitedMs: number) => Error | undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let waitedMs = 0;
    let since = performance.now();
    const count = () => {
      const now = performance.now();
      waitedMs += Math.min(now - since, maxTickMs);
      since = now;
    };
    const end = (settle: () => void) => {
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
      settle();
    };
    const stop = () => end(() => reject(signal.reason));
    const timer = setInterval(() => {
      count();
      const error = judge(waitedMs);
      if (error !== undefined) end(() => reject(error));
    }, maxTickMs);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) return stop();
    arrival.then(
      () =>
        end(() => {
          count();
          resolve(waitedMs);
        }),
      (error: unknown) => end(() => reject(error)),
    );
  });
}

function inSeconds(ms: number): string {
  return formatQuantity(Math.round(ms / 1_000), "second");
}
