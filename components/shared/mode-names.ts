import type { AskMode } from "@/lib/api/ask";

/** What a question is answered from, in one word. */
export const modeNames: Readonly<Record<AskMode, string>> = {
  auto: "Auto",
  structured: "Tables",
  unstructured: "Documents",
  combined: "Both",
};

/** A mode as a run or an address carries it; runs of other programs may carry anything. */
export function parseMode(text: string | null): AskMode | undefined {
  return text !== null && Object.hasOwn(modeNames, text) ? (text as AskMode) : undefined;
}
