import { sentences } from "@/lib/text/sentences";

/** A stretch of a document that can answer by itself. */
export interface PassageText {
  /** The headings above it, outermost first, joined by " › "; "" where there are none. */
  readonly heading: string;
  readonly text: string;
}

/** A passage is about this long: long enough to say something, short enough to be read at a glance. */
const fullWords = 120;
/** One that would be shorter goes with its neighbour under the same heading. */
const tinyWords = 25;
/** A block that is kept together (a list, a table, code) may be this long before it is cut at its lines. */
const maxBlockWords = 240;
/** A sentence without an end, such as a page of base64, is cut here. */
const maxPassageChars = 4_000;

export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

interface Piece {
  readonly text: string;
  readonly words: number;
}

/**
 * Cuts the blocks under one heading into passages, in order: short paragraphs are put together up to about 120
 * words, longer ones are cut between sentences, blocks of lines between lines.
 */
export function packPassages(
  heading: string,
  blocks: readonly { readonly text: string; readonly keep: "sentences" | "lines" }[],
): PassageText[] {
  const pieces = blocks.flatMap((block) => cutBlock(block.text, block.keep));
  const packed: Piece[] = [];
  for (const piece of pieces) {
    const last = packed.at(-1);
    const isTiny = last !== undefined && (last.words < tinyWords || piece.words < tinyWords);
    const together = (last?.words ?? 0) + piece.words;
    if (last && together <= (isTiny ? fullWords + tinyWords : fullWords) && fits(last, piece)) {
      packed[packed.length - 1] = { text: `${last.text}\n\n${piece.text}`, words: together };
    } else packed.push(piece);
  }
  return packed.map(({ text }) => ({ heading, text }));
}

function fits(a: Piece, b: Piece): boolean {
  return a.text.length + b.text.length + 2 <= maxPassageChars;
}

function cutBlock(block: string, keep: "sentences" | "lines"): Piece[] {
  const text = block.trim();
  const words = countWords(text);
  if (text === "") return [];
  if (words <= (keep === "lines" ? maxBlockWords : fullWords) && text.length <= maxPassageChars) {
    return [{ text, words }];
  }
  const parts =
    keep === "lines"
      ? text.split("\n").map((line) => ({ text: line, glue: "\n" }))
      : sentences(text).map(({ start, end }) => ({ text: text.slice(start, end), glue: " " }));
  const pieces: Piece[] = [];
  let current = "";
  let currentWords = 0;
  const close = () => {
    if (current.trim()) pieces.push({ text: current.trim(), words: currentWords });
    current = "";
    currentWords = 0;
  };
  for (const part of parts.flatMap((each) => cutLong(each))) {
    const partWords = countWords(part.text);
    const isFull =
      currentWords + partWords > fullWords || current.length + part.text.length > maxPassageChars;
    if (current && isFull) close();
    current += (current ? part.glue : "") + part.text;
    currentWords += partWords;
  }
  close();
  return pieces;
}

function cutLong({ text, glue }: { text: string; glue: string }): { text: string; glue: string }[] {
  const parts = [];
  let rest = text;
  while (rest.length > maxPassageChars) {
    const space = rest.lastIndexOf(" ", maxPassageChars);
    let at = space > maxPassageChars / 2 ? space : maxPassageChars;
    // Not between the halves of one character.
    if (/[\ud800-\udbff]/.test(rest.charAt(at - 1))) at--;
    parts.push({ text: rest.slice(0, at), glue });
    rest = rest.slice(at);
  }
  return [...parts, { text: rest, glue }];
}
