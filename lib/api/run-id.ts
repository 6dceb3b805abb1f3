import { z } from "zod";
import { formatCount } from "@/lib/base/count";
import { isRunId, maxRunIdChars } from "@/lib/trace/run-id";

/** The id of a run: any text. Half of a surrogate pair counts as U+FFFD, which is what UTF-8 makes of it. */
export const runIdSchema = z
  .string()
  .min(1, "the id of a run is empty")
  .refine(isRunId, `the id of a run has ${formatCount(maxRunIdChars)} characters at most`);
