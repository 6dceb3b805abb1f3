import { z } from "zod";

/** What is looked for, in the language of the timeline's find box (lib/find/find-query). */
export const spanSearchQuerySchema = z.strictObject({ q: z.string().min(1).max(500) });

/** The spans that match: entry i of `span_ids` and `trace` belongs to span i. */
export const spanSearchSchema = z.object({
  trace_ids: z.array(z.string()),
  /** Indexes into `trace_ids`. */
  trace: z.array(z.number().int()),
  span_ids: z.array(z.string()),
  /** True where more spans match than are in the answer. */
  truncated: z.boolean(),
});
export type SpanSearch = z.infer<typeof spanSearchSchema>;
