const steps = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/**
 * How long ago a moment was: `just now`, `3 minutes ago`, `yesterday`. Moments in the future, as clocks that
 * differ make them, read as `in 3 minutes`.
 */
export function formatAgo(momentMs: number, nowMs: number): string {
  const elapsedMs = nowMs - momentMs;
  const step = steps.find(({ ms }) => Math.abs(elapsedMs) >= ms);
  if (!step) return "just now";
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  return relative.format(-Math.trunc(elapsedMs / step.ms), step.unit);
}

/** A moment to the millisecond in the reader's own time zone, with the zone: `2026-11-23 19:36:05.120 UTC+1`. */
export function formatMoment(momentMs: number): string {
  const date = new Date(momentMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const zoneMin = -date.getTimezoneOffset();
  const hours = Math.trunc(Math.abs(zoneMin) / 60);
  const minutes = Math.abs(zoneMin) % 60;
  const zone = zoneMin === 0 ? "" : `${zoneMin < 0 ? "-" : "+"}${hours}${minutes ? `:${two(minutes)}` : ""}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")} UTC${zone}`;
}
