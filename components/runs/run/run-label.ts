import type { RunSummary } from "@/lib/api/runs";
import { visibleText } from "@/lib/base/visible-text";

/** What a run is called: its question, its root's name, or at least its id. */
export function runLabel({
  question,
  name,
  run_id,
}: Pick<RunSummary, "question" | "name" | "run_id">): string {
  return question || name || visibleText(run_id);
}
