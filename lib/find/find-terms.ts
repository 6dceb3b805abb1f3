import { first, last } from "@/lib/base/checked";
import { attributeNames } from "@/lib/trace/names";
import type { Attribute, Span } from "@/lib/trace/span";
import { foldCase } from "./fold-case";
import { compileRegex, escapeRe2, type Regex } from "./regex";

/**
 * What the find box asks of a span, and when it is so. The same meaning is met three times: over the columns in
 * the browser (lib/gantt), over attribute blocks in an exported file (search-block), and as SQL in the database
 * (lib/clickhouse/spans/search-spans). This file is the one that says what is meant.
 */

/** A test of one text. Case does not count, but in a regular expression without its flag i. */
export type TextTest =
  | { readonly kind: "holds"; readonly text: string }
  /** The whole text, the pieces standing around wildcards: "a*b" is ["a", "b"]; at least one. */
  | { readonly kind: "is"; readonly pieces: readonly string[] }
  | { readonly kind: "regex"; readonly source: string; readonly ignoreCase: boolean; readonly regex: Regex };

export type Comparison = "=" | "!=" | ">" | ">=" | "<" | "<=";

/** Fields that every span has, beside its attributes. */
export const textFields = ["name", "service", "kind", "work", "status", "span_id", "trace_id"] as const;
export type TextField = (typeof textFields)[number];
export const timeFields = ["duration", "self", "start"] as const;
export type TimeField = (typeof timeFields)[number];

export const spanFlags = [
  "error",
  "root",
  "leaf",
  "critical",
  "orphan",
  "cycle",
  "duplicate",
  "skewed",
  "outside",
  "reversed",
  "unfinished",
  "instant",
] as const;
export type SpanFlag = (typeof spanFlags)[number];

/** What only the store knows: it takes attributes, events or messages to tell. */
export type StoredTerm =
  /**
   * The name, the service, an id, the status message, a value of an attribute, an event's name or its values.
   * What is the same for all spans is left aside: the resource and the id of the run.
   */
  | { readonly kind: "text"; readonly test: TextTest; readonly source: string }
  /** An attribute of this key: the span's, its resource's or an event's. With `not`: it has one, and none passes. */
  | {
      readonly kind: "attribute";
      readonly key: string;
      readonly not: boolean;
      readonly test: TextTest;
      readonly source: string;
    }
  | {
      readonly kind: "number";
      readonly key: string;
      readonly comparison: Comparison;
      readonly value: number;
      readonly source: string;
    }
  /** An event of such a name. */
  | { readonly kind: "event"; readonly not: boolean; readonly test: TextTest; readonly source: string };

/** What the columns and the tree tell. */
export type ColumnTerm =
  | { readonly kind: "field"; readonly field: TextField; readonly not: boolean; readonly test: TextTest }
  | { readonly kind: "time"; readonly field: TimeField; readonly comparison: Comparison; readonly ns: number }
  /** The names from the root down to the span. */
  | { readonly kind: "path"; readonly not: boolean; readonly names: readonly TextTest[] }
  | { readonly kind: "is"; readonly flag: SpanFlag };

export type FindTerm = StoredTerm | ColumnTerm;

export interface AskedTerm {
  readonly negated: boolean;
  readonly term: FindTerm;
}

/** Spans for which all terms of any of these lists hold. */
export interface FindQuery {
  readonly any: readonly (readonly AskedTerm[])[];
}

export function isStored(term: FindTerm): term is StoredTerm {
  return term.kind === "text" || term.kind === "attribute" || term.kind === "number" || term.kind === "event";
}

/** The different stored terms of a query, each once. */
export function storedTerms(query: FindQuery): StoredTerm[] {
  const terms = new Map<string, StoredTerm>();
  for (const { term } of query.any.flat()) if (isStored(term)) terms.set(term.source, term);
  return [...terms.values()];
}

export function textHolds(text: string): TextTest {
  return { kind: "holds", text: foldCase(text) };
}

/** `pieces` as they are written, around the wildcards. */
export function textIs(pieces: readonly string[]): TextTest {
  return { kind: "is", pieces: pieces.map(foldCase) };
}

/** Throws BadRegex. */
export function textMatches(source: string, ignoreCase: boolean): TextTest {
  return { kind: "regex", source, ignoreCase, regex: compileRegex(source, ignoreCase) };
}

export function passes(test: TextTest, text: string): boolean {
  if (test.kind === "holds") return foldCase(text).includes(test.text);
  if (test.kind === "regex") return test.regex.test(text);
  const folded = foldCase(text);
  const { pieces } = test;
  const head = first(pieces);
  if (pieces.length === 1) return folded === head;
  const tail = last(pieces);
  if (folded.length < head.length + tail.length || !folded.startsWith(head) || !folded.endsWith(tail))
    return false;
  // The pieces between wildcards follow one another, each at its earliest position.
  let at = head.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = folded.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= folded.length - tail.length;
}

/** A text as a regular expression of RE2 that finds the same; for tests with wildcards or an expression. */
export function testToRe2(test: TextTest): string {
  if (test.kind === "regex") return test.regex.re2;
  if (test.kind === "holds") return `(?is)${escapeRe2(test.text)}`;
  return `(?is)^${test.pieces.map(escapeRe2).join(".*")}$`;
}

export const numberPattern = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$";
const number = new RegExp(numberPattern);

/** The number that a text is, or undefined: "12", "1.5e3", no units, no spaces, no hex. */
export function numberOfText(text: string): number | undefined {
  if (text.length > 100 || !number.test(text)) return undefined;
  return Number(text);
}

export function compares(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
  }
}

/** A part of an id, long enough that no word is taken for one. */
export function isIdPart(text: string): boolean {
  return /^[0-9a-f]{4,32}$/.test(text);
}

/** Whether a stored term holds for a whole span: the reference for every faster search. */
export function spanPasses(term: StoredTerm, span: Span): boolean {
  switch (term.kind) {
    case "text":
      return textPasses(term.test, span);
    case "event": {
      const found = span.events.some(({ name }) => passes(term.test, name));
      return term.not ? span.events.length > 0 && !found : found;
    }
    case "attribute":
    case "number": {
      const values = [
        span.attributes,
        span.resource,
        ...span.events.map(({ attributes }) => attributes),
      ].flatMap((attributes) => attributes.filter(({ key }) => key === term.key));
      if (term.kind === "attribute") {
        const found = values.some(({ value }) => passes(term.test, value));
        return term.not ? values.length > 0 && !found : found;
      }
      return values.some(({ value }) => {
        const is = numberOfText(value);
        return is !== undefined && compares(is, term.comparison, term.value);
      });
    }
  }
}

function textPasses(test: TextTest, span: Span): boolean {
  const inValues = (attributes: readonly Attribute[]) =>
    attributes.some(({ key, value }) => key !== attributeNames.runId && passes(test, value));
  return (
    passes(test, span.name) ||
    passes(test, span.serviceName) ||
    (test.kind === "holds" &&
      isIdPart(test.text) &&
      (span.spanId.includes(test.text) || span.traceId.includes(test.text))) ||
    passes(test, span.statusMessage) ||
    inValues(span.attributes) ||
    span.events.some(({ name, attributes }) => passes(test, name) || inValues(attributes))
  );
}
