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
  plan: "retrieval.plan",
  otherPlans: "retrieval.other_plans",
  sql: "retrieval.sql",
  params: "retrieval.params",
  rows: "retrieval.rows",
  idealScore: "retrieval.ideal_score",
  searchedFor: "gen_ai.retrieval.query.text",
  documents: "gen_ai.retrieval.documents",
  answer: "answer",
  answerStatus: "answer.status",
  confidence: "answer.confidence",
} as const;
