import type { TableEvidence } from "@/lib/api/ask";
import { at } from "@/lib/base/checked";
import { clamp } from "@/lib/base/clamp";
import type { Finding } from "../finding";
import type { Ports, QueryResult, Table } from "../ports";
import type { Question } from "../question";
import type { Candidate } from "./choose-query";
import { columnLabel, formatCell } from "./format";
import { renderSql } from "./render-sql";
import { isEmptyResult, sayAnswer } from "./say-answer";
import { sayQuery } from "./say-query";

export interface TableFinding extends Finding {
  readonly candidate?: Candidate;
  /** Share of the question that the query accounts for, 0 to 1. */
  readonly coverage: number;
  /** The query finds the row that the question speaks of ("the oldest station"), and the question asks more of it. */
  readonly isNested: boolean;
  /** What the answer is about, for documents to be searched by: the names of the rows or groups found. */
  readonly subjects: readonly string[];
}

const maxRows = 100;
const subjectsNamed = 3;

// Below this share the query leaves out too much of what was asked to be an answer to it.
const minCoverage = 0.62;
const minNestedCoverage = 0.3;
// All parts of such a query are named; that the rest is for documents is what remains unsure.
const nestedConfidence = 0.8;

/** Runs the best reading of the question and says what came out. */
export async function answerFromTables(
  question: Question,
  candidates: readonly Candidate[],
  tables: readonly Table[],
  ports: Ports,
  signal: AbortSignal,
): Promise<TableFinding> {
  const best = candidates[0];
  if (!best)
    return {
      supported: false,
      text: whatTables(tables),
      confidence: 0,
      evidence: [],
      coverage: 0,
      isNested: false,
      subjects: [],
    };
  const bound = renderSql(best.query);
  const result = await ports.store.query(bound, maxRows, signal);
  const evidence: TableEvidence = {
    kind: "table",
    table: best.query.table.name,
    question_words: best.understood.map((word) => at(question.words, word).text),
    query: sayQuery(best.query),
    sql: bound.sql,
    params: bound.params,
    columns: result.columns,
    rows: result.rows,
    row_count: result.rowCount,
  };
  const isNested = best.findsRow && best.coverage >= minNestedCoverage && !isEmptyResult(best, result);
  const found = { evidence: [evidence], candidate: best, coverage: best.coverage, isNested };
  if (best.coverage < minCoverage) {
    return {
      ...found,
      supported: false,
      // A row that documents mention is answered together with what they say.
      text: isNested ? sayAnswer(best, result) : notUnderstood(question, best, tables),
      confidence: isNested ? nestedConfidence : confidenceOf(candidates) / 2,
      subjects: isNested ? subjectsOf(best, result) : [],
    };
  }
  if (isEmptyResult(best, result)) {
    const text = `No row answers this: ${sayQuery(best.query)} gives nothing.`;
    return {
      ...found,
      supported: false,
      text,
      confidence: confidenceOf(candidates) / 2,
      subjects: filterSubjects(best),
    };
  }
  return {
    ...found,
    supported: true,
    text: sayAnswer(best, result),
    confidence: confidenceOf(candidates),
    subjects: subjectsOf(best, result),
  };
}

/** How much of the question is accounted for, less where another reading comes close. */
function confidenceOf(candidates: readonly Candidate[]): number {
  const [best, ...others] = candidates;
  if (!best) return 0;
  const sql = JSON.stringify(renderSql(best.query));
  const rival = others.find((other) => JSON.stringify(renderSql(other.query)) !== sql);
  const margin = rival ? clamp((best.score - rival.score) / 0.15, 0, 1) : 1;
  return Math.round(Math.min(0.97, best.coverage ** 1.2 * (0.8 + 0.2 * margin)) * 1_000) / 1_000;
}

function subjectsOf(candidate: Candidate, result: QueryResult): string[] {
  const { output } = candidate.query;
  if (output.kind === "measure") return filterSubjects(candidate);
  const target = candidate.target ?? candidate.view.subject;
  if (output.kind === "rows" && target.column.type !== "text") return filterSubjects(candidate);
  const place =
    output.kind === "groups"
      ? 0
      : Math.max(
          0,
          result.columns.findIndex(({ name }) => name === target.column.name),
        );
  const part = output.kind === "groups" ? output.group.part : undefined;
  const named = result.rows.slice(0, subjectsNamed).map((row) => formatCell(at(row, place), target, part));
  return [
    ...new Set([
      ...named.slice(0, output.kind === "groups" && output.limit !== 1 ? 1 : subjectsNamed),
      ...filterSubjects(candidate),
    ]),
  ];
}

function filterSubjects({ query }: Candidate): string[] {
  return query.filters.flatMap((filter) =>
    filter.kind === "equals" && !filter.negated && filter.column.type === "text"
      ? filter.values.slice(0, subjectsNamed)
      : [],
  );
}

/** The same finding as a refusal: what it leaves out of the question matters after all. */
export function partlyUnderstood(
  question: Question,
  tables: readonly Table[],
  finding: TableFinding,
): TableFinding {
  if (!finding.candidate) return finding;
  const text = notUnderstood(question, finding.candidate, tables);
  return { ...finding, supported: false, text, confidence: finding.confidence / 2, subjects: [] };
}

function notUnderstood(question: Question, best: Candidate, tables: readonly Table[]): string {
  const words = best.unexplained.map((word) => at(question.words, word).text);
  const missing = [...new Set(words)].slice(0, 5).map((word) => `“${word}”`);
  const because =
    missing.length > 0
      ? `No table or column was found for ${missing.join(", ")}.`
      : "Too little of the question names a table, a column or a value.";
  return `The tables do not answer this. ${because} ${whatTables(tables)}`;
}

const tablesNamed = 4;
const columnsNamed = 6;

function whatTables(tables: readonly Table[]): string {
  if (tables.length === 0) return "No table has been loaded yet: add one on the Data page.";
  const named = tables.slice(0, tablesNamed).map(({ name, columns }) => {
    const labels = columns.slice(0, columnsNamed).map((column) => columnLabel(column.name));
    return `${columnLabel(name)} (${labels.join(", ")}${columns.length > columnsNamed ? ", …" : ""})`;
  });
  return `You can ask about ${named.join("; ")}${tables.length > tablesNamed ? " and other tables" : ""}.`;
}
