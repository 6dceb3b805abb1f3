import { foldText } from "./fold";

/**
 * The form in which a cell's value and a stretch of a question are compared: folded, apostrophes dropped, every
 * other stretch of space and punctuation one space. "Bargeman’s  Rest" → "bargemans rest". A value of
 * symbols alone gives "", which names nothing.
 */
export function normaliseValue(text: string): string {
  return foldText(text)
    .replace(/'/g, "")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}
