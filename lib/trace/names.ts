import { at } from "@/lib/base/checked";

/** Every span name and attribute name that this program writes or reads. Names are stable: people query them. */

export const spanNames = {
  ask: "ask",
  plan: "plan",
  retrieveStructured: "retrieve.structured",
  retrieveUnstructured: "retrieve.unstructured",
  join: "join",
  read: "read",
  answer: "answer",
  ingest: "ingest",
  ingestFile: "ingest.file",
  // Work in a thread or a process of its own; what it timed itself is nested below.
  job: "job",
  parseRead: "parse.read",
  parseCut: "parse.cut",
} as const;

export const attributeNames = {
  // A span names its run by this attribute; nothing else is read for it.
  runId: "run_id",
  question: "question",
  mode: "mode",
  answer: "answer",
  answerStatus: "answer.status",
  confidence: "answer.confidence",
  evidenceCount: "answer.evidence_count",
  tableName: "retrieval.table",
  rowCount: "retrieval.row_count",
  candidateCount: "retrieval.candidate_count",
  passageCount: "retrieval.passage_count",
  document: "retrieval.document",
  score: "retrieval.score",
  routeReason: "retrieval.route_reason",
  // What was planned, in words: the reading of the question that was chosen, and a JSON list of the next ones.
  plan: "retrieval.plan",
  otherPlans: "retrieval.other_plans",
  // The query that came of it, its parameters and its first rows ({columns, rows}), the latter two as JSON.
  sql: "retrieval.sql",
  params: "retrieval.params",
  rows: "retrieval.rows",
  // What a passage that held every word of the question would score.
  idealScore: "retrieval.ideal_score",
  fileName: "ingest.file_name",
  fileBytes: "ingest.file_bytes",
  dataset: "ingest.dataset",
  jobName: "job.name",
  // thread or process; how long it waited for a place; the most memory that its process held.
  jobKind: "job.kind",
  jobWaitedMs: "job.waited_ms",
  jobPeakRssBytes: "job.peak_rss_bytes",
  // OpenTelemetry's database conventions.
  dbSystem: "db.system.name",
  dbNamespace: "db.namespace",
  dbCollection: "db.collection.name",
  dbOperation: "db.operation.name",
  dbQueryText: "db.query.text",
  dbQueryParameter: "db.query.parameter",
  dbReturnedRows: "db.response.returned_rows",
  // How often a statement was asked, where its connection was lost and it was asked again.
  dbTries: "jiva.db.tries",
  errorType: "error.type",
  exceptionMessage: "exception.message",
  // Marks a span whose end lay before its start; its duration is then 0.
  endBeforeStart: "jiva.end_before_start",
  // Marks a received span whose times were no times (0, or after 2100): says which were put in their place.
  timeError: "jiva.time_error",
  // Marks a received span with events that had no time: says how many, and that the span's start stands for it.
  eventTimeError: "jiva.event_time_error",
  // Marks a received span that was too large: names what was cut.
  cut: "jiva.cut",
  // Marks a received span whose run_id is longer than the id of a run may be: its trace goes by its trace id.
  runIdError: "jiva.run_id_error",
  // OpenTelemetry's generative AI conventions.
  genAiOperation: "gen_ai.operation.name",
  genAiQueryText: "gen_ai.retrieval.query.text",
  // A JSON list of {id, score, document, heading, text}, best first.
  genAiDocuments: "gen_ai.retrieval.documents",
  genAiTopK: "gen_ai.retrieval.top_k",
  genAiModel: "gen_ai.request.model",
} as const;

export const eventNames = {
  /** A statement lost its connection to the database; what follows is its second try. */
  databaseLost: "database lost",
} as const;

/** Attributes that hold content (a question, a passage, SQL) are cut to this many characters. */
export const maxContentChars = 4_000;

/** The kinds of work that the palette has a hue for (DESIGN: look). The order is the wire's: append only. */
export const workKinds = [
  "other",
  "plan",
  "tables",
  "documents",
  "read",
  "answer",
  "database",
  "model",
  "http",
] as const;
export type WorkKind = (typeof workKinds)[number];

/** The kind of work of an index on the wire; "other" for one beyond the list, which a later Jiva may have appended. */
export function workKindAt(index: number): WorkKind {
  return index < workKinds.length ? at(workKinds, index) : "other";
}

const workOfName: ReadonlyMap<string, WorkKind> = new Map([
  [spanNames.plan, "plan"],
  [spanNames.retrieveStructured, "tables"],
  [spanNames.retrieveUnstructured, "documents"],
  [spanNames.join, "tables"],
  [spanNames.read, "read"],
  [spanNames.answer, "answer"],
]);

/** The attributes whose presence tells the kind of work of a span that is not one of ours. */
export const workAttributes = [
  "gen_ai.operation.name",
  "gen_ai.request.model",
  "gen_ai.system",
  "db.system.name",
  "db.system",
  "http.request.method",
  "http.method",
  "rpc.system",
] as const;

/**
 * The kind of work of a span, from its name and the presence of conventional attributes, so that foreign
 * spans are coloured too. `has` tells whether the span carries an attribute.
 */
export function workKindOf(
  name: string,
  has: (attribute: (typeof workAttributes)[number]) => boolean,
): WorkKind {
  const known = workOfName.get(name);
  if (known) return known;
  if (has("gen_ai.operation.name") || has("gen_ai.request.model") || has("gen_ai.system")) return "model";
  if (has("db.system.name") || has("db.system")) return "database";
  if (has("http.request.method") || has("http.method") || has("rpc.system")) return "http";
  return "other";
}
