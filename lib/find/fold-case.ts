/**
 * Text as it is compared where case does not count: every code point in lower case where that is one code
 * point. Not `toLowerCase()` of the whole, which depends on neighbours (Σ at a word's end) and changes
 * lengths (İ): the database folds code point by code point, and both have to find the same.
 */
export function foldCase(text: string): string {
  const whole = text.toLowerCase();
  // Nearly every text is ASCII, and then this is all.
  if (!/[^ -~\s]/.test(text)) return whole;
  let folded = "";
  for (const char of text) {
    const lower = char.toLowerCase();
    folded += lower.length === char.length ? lower : char;
  }
  return folded;
}
