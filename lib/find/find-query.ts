import type { FindQuery, SpanFlag } from "@/lib/find/find-terms";
import { BadFind, FindParser, fieldNames } from "./find-parser";

/**
 * The one way to choose spans by anything: the text of the find box. Words are matched literally, words in
 * quotes as a phrase; `key=value` asks for an attribute; some keys are fields of every span. All terms have to
 * hold; `or` separates alternatives; a minus before a term negates it.
 */

/** What is shown in the key sheet; each line is an example that the parser takes. */
export const findExamples: readonly (readonly [example: string, meaning: string])[] = [
  ["checkout timeout", "Both words: in names, services, ids, attributes, events"],
  ['"payment refused"', "The words as a phrase"],
  ["http.route=/api/*", "An attribute; * stands for anything, != for any other value"],
  ["gen_ai.usage.input_tokens>100", "An attribute as a number: > >= < <= "],
  ["name=db.* service=shop", "Fields: name, service, kind, work, status, event, span_id, trace_id"],
  ["duration>50ms self>=1ms start<2s", "Times, in ns, µs, ms, s, min or h"],
  ['path="ask>retrieve.structured>db.query"', "The names from the root down"],
  ["error", "Spans with an error"],
  ["is:critical -is:root", "Also leaf, orphan, cycle, duplicate, skewed, unfinished, instant"],
  ["/time(d )?out/i name=/^db/", "Regular expressions"],
  ["-name=read or error", "Not the one, or the other"],
];

/** Longer texts are cut where they come in: the address, a pasted page. */
export const maxFindChars = 500;

export type ParsedFind =
  | { readonly query: FindQuery; readonly error?: undefined }
  /** What is wrong, in one line, and what to do. */
  | { readonly query?: undefined; readonly error: string };

/** The query of a text, `{ any: [] }` for an empty one. Never throws. */
export function parseFind(text: string): ParsedFind {
  try {
    return { query: new FindParser(text.slice(0, maxFindChars)).parse() };
  } catch (error) {
    if (error instanceof BadFind) return { error: error.message };
    throw error;
  }
}

/**
 * The term for spans whose field `key` is exactly `value`: `quoteFind("name", "db.query")` is
 * `name="db.query"`. Any other key is an attribute's.
 */
export function quoteFind(key: string, value: string): string {
  return `${fieldNames.includes(key) ? key : quoteKey(key)}=${quoteValue(value)}`;
}

/** The term for spans with an attribute of exactly this value, whatever its key is called. */
export function quoteAttribute(key: string, value: string): string {
  return `${quoteKey(key)}=${quoteValue(value)}`;
}

/** The term for the spans with these names from the root down to them. */
export function quotePath(names: readonly string[]): string {
  return `path="${names.map((name) => escapeQuoted(name).replaceAll(">", "\\>")).join(">")}"`;
}

/** The term for spans with a mark: `is:orphan`. */
export function quoteFlag(flag: SpanFlag): string {
  return `is:${flag}`;
}

function quoteKey(key: string): string {
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(key) && !fieldNames.includes(key) && key.toLowerCase() !== "or";
  return isPlain ? key : `"${escapeQuoted(key)}"`;
}

function quoteValue(value: string): string {
  return `"${escapeQuoted(value)}"`;
}

function escapeQuoted(text: string): string {
  return text.replace(/[\\"*]/g, "\\$&");
}
