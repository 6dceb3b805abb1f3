import { parseMode } from "@/components/shared/mode-names";
import type { AskMode } from "@/lib/api/ask";
import { pages } from "@/lib/api/paths";

export interface AskAddress {
  readonly question: string;
  readonly mode: AskMode;
  /** The run whose answer is shown. */
  readonly runId?: string | undefined;
}

/** The address of the Ask page. Opening it fills the box; it never asks by itself, since asking costs. */
export function askAddress({ question, mode, runId }: AskAddress): string {
  const search = new URLSearchParams();
  if (question) search.set("q", question);
  if (mode !== "auto") search.set("mode", mode);
  if (runId) search.set("run", runId);
  const text = search.toString();
  return text ? `${pages.ask}?${text}` : pages.ask;
}

export function parseAskAddress(search: URLSearchParams): AskAddress {
  return {
    question: search.get("q") ?? "",
    mode: parseMode(search.get("mode")) ?? "auto",
    runId: search.get("run") ?? undefined,
  };
}
