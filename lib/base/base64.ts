/**
 * Base64 as text alone: browsers have no Buffer. Only the standard alphabet with its padding is one text for one
 * row of bytes, so that is the form which is kept.
 */

/** Whether `text` is padded base64 of the standard alphabet, with no bits behind the last byte. */
export function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return false;
  if (text.endsWith("==")) return "AQgw".includes(text.charAt(text.length - 3));
  return !text.endsWith("=") || "AEIMQUYcgkosw048".includes(text.charAt(text.length - 2));
}

/** Base64 of either alphabet, padded or not, in the form of `isBase64`; undefined for any other text. */
export function normalBase64(text: string): string | undefined {
  const bare = text
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replace(/={1,2}$/, "");
  const padded = bare.padEnd(Math.ceil(bare.length / 4) * 4, "=");
  return isBase64(padded) ? padded : undefined;
}
