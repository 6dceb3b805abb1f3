/** The spans of a question's stages, as the runs' names table has them: people query them. */
export const stageNames = {
  plan: "plan",
  retrieveStructured: "retrieve.structured",
  retrieveUnstructured: "retrieve.unstructured",
  join: "join",
  read: "read",
  answer: "answer",
} as const;

/** What the stages tell about themselves. */
export const stageAttributes = {
  mode: "mode",
  routeReason: "retrieval.route_reason",
  table: "retrieval.table",
  rowCount: "retrieval.row_count",
  candidateCount: "retrieval.candidate_count",
  passageCount: "retrieval.passage_count",
  document: "retrieval.document",
  score: "retrieval.score",
} as const;
