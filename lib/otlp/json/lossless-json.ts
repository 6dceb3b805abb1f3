import { OtlpDecodeError, OtlpTooLarge } from "../otlp-limits";

/** Values that are kept take some 340 brackets; this many are parsed without strain, and no sender means more. */
const maxBrackets = 10_000;

/**
 * Parses JSON. Whole numbers of 16 digits and more come out as texts, because as numbers they would be rounded:
 * OTLP allows nanoseconds and 64-bit values in either form. Before JSON.parse sees the text it is known to be
 * neither too deep nor to hold more objects than `maxItems` items take. Throws OtlpDecodeError or OtlpTooLarge.
 */
export function parseLosslessJson(text: string, maxItems: number): unknown {
  // Some senders start with a byte order mark, which is not JSON.
  const exact = quoteLongIntegers(text.replace(/^\ufeff/, ""), 4 * maxItems);
  try {
    return JSON.parse(exact);
  } catch {
    throw new OtlpDecodeError("The body is not valid JSON.");
  }
}

function quoteLongIntegers(text: string, mostBrackets: number): string {
  let result = "";
  let copied = 0;
  let depth = 0;
  let brackets = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBrace || code === openBracket) {
      if (++depth > maxBrackets) throw new OtlpDecodeError("The body nests too deep.");
      if (++brackets > mostBrackets) {
        throw new OtlpTooLarge("The request holds too many objects. Send smaller batches.");
      }
    } else if (code === closeBrace || code === closeBracket) depth--;
    else if (isDigit(code)) {
      const end = endOfNumber(text, at);
      if (end - at >= 16 && isWhole(text, at, end)) {
        const start = text.charCodeAt(at - 1) === minus ? at - 1 : at;
        result += `${text.slice(copied, start)}"${text.slice(start, end)}"`;
        copied = end;
      }
      at = end - 1;
    }
  }
  return copied === 0 ? text : result + text.slice(copied);
}

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Where the string that begins at `start` has its closing quote, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote) return at;
  }
  return text.length;
}

/** Behind the last character that can belong to a number. */
function endOfNumber(text: string, start: number): number {
  let end = start;
  while (end < text.length && /[\d.eE+-]/.test(text.charAt(end))) end++;
  return end;
}

function isWhole(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
