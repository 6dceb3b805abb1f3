/** What became of one input. What is thrown instead of this is a crash, or would be a 500. */
export type Outcome =
  /** `found` counts rows, passages or spans. */
  { readonly kind: "taken"; readonly found: number } | { readonly kind: "refused"; readonly reason: string };

/** Longer ones are dumps. */
const maxReasonChars = 600;

/**
 * What is wrong with a reason that a person is to read; undefined where it is a sentence: it begins like one, ends
 * like one, and shows nothing of the inside.
 */
export function faultOfReason(reason: string): string | undefined {
  if (reason.length < 12) return "it says too little";
  if (reason.length > maxReasonChars) return `it has ${reason.length} characters`;
  if (!/^[\p{Lu}“"]/u.test(reason)) return "it does not begin like a sentence";
  if (!/[.)”]$/.test(reason)) return "it does not end like a sentence";
  if (/\p{Cc}/u.test(reason)) return "it holds control characters";
  if (/\bat [\w.<>]+ \(|node_modules|\.(?:ts|mjs|js):\d|\[object |undefined|NaN\b.*NaN/.test(reason)) {
    return "it shows the inside of the program";
  }
  if (/Cannot read propert|is not a function|is not iterable|Invalid array length|call stack/.test(reason)) {
    return "it is an error of the program, not of the input";
  }
  return undefined;
}
