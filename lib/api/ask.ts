import { z } from "zod";

export const askModes = ["auto", "structured", "unstructured", "combined"] as const;
export const answerModes = ["structured", "unstructured", "combined"] as const;
export type AskMode = (typeof askModes)[number];
export type AnswerMode = (typeof answerModes)[number];

/** A run id that a caller may choose. Ids that arrive with spans may be any text. */
const chosenRunId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, "run_id may hold letters, digits and . _ : - and be 1 to 128 long")
  .refine((id) => id !== "." && id !== "..", "run_id may not be . or .., which addresses leave out");

export const askRequestSchema = z.strictObject({
  question: z
    .string()
    .max(2_000, "question may be 2,000 characters long at most")
    .refine((text) => text.trim().length > 0, "question must not be empty"),
  mode: z.enum(askModes).default("auto"),
  run_id: chosenRunId.optional(),
  timeout_ms: z.number().int().min(1).max(600_000).optional(),
});
export type AskRequest = z.infer<typeof askRequestSchema>;

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const tableEvidenceSchema = z.object({
  kind: z.literal("table"),
  table: z.string(),
  /** The words of the question that led to this query. */
  question_words: z.array(z.string()).readonly(),
  /** The query in words. */
  query: z.string(),
  sql: z.string(),
  params: z.record(z.string(), z.unknown()).readonly(),
  columns: z.array(z.object({ name: z.string(), type: z.string() }).readonly()).readonly(),
  /** At most 100 of them. */
  rows: z.array(z.array(cell).readonly()).readonly(),
  row_count: z.number().int(),
});
export type TableEvidence = z.infer<typeof tableEvidenceSchema>;

/** A stretch of a passage's text (UTF-16 offsets) that answers, and how well (0 to 1). */
const markSchema = z.object({ start: z.number().int(), end: z.number().int(), score: z.number() }).readonly();
export type Mark = z.infer<typeof markSchema>;

const passageEvidenceSchema = z.object({
  kind: z.literal("passage"),
  document: z.string(),
  heading: z.string(),
  page: z.number().int().optional(),
  passage_id: z.string(),
  text: z.string(),
  score: z.number(),
  marks: z.array(markSchema).readonly(),
});
export type PassageEvidence = z.infer<typeof passageEvidenceSchema>;

const evidenceSchema = z.discriminatedUnion("kind", [tableEvidenceSchema, passageEvidenceSchema]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** One stretch of the run for the strip under the answer; offsets count from the run's start. */
const stageSchema = z.object({
  name: z.string(),
  start_ms: z.number(),
  duration_ms: z.number(),
});
export type Stage = z.infer<typeof stageSchema>;

export const askAnswerSchema = z.object({
  run_id: z.string(),
  trace_id: z.string(),
  status: z.enum(["answered", "refused"]),
  mode: z.enum(answerModes),
  /** The answer, or why there is none and what could be asked. */
  answer: z.string(),
  /** 0 to 1. */
  confidence: z.number(),
  /** What the answer rests on, or for a refusal what came nearest. */
  evidence: z.array(evidenceSchema).readonly(),
  /** The run's stages in the order of their start. */
  stages: z.array(stageSchema),
  duration_ms: z.number(),
  /** The answering model, or "embedded" for the answerer that needs none. */
  model: z.string(),
});
export type AskAnswer = z.infer<typeof askAnswerSchema>;

/** What an answerer gives; the other fields of an AskAnswer describe its run. */
export type Answer = Omit<AskAnswer, "run_id" | "trace_id" | "stages" | "duration_ms">;

/** Events of a stream, each with JSON: `stage` while the work goes on, then `done` or `error`. */
export const askStageEventSchema = z.object({ name: z.string(), state: z.enum(["started", "ended"]) });
export type AskStageEvent = z.infer<typeof askStageEventSchema>;

export const sampleQuestionsSchema = z.object({
  questions: z.array(z.object({ question: z.string(), mode: z.enum(answerModes) })),
});
export type SampleQuestions = z.infer<typeof sampleQuestionsSchema>;
