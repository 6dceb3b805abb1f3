import { z } from "zod";

/** RFC 9457 problem details. `detail` is one sentence that says what to do. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

export const problemContentType = "application/problem+json";
