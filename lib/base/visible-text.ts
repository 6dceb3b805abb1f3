/**
 * Control and direction characters, half surrogates, private and unassigned ones, every space but a single plain one
 * between two others, and what fonts draw as nothing.
 */
const hidden = /[\p{C}\p{Default_Ignorable_Code_Point}\\]|(?! )\p{Z}|^ | $| (?= )/gu;

/**
 * An id as a person can tell it from every other: what would not be seen, or would change the order of what is seen,
 * stands as its code point, `a\u{202e}b`, and a backslash doubled, so that no two ids look alike for want of it.
 */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) =>
    character === "\\" ? "\\\\" : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
