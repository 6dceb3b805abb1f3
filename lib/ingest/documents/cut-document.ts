import { stems } from "@/lib/text/stems";
import type { JobContext } from "@/lib/workers/job";
import type { CutPassage } from "../jobs";
import { Refusal } from "../refusal";
import { textPieces, textStart } from "../text-check";
import { markdownPassages } from "./markdown-passages";
import type { PassageText } from "./passage-builder";
import { textPassages } from "./text-passages";

/** Passages of one message, each with some 60 different stems. */
const batchPassages = 100;

/** The code of `cutDocumentJob`. The document is held whole: its size is bounded by whoever receives it. */
export async function cutDocumentInJob(
  { fileName, format }: { readonly fileName: string; readonly format: "markdown" | "text" },
  context: JobContext<readonly CutPassage[]>,
): Promise<{ passages: number }> {
  const text = await context.span("parse.read", () => readText(context));
  const passages = await context.span("parse.cut", (span) => {
    const cut = [...(format === "markdown" ? markdownPassages(text) : textPassages(text))];
    span.set("passages", cut.length);
    return cut;
  });
  if (passages.length === 0) throw new Refusal("The document holds no text.");
  const title = titleOf(fileName);
  for (let at = 0; at < passages.length; at += batchPassages) {
    await context.emit(passages.slice(at, at + batchPassages).map((passage) => toCutPassage(title, passage)));
  }
  return { passages: passages.length };
}

function readText({ bytes }: JobContext<unknown>): string {
  const { skipped } = textStart(bytes);
  const parts: Buffer[] = [];
  for (const { piece } of textPieces(bytes, skipped)) parts.push(Buffer.from(piece));
  return Buffer.concat(parts).toString("utf8").replace(/\r\n?/g, "\n");
}

function toCutPassage(title: string, { heading, text }: PassageText): CutPassage {
  const frequencies = new Map<string, number>();
  // A passage is found by its headings and by its document's name too, which the text need not repeat.
  const found = stems([title, heading, text].join("\n"));
  for (const stem of found) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  return { heading, text, length: found.length, frequencies };
}

/** "station-manual_v2.md" says "station manual v2". */
function titleOf(fileName: string): string {
  return fileName.replace(/\.[^.]*$/, "").replace(/[-_.]+/g, " ");
}
