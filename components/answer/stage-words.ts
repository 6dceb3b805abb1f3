import { spanNames } from "@/lib/trace/names";

const words: ReadonlyMap<string, string> = new Map([
  [spanNames.plan, "Plan"],
  [spanNames.retrieveStructured, "Search the tables"],
  [spanNames.retrieveUnstructured, "Search the documents"],
  [spanNames.join, "Join rows and passages"],
  [spanNames.read, "Read the passages"],
  [spanNames.answer, "Write the answer"],
]);

/** What a stage does, in words. */
export function stageWords(name: string): string {
  return words.get(name) ?? name;
}
