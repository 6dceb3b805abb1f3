/** Characters (code points) that the id of a run may have: at four bytes each, an address of 12 kB still holds one. */
export const maxRunIdChars = 1_000;

/**
 * Whether a text can be the id of a run: any text but none, up to the limit. Where a span's `run_id` is longer, its
 * trace is a run by its trace id.
 */
export function isRunId(text: string): boolean {
  if (text === "") return false;
  if (text.length <= maxRunIdChars) return true;
  // Two units a character at most: what is longer than that need not be counted.
  return text.length <= 2 * maxRunIdChars && [...text].length <= maxRunIdChars;
}
