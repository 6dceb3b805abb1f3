import type { PassageEvidence, TableEvidence } from "@/lib/api/ask";
import { at } from "@/lib/base/checked";
import { attributeNames } from "@/lib/trace/names";
import type { Plan } from "./plan";
import type { PassageHit, SpanHandle } from "./ports";
import { sayQuery } from "./tables/say-query";

/**
 * What the stages record about their plans and findings, so that a run can be judged by its spans alone. Lists
 * are JSON in a text, as attributes hold no nested values, and are cut between entries: half a list can be read.
 */

/** Just below what an attribute of content may hold; longer ones would be cut in the middle. */
export const maxNotedChars = 3_900;
const otherPlansNoted = 4;
/** Many passages get a line each, few of them as much as there is room for. */
const excerptChars = 160;
const fewPassages = 3;

/** The reading of the question that was chosen, and the next ones. */
export function notePlan(span: SpanHandle, { candidates, split }: Plan): void {
  span.set(attributeNames.candidateCount, candidates.length);
  const [best, ...others] = candidates;
  if (!best) return;
  span.set(attributeNames.tableName, best.query.table.name);
  const plan = sayQuery(best.query);
  span.set(attributeNames.plan, plan);
  const half = split?.candidates[0] && sayQuery(split.candidates[0].query);
  const said = [half, ...others.map(({ query }) => sayQuery(query))].filter((words) => words !== undefined);
  const different = [...new Set(said)].filter((words) => words !== plan).slice(0, otherPlansNoted);
  if (different.length > 0) span.set(attributeNames.otherPlans, listText(different));
}

/** The query that was run, in words and as SQL, with what it gave. */
export function noteTable(span: SpanHandle, evidence: TableEvidence): void {
  span.set(attributeNames.tableName, evidence.table);
  span.set(attributeNames.rowCount, evidence.row_count);
  span.set(attributeNames.plan, evidence.query);
  span.set(attributeNames.sql, evidence.sql);
  if (Object.keys(evidence.params).length > 0) {
    const params = JSON.stringify(evidence.params);
    if (params.length <= maxNotedChars) span.set(attributeNames.params, params);
  }
  const columns = evidence.columns.map(({ name }) => name);
  const head = JSON.stringify(columns).length + '{"columns":,"rows":}'.length;
  if (head > maxNotedChars / 2) return;
  span.set(
    attributeNames.rows,
    `{"columns":${JSON.stringify(columns)},"rows":${listText(evidence.rows, maxNotedChars - head)}}`,
  );
}

/**
 * The passages found or read, best first, by the conventions for retrieval: id, score and position;
 * with the beginning of their texts from the best on as far as there is room.
 */
export function notePassages(span: SpanHandle, passages: readonly (PassageHit | PassageEvidence)[]): void {
  const entries = passages.map((passage) => ({
    id: "passageId" in passage ? passage.passageId : passage.passage_id,
    score: passage.score,
    document: passage.document,
    heading: passage.heading,
  }));
  const chars = passages.length > fewPassages ? excerptChars : Math.floor(maxNotedChars / fewPassages / 2);
  let room = maxNotedChars - JSON.stringify(entries).length;
  const told = entries.map((entry, index) => {
    const text = excerpt(at(passages, index).text, chars);
    room -= JSON.stringify(text).length + ',"text":'.length;
    return room >= 0 ? { ...entry, text } : entry;
  });
  span.set(attributeNames.genAiDocuments, listText(told));
}

function excerpt(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1).trimEnd()}…`;
}

/** As JSON, with as many entries from the front as fit. */
function listText(entries: readonly unknown[], maxChars = maxNotedChars): string {
  const parts: string[] = [];
  let chars = 2;
  for (const entry of entries) {
    const part = JSON.stringify(entry);
    chars += part.length + 1;
    if (chars > maxChars) break;
    parts.push(part);
  }
  return `[${parts.join(",")}]`;
}
