/**
 * A whole number with separators: `12,480`. Not by Intl: the first formatter of a page takes 13 ms to make, which
 * stood between a person and their timeline.
 */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A count with its noun: `1 row`, `2,000 rows`. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
