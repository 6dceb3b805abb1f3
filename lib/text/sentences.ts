import { sentenceSegments } from "./sentence-segments";

/** A stretch of a text: UTF-16 offsets, spaces at its ends left out. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

// A dot after one of these does not end a sentence. Those that often end a sentence ("etc.", "p.m.") are not here.
const abbreviation =
  /(?:^|[\s(“"'])(?:mr|mrs|ms|dr|prof|st|sr|jr|rev|hon|gen|col|capt|lt|sgt|vs|cf|ca|approx|no|nos|fig|figs|eq|sec|art|vol|pp?|est|max|min|tel|e\.g|i\.e|incl|excl|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.\s*$/i;
const initial = /(?:^|[\s(.])\p{Lu}\.\s*$/u;
const listMarker = /^\s*(?:[-*+•‣–]|\(?(?:\d{1,3}|[a-z])[.)])\s*$/i;
const startsItem = /^\s*(?:[-*+•‣–]\s|\(?(?:\d{1,3}|[a-z])[.)]\s|[|#>])/i;
const endsSentence = /[.!?:;…。！？]["'”’)\]]*\s*$/;

// A shorter line is on its own (a heading, an item); a longer one was wrapped.
const wrappedLineChars = 40;

function belongTogether(before: string, after: string): boolean {
  if (listMarker.test(before)) return !/\n\s*$/.test(before);
  if (/\n\s*\n\s*$/.test(before)) return false;
  if (/[\n\r\u2028]\s*$/.test(before)) {
    if (startsItem.test(after) || /^\s*\|/.test(before)) return false;
    if (endsSentence.test(before)) return abbreviation.test(before) || initial.test(before);
    return /^\s*\p{Ll}/u.test(after) || lastLineChars(before) >= wrappedLineChars;
  }
  if (abbreviation.test(before) || initial.test(before)) return true;
  // "(It opened in 2016.) and": what goes on in lower case is the same sentence.
  return /^\s*\p{Ll}/u.test(after);
}

function lastLineChars(text: string): number {
  const line = text.trimEnd();
  return line.length - (line.lastIndexOf("\n") + 1);
}

/**
 * The sentences of a text in order. Unicode's rules, repaired where they part what belongs together:
 * abbreviations, initials, list markers and lines wrapped in the middle of a sentence. List items and table
 * rows are sentences of their own.
 */
export function sentences(text: string): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  let end = 0;
  const close = () => {
    const written = text.slice(start, end);
    const trimmed = written.trim();
    if (trimmed) {
      const at = start + written.indexOf(trimmed);
      found.push({ start: at, end: at + trimmed.length });
    }
    start = end;
  };
  for (const { text: segment, start: index } of sentenceSegments(text)) {
    // Only the tail decides; a slice of it keeps a text of one endless sentence linear.
    if (
      end > start &&
      segment.trim() &&
      !belongTogether(text.slice(Math.max(start, end - 200), end), segment)
    )
      close();
    end = index + segment.length;
  }
  close();
  return found;
}
