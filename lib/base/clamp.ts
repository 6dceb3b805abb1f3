/** The nearest value from `min` to `max`; `max` where `min` is larger. */
export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
