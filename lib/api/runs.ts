import { z } from "zod";
import { attributeTypes, spanKinds, statusCodes } from "@/lib/trace/span";

export const runStatuses = ["ok", "error"] as const;

/** Holds the id of any run, which has up to 1,000 characters of one or two units each. */
export const maxSearchChars = 2_000;
/** A moment and the id of a run, whose characters take up to four bytes each, in base64. */
const maxCursorChars = 5_400;

export const runsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(maxCursorChars).optional(),
  /** Text that the question, the root's name, a run id or a trace id holds. */
  q: z.string().max(maxSearchChars).optional(),
  status: z.enum(runStatuses).optional(),
  service: z.string().max(200).optional(),
  /** What the run was answered from, as its `mode`; "" for runs without one. */
  mode: z.string().max(200).optional(),
  /** ISO 8601 moments; runs that started at or after `from` and before `to`. */
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;

export const runSummarySchema = z.object({
  run_id: z.string(),
  trace_ids: z.array(z.string()),
  /** The root span's name. */
  name: z.string(),
  question: z.string(),
  mode: z.string(),
  status: z.enum(runStatuses),
  service: z.string(),
  /** ISO 8601 with nine decimals, UTC. */
  started_at: z.string(),
  duration_ms: z.number(),
  span_count: z.number().int(),
  error_count: z.number().int(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runsAnswerSchema = z.object({
  runs: z.array(runSummarySchema),
  /** The cursor of the next page, or null on the last one. */
  next: z.string().nullable(),
});
export type RunsAnswer = z.infer<typeof runsAnswerSchema>;

/**
 * A run's spans as columns: entry i of every array belongs to span i. `name` and `service` are indexes into
 * the dictionaries; `kind`, `status` and `work` are indexes into lib/trace's lists.
 */
export const runSpansSchema = z.object({
  run_id: z.string(),
  run: runSummarySchema,
  /** Nanoseconds since the epoch, as decimal digits. */
  start_ns: z.string(),
  total: z.number().int(),
  /** Spans that were left out because there were too many; 0 when everything is here. */
  left_out: z.number().int(),
  trace_ids: z.array(z.string()),
  names: z.array(z.string()),
  services: z.array(z.string()),
  span_id: z.array(z.string()),
  /** "" for a root. */
  parent_id: z.array(z.string()),
  trace: z.array(z.number().int()),
  name: z.array(z.number().int()),
  service: z.array(z.number().int()),
  kind: z.array(z.number().int()),
  work: z.array(z.number().int()),
  status: z.array(z.number().int()),
  /** Nanoseconds since `start_ns`. */
  start_offset_ns: z.array(z.number()),
  /** -1 where a span ends before it starts, -2 where it has no end. */
  duration_ns: z.array(z.number()),
});
export type RunSpans = z.infer<typeof runSpansSchema>;

/** The same as `RunSpans`, as typed columns (lib/trace/columns/span-columns.ts); `run` is in `about`. */
export const spanColumnsContentType = "application/vnd.jiva.spans";

/** Without `format`, columns are for those who accept their content type. */
export const runSpansQuerySchema = z.strictObject({ format: z.enum(["json", "columns"]).optional() });

/** What travels with the columns, beside them. */
export const aboutColumnsSchema = z.object({ run: runSummarySchema });
export type AboutColumns = z.infer<typeof aboutColumnsSchema>;

/** A span id is unique within its trace only: `trace_id` says which one of the run's is meant. */
export const spanQuerySchema = z.strictObject({ trace_id: z.string().max(1_000).optional() });

const attribute = z.object({ key: z.string(), value: z.string(), type: z.enum(attributeTypes) });

/** One whole span; times are nanoseconds as decimal digits. */
export const spanDetailSchema = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: z.string(),
  trace_state: z.string(),
  name: z.string(),
  kind: z.enum(spanKinds),
  service: z.string(),
  scope_name: z.string(),
  scope_version: z.string(),
  start_ns: z.string(),
  duration_ns: z.string(),
  status: z.enum(statusCodes),
  status_message: z.string(),
  attributes: z.array(attribute),
  resource: z.array(attribute),
  events: z.array(z.object({ time_ns: z.string(), name: z.string(), attributes: z.array(attribute) })),
  links: z.array(
    z.object({
      trace_id: z.string(),
      span_id: z.string(),
      trace_state: z.string(),
      attributes: z.array(attribute),
    }),
  ),
});
export type SpanDetail = z.infer<typeof spanDetailSchema>;

/** Spans read ahead at once: as many as fit on a large screen. */
export const maxSpansAhead = 64;

/** Ids of spans, 16 hex digits each, with commas between. */
export const spansQuerySchema = z.strictObject({
  ids: z
    .string()
    .regex(/^[0-9a-f]{16}(?:,[0-9a-f]{16})*$/, "ids are span ids of 16 hex digits with commas between")
    .max(17 * maxSpansAhead - 1, `ask for ${maxSpansAhead} spans at most`)
    .transform((ids) => ids.split(",")),
});

/** Of the spans asked for those that are in the run and are not large. */
export const spanDetailsSchema = z.object({ spans: z.array(spanDetailSchema) });
export type SpanDetails = z.infer<typeof spanDetailsSchema>;

export const deletedSchema = z.object({ deleted_traces: z.number().int(), deleted_spans: z.number().int() });
export type Deleted = z.infer<typeof deletedSchema>;

export const clearTracesRequestSchema = z
  .strictObject({
    days: z
      .number("days must be a number")
      .int("days must be a whole number")
      .min(0, "days must be 0 or more")
      .max(36_500, "days must be 36500 or less")
      .optional(),
    force: z.boolean().default(false),
  })
  .refine(({ days, force }) => force || days !== undefined, {
    message: "days is needed unless force is true",
    path: ["days"],
  });
export type ClearTracesRequest = z.infer<typeof clearTracesRequestSchema>;

export const clearedTracesSchema = deletedSchema.extend({ remaining_spans: z.number().int() });
export type ClearedTraces = z.infer<typeof clearedTracesSchema>;
