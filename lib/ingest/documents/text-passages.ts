import { type PassageText, packPassages } from "./passage-builder";

/** The passages of plain text: paragraphs are parted by empty lines. There are no headings. */
export function* textPassages(text: string): Generator<PassageText> {
  const paragraphs = text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => ({ text: paragraph, keep: keepOf(paragraph) }));
  for (let at = 0; at < paragraphs.length; at += blocksAtATime) {
    yield* packPassages("", paragraphs.slice(at, at + blocksAtATime));
  }
}

/** Passages are put together within these; a document of millions of lines is never held cut a second time. */
const blocksAtATime = 200;

/** Lists and what was set in columns are lines; the lines of prose are only where it was wrapped. */
function keepOf(paragraph: string): "lines" | "sentences" {
  const lines = paragraph.split("\n").filter((line) => line.trim() !== "");
  const special = lines.filter((line) => /^\s*([-*+•]|\d+[.)])\s|\S\s{3,}\S|\t/.test(line)).length;
  return lines.length > 1 && special >= lines.length / 2 ? "lines" : "sentences";
}
