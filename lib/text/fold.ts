/**
 * Lower case, one form of every letter, and no accents: "Café" and "CAFE" fold to the same. Only the marks of
 * Latin, Greek and Cyrillic letters go (U+0300–U+036F); in other scripts a mark can be a vowel.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/’/g, "'");
}
