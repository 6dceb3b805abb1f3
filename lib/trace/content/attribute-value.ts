import { formatBytes } from "@/lib/base/bytes";
import { formatDuration } from "@/lib/base/time";
import type { Attribute } from "../span";

/**
 * A value as a person reads it, where its key or its type tells the unit: `1.25 s` for `duration_ms = 1250`,
 * `4.2 kB` for `body.size = 4200`. The keys are those of OpenTelemetry's semantic conventions and of common
 * habit; what none of them names stays as it is, since a wrong unit is worse than none.
 */
export interface ReadableValue {
  readonly text: string;
  readonly unit: "duration" | "bytes" | "tokens" | "moment" | "count" | "share" | "json" | "none";
}

/** Unit at the end of a key, and how many nanoseconds it is. */
const durations: readonly (readonly [RegExp, number])[] = [
  [/[._](?:ns|nanos|nanoseconds)$/i, 1],
  [/[._](?:us|micros|microseconds)$/i, 1e3],
  [/[._](?:ms|millis|milliseconds)$|(?:Ms|Millis)$/, 1e6],
  [/[._](?:s|secs|seconds)$/i, 1e9],
  // Durations without a unit are seconds by the conventions.
  [/(?:^|[._])(?:duration|time_to_first_chunk|time_to_first_token)$/i, 1e9],
];
const bytes =
  /[._](?:bytes|content_length|body\.size|file\.size|envelope\.size|body_size|bytes_(?:sent|received|read|written))$|^file\.size$/i;
const tokens = /[._](?:\w*tokens|\w*token_count|token_count\.\w+)$|Tokens$/i;
const counts = /[._](?:count|rows|total|size|hits|misses|retries|attempts|affected|returned_rows)$/i;
const shares = /[._](?:percent|pct)$/i;
const moments =
  /(?:^|[._])(?:timestamp|time|date|unix_?(?:nano|nanos|ms|seconds?)|(?:created|updated|started|ended|expires|expiry|deleted|issued|scheduled)(?:[._]?at|[._]time)?)$|_at$|(?:At|Timestamp)$/;
/** By the number of digits of a moment in this century. */
const momentScales: ReadonlyMap<number, number> = new Map([
  [10, 1e3],
  [13, 1],
  [16, 1e-3],
  [19, 1e-6],
]);

const maxJsonChars = 200_000;

export function readValue({ key, value, type }: Attribute): ReadableValue {
  const plain: ReadableValue = { text: value, unit: "none" };
  const number = /^-?\d{1,19}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?$/i.test(value) ? Number(value) : undefined;
  if (number !== undefined) {
    if (moments.test(key)) {
      const moment = momentText(value);
      if (moment) return { text: moment, unit: "moment" };
    }
    const scale = durations.find(([pattern]) => pattern.test(key))?.[1];
    if (scale !== undefined) return { text: formatDuration(number * scale), unit: "duration" };
    if (bytes.test(key)) return { text: formatBytes(number), unit: "bytes" };
    if (tokens.test(key)) {
      return { text: `${groupDigits(value)} ${number === 1 ? "token" : "tokens"}`, unit: "tokens" };
    }
    if (shares.test(key)) return { text: `${value} %`, unit: "share" };
    if (counts.test(key)) return { text: groupDigits(value), unit: "count" };
    return plain;
  }
  if (type === "array" || type === "kvlist" || /^\s*[[{]/.test(value)) return jsonText(value) ?? plain;
  return plain;
}

/** Thousands apart, exact for integers of any length; other numbers as they are. */
function groupDigits(digits: string): string {
  return /^-?\d+$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, ",") : digits;
}

/** A moment as ISO 8601, from the number of its digits; undefined if it is not a moment of this century. */
function momentText(value: string): string | undefined {
  const [whole = ""] = value.split(".");
  const scale = momentScales.get(whole.length);
  if (scale === undefined || value.startsWith("-")) return undefined;
  const date = new Date(Number(value) * scale);
  const year = date.getUTCFullYear();
  return year >= 2001 && year < 2100 ? date.toISOString() : undefined;
}

/** JSON on lines of its own, if it is any and has something inside. Numbers stay as they were written. */
function jsonText(value: string): ReadableValue | undefined {
  if (value.length > maxJsonChars) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== "object" || parsed === null) return undefined;
  } catch {
    return undefined;
  }
  const text = indentJson(value);
  return text === undefined ? undefined : { text, unit: "json" };
}

/**
 * JSON with a line for each entry. Not by parsing and writing it again: that would round what is longer than
 * a double holds, and move keys that look like numbers.
 */
function indentJson(json: string): string | undefined {
  const pieces = json.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s[\]{},:"]+/g);
  if (!pieces || pieces.length > 20_000) return undefined;
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  const end = (next: string) => {
    lines.push(line);
    line = "  ".repeat(Math.min(depth, 40)) + next;
  };
  for (const [i, piece] of pieces.entries()) {
    const before = pieces[i - 1];
    if (piece === "}" || piece === "]") {
      depth--;
      if (before === "{" || before === "[") line += piece;
      else end(piece);
      continue;
    }
    if (before === "{" || before === "[") end(piece);
    else if (before === ",") end(piece);
    else line += before === ":" ? ` ${piece}` : piece;
    if (piece === "{" || piece === "[") depth++;
  }
  lines.push(line);
  return lines.join("\n");
}
