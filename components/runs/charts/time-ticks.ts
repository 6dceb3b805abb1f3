const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 5, 10, 30, 90, 365, 1_825, 3_650, 36_500].map((n) => n * day),
];

/** Round moments within [fromMs, toMs], at most `most` of them, in the zone `zoneMs` ahead of UTC. */
export function timeTicks(fromMs: number, toMs: number, most: number, zoneMs: number): number[] {
  const step = steps.find((each) => (toMs - fromMs) / each <= most) ?? toMs - fromMs;
  const ticks: number[] = [];
  if (!(step > 0)) return ticks;
  for (
    let at = Math.ceil((fromMs + zoneMs) / step) * step - zoneMs;
    at <= toMs && ticks.length < most;
    at += step
  ) {
    ticks.push(at);
  }
  return ticks;
}

/** A moment as an axis of `lengthMs` needs it: the day, the minute, the second or a part of it. */
export function formatTick(ms: number, lengthMs: number): string {
  const date = new Date(ms);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (lengthMs > 400 * day) return date.toLocaleDateString("en", { month: "short", year: "numeric" });
  if (lengthMs > 5 * day || (lengthMs > hour && isMidnight))
    return date.toLocaleDateString("en", { month: "short", day: "numeric" });
  return formatTime(ms, lengthMs / 10);
}

/** A stretch of time in words, the day said once: `Nov 23, 19:36:05 – 19:36:10`. */
export function formatStretch(fromMs: number, toMs: number): string {
  const date = (ms: number) => new Date(ms).toLocaleDateString("en", { month: "short", day: "numeric" });
  const precisionMs = Math.min(toMs - fromMs, lowestUnit(fromMs), lowestUnit(toMs));
  const from = `${date(fromMs)}, ${formatTime(fromMs, precisionMs)}`;
  const to = formatTime(toMs, precisionMs);
  return date(fromMs) === date(toMs) ? `${from} – ${to}` : `${from} – ${date(toMs)}, ${to}`;
}

/** The largest of minute, second and millisecond that a moment is a multiple of. */
function lowestUnit(ms: number): number {
  return ms % minute === 0 ? minute : ms % second === 0 ? second : 1;
}

function formatTime(ms: number, precisionMs: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (precisionMs >= minute) return time;
  if (precisionMs >= second) return `${time}:${two(date.getSeconds())}`;
  return `${time}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
