/** A word or a number of a text; `text` is the stretch from `start` to `end` (UTF-16 offsets) as it is written. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// In this order: abbreviations with dots (U.S.), numbers with thousands and decimals (1,250.5), one
// ideograph (Chinese and Japanese are written without spaces), words with inner apostrophes (bargeman's).
// A hyphen parts words, so that "e-bike" is found by "bike" and "check-in" by "check in".
const tokenPattern =
  /(?:\p{L}\.){2,}|\p{N}{1,3}(?:,\p{N}{3})+(?:\.\p{N}+)?(?![\p{L}\p{N}])|\p{N}+(?:\.\p{N}+)+(?![\p{L}\p{N}])|[\p{Script=Han}\p{Script=Hiragana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}])[\p{L}\p{M}\p{N}])+(?:['’](?:(?![\p{Script=Han}\p{Script=Hiragana}])[\p{L}\p{M}\p{N}])+)*/gu;

/** The words and numbers of a text, in order; everything between them is left out. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(tokenPattern)) {
    tokens.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}
