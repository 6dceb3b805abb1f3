import type { List, Node, RootContent, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { toString as nodeText } from "mdast-util-to-string";
import { gfmTable } from "micromark-extension-gfm-table";
import { isReadableMarkdown } from "./markdown-shape";
import { type PassageText, packPassages } from "./passage-builder";

type Block = Parameters<typeof packPassages>[1][number];

/** The parser's time and memory grow with the part, so a long document is parsed in parts. */
const partChars = 16 * 1024;
/** Of short paragraphs or items with empty lines between them: 1,000 in one part took twice as long as in parts. */
const partBlocks = 100;
/** A part that cannot be cut, such as one long table, takes 12 ms a KB and more (measured): it is taken as text. */
const maxPartChars = 2 * partChars;

/**
 * The passages of Markdown: under each heading its paragraphs, lists, tables and code as text. Front matter and
 * HTML are left out. `heading` is the path of headings, outermost first.
 */
export function* markdownPassages(markdown: string): Generator<PassageText> {
  const path: Heading[] = [];
  let blocks: Block[] = [];
  const flush = () => {
    const heading = path.map(({ text }) => text).join(" › ");
    const packed = packPassages(heading, blocks);
    blocks = [];
    return packed;
  };
  for (const part of splitMarkdown(withoutFrontMatter(markdown))) {
    for (const item of readPart(part)) {
      if ("keep" in item) {
        blocks.push(item);
        continue;
      }
      yield* flush();
      for (let above = path.at(-1); above && above.depth >= item.depth; above = path.at(-1)) path.pop();
      if (item.text) path.push(item);
    }
  }
  yield* flush();
}

/** Each passage repeats the headings above it: what is longer is a paragraph. */
const maxHeadingChars = 300;
/** Each row of a table repeats the names of its columns: anything longer is not a name. */
const maxColumnChars = 100;

interface Heading {
  readonly depth: number;
  readonly text: string;
}

/** The blocks and headings of a part in order. What is too long or too deep for the parser comes as lines. */
function readPart(part: string): (Block | Heading)[] {
  if (part.length > maxPartChars || !isReadableMarkdown(part)) return [{ text: part, keep: "lines" }];
  try {
    const { children } = fromMarkdown(part, {
      extensions: [gfmTable()],
      mdastExtensions: [gfmTableFromMarkdown()],
    });
    return children.flatMap((node): (Block | Heading)[] => {
      if (node.type !== "heading") return nodeBlocks(node);
      const text = inlineText(node);
      return text.length > maxHeadingChars ? [{ text, keep: "sentences" }] : [{ depth: node.depth, text }];
    });
  } catch (error) {
    // Thousands of levels inside one another end the parser's stack.
    if (error instanceof RangeError) return [{ text: part, keep: "lines" }];
    throw error;
  }
}

function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^---[ \t]*\n[\s\S]{0,20000}?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/, "");
}

/**
 * Cuts before headings, and behind empty lines, that start a line and are not inside a fence: parts of about
 * `partChars` or `partBlocks`.
 */
export function splitMarkdown(markdown: string): string[] {
  const parts: string[] = [];
  let fence: string | undefined;
  let start = 0;
  let at = 0;
  let blocks = 0;
  for (const line of markdown.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      // A line of text that is not indented under a list begins anew wherever a blank line is before it.
      const isCut = /^#{1,6}[ \t]/.test(line) || (/^\S/.test(line) && markdown[at - 2] === "\n");
      if (line === "") blocks++;
      if (isCut && (at - start >= partChars || blocks >= partBlocks)) {
        parts.push(markdown.slice(start, at));
        start = at;
        blocks = 0;
      }
      fence = mark;
    } else if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
    at += line.length + 1;
  }
  parts.push(markdown.slice(start));
  return parts;
}

function nodeBlocks(node: RootContent): Block[] {
  switch (node.type) {
    case "paragraph":
      return [{ text: inlineText(node), keep: "sentences" }];
    case "blockquote":
      return node.children.flatMap(nodeBlocks);
    case "list":
      return [{ text: listText(node, 0), keep: "lines" }];
    case "table":
      return [{ text: tableText(node), keep: "lines" }];
    case "code":
      return [{ text: node.value, keep: "lines" }];
    case "heading":
      return [{ text: inlineText(node), keep: "sentences" }];
    default:
      return [];
  }
}

/** Text of phrasing content, on one line: a line break in the source is a space on the page. */
function inlineText(node: Node): string {
  return nodeText(node, { includeHtml: false }).replace(/\s+/g, " ").trim();
}

function listText(list: List, depth: number): string {
  const indent = "  ".repeat(Math.min(depth, 8));
  return list.children
    .map((item, index) => {
      const marker = list.ordered ? `${(list.start ?? 1) + index}.` : "-";
      const parts = item.children.map((child) =>
        child.type === "list"
          ? listText(child, depth + 1)
          : nodeBlocks(child)
              .map(({ text }) => text)
              .join("\n"),
      );
      return `${indent}${marker} ${parts.join("\n")}`;
    })
    .join("\n");
}

/** One row a line, each value with the name of its column: a row can then be read without its header. */
function tableText(table: Table): string {
  const [head, ...rows] = table.children.map((row) => row.children.map(inlineText));
  if (!head) return "";
  if (rows.length === 0) return head.join(" | ");
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          // A row may be longer than the header.
          const name = head[index];
          return cell && name && name.length <= maxColumnChars ? `${name}: ${cell}` : cell;
        })
        .filter((cell) => cell !== "")
        .join("; "),
    )
    .join("\n");
}
