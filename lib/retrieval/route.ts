import type { AnswerMode } from "@/lib/api/ask";
import { at } from "@/lib/base/checked";
import type { Reading } from "./documents/read-passages";
import type { Plan } from "./plan";
import type { TableFinding } from "./tables/answer-from-tables";

export interface Route {
  readonly mode: AnswerMode;
  /** Why, for the run's span. */
  readonly reason: string;
}

// A query that accounts for this much of the question answers it, whatever the documents say.
const fullCoverage = 0.86;

/** Which side answers. Both were looked at; what each makes of the question's words decides. */
export function chooseRoute(
  plan: Plan,
  mode: "auto" | "combined",
  tables: TableFinding,
  documents: Reading,
): Route {
  if (mode === "combined") return { mode, reason: "asked for" };
  const say = (chosen: AnswerMode, why: string): Route => ({
    mode: chosen,
    reason: `${why} (tables ${tables.coverage.toFixed(2)}, documents ${documents.support.toFixed(2)})`,
  });
  const whole = plan.candidates[0];
  const isSplit = tables.candidate !== undefined && tables.candidate !== whole;
  if (isSplit && (tables.supported || tables.isNested)) return say("combined", "two questions in one");
  if (tables.supported && tables.coverage >= fullCoverage)
    return say("structured", "the query accounts for the question");
  const [best] = documents.ranked;
  const own = best ? best.own : 0;
  const read = documents.supported ? 0.6 * documents.support + 0.4 * own : 0;
  // "The station with the most docks": only a query finds that row, whatever else is asked of it.
  if (!isSplit && tables.isNested && leaves(plan, tables))
    return say("combined", "the row found names what is asked about");
  if (!tables.supported) {
    // A query that understood the question and found nothing is the better refusal.
    if (!documents.supported && tables.coverage > fullCoverage) return say("structured", "no row");
    if (!documents.supported && tables.coverage > 0.5)
      return say("structured", "neither side, tables nearer");
    return say("unstructured", "the tables do not hold it");
  }
  if (read > tables.coverage - 0.1) return say("unstructured", "the passages hold more of the question");
  const leavesMuch = tables.coverage < 0.75 && leaves(plan, tables);
  if (leavesMuch && tables.subjects.length > 0 && documents.supported)
    return say("combined", "the query leaves words for the documents");
  return say("structured", "the tables hold more of the question");
}

/** What was done to the rows ("based", "carried out") is often said by the table itself; other words are not. */
function leaves(plan: Plan, tables: TableFinding): boolean {
  const unexplained = tables.candidate?.unexplained ?? [];
  return unexplained.some((word) => !/(?:ed|ing)$/.test(at(plan.question.words, word).folded));
}

/** The words that the query did not account for, as text to search by. */
export function restOfQuestion(plan: Plan, tables: TableFinding): string {
  if (plan.split && tables.candidate === plan.split.candidates[0])
    return plan.split.rest.words.map(({ text }) => text).join(" ");
  const left = new Set(tables.candidate?.unexplained ?? []);
  const words = plan.question.words.filter((word, index) => word.isStop || left.has(index));
  return left.size > 0 ? words.map(({ text }) => text).join(" ") : plan.question.text;
}
