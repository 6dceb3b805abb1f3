import type { BoundQuery, Cell } from "./ports";

export type AskMode = "auto" | AnswerMode;
export type AnswerMode = "structured" | "unstructured" | "combined";

/** A query that was run, in words and in SQL, with what it gave. */
export interface TableEvidence {
  readonly kind: "table";
  readonly table: string;
  /** The words of the question that led to this query. */
  readonly question_words: readonly string[];
  readonly query: string;
  readonly sql: BoundQuery["sql"];
  readonly params: BoundQuery["params"];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** At most 100; `row_count` tells how many there were. */
  readonly rows: readonly (readonly Cell[])[];
  readonly row_count: number;
}

/** A stretch of a passage's text (UTF-16 offsets) that answers, and how well (0 to 1). */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export interface PassageEvidence {
  readonly kind: "passage";
  readonly document: string;
  readonly heading: string;
  readonly passage_id: string;
  readonly text: string;
  readonly score: number;
  readonly marks: readonly Mark[];
}

export type Evidence = TableEvidence | PassageEvidence;

/** Field names are those of the API's answer, so that nothing has to be renamed on the way out. */
export interface Answer {
  readonly status: "answered" | "refused";
  readonly mode: AnswerMode;
  /** The answer, or why there is none and what could be asked. */
  readonly answer: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** What the answer rests on; for a refusal, what came nearest. */
  readonly evidence: readonly Evidence[];
  /** The answerer of this room needs no model. */
  readonly model: "embedded";
}

/** What one side, tables or documents, makes of a question. */
export interface Finding {
  readonly supported: boolean;
  readonly text: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
}
