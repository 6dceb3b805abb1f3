import type { Mark } from "@/lib/api/ask";
import { clamp } from "@/lib/base/clamp";

/** A stretch of text, with the best score of the marks that cover it, or null where none does. */
export interface MarkedSegment {
  readonly text: string;
  readonly score: number | null;
}

/**
 * Cuts a text at the edges of its marks (UTF-16 offsets). Marks may overlap, touch, be outside the text or
 * be turned round; every character comes out exactly once, and neighbours of like score are joined.
 */
export function textToSegments(text: string, marks: readonly Mark[]): MarkedSegment[] {
  const inText = (offset: number) => clamp(Math.trunc(offset), 0, text.length);
  const inside = marks
    .map(({ start, end, score }) => ({ start: inText(start), end: inText(end), score }))
    .filter(({ start, end }) => start < end);
  const edges = [...new Set([0, text.length, ...inside.flatMap(({ start, end }) => [start, end])])];
  edges.sort((a, b) => a - b);
  const segments: { text: string; score: number | null }[] = [];
  for (const [i, start] of edges.entries()) {
    const end = edges[i + 1];
    if (end === undefined) break;
    const covering = inside.filter((mark) => mark.start <= start && mark.end >= end);
    const score = covering.length === 0 ? null : Math.max(...covering.map((mark) => mark.score));
    const last = segments.at(-1);
    if (last?.score === score) last.text += text.slice(start, end);
    else segments.push({ text: text.slice(start, end), score });
  }
  return segments;
}
