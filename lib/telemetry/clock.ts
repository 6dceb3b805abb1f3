/**
 * The SDK starts spans by Date.now(), in whole milliseconds, and most stages of a question take less. So the
 * spans that this program opens bring their own times: the monotonic clock, put on the calendar.
 */

let offsetMs = Date.now() - performance.now();

/** The machine's clock was set, or slept: more than the two clocks drift apart between two looks. */
const stepMs = 20;

/** Milliseconds since the epoch with microseconds behind the point. */
export function nowMs(): number {
  const monotonicMs = performance.now();
  const behindMs = Date.now() - (offsetMs + monotonicMs);
  if (Math.abs(behindMs) > stepMs) offsetMs += behindMs;
  return offsetMs + monotonicMs;
}
