import { z } from "zod";

const restartsSchema = z.object({
  /** Since the launcher's start. */
  restarts: z.number().int(),
  last_restart: z.object({ at: z.iso.datetime(), reason: z.string() }).optional(),
});

export const healthSchema = z.object({
  status: z.enum(["ok", "degraded", "down"]),
  clickhouse: z.object({
    status: z.enum(["ok", "down"]),
    version: z.string().optional(),
    /** Why it is down, and what to do. */
    reason: z.string().optional(),
  }),
  /** Of the database; missing where it is not known. */
  disk: z
    .object({
      /**
       * low: uploads and spans are refused soon. full: they are, until there is room. uncertain: the disk was full
       * during a write, and they are refused until the engine has started anew and looked at what is stored.
       */
      status: z.enum(["ok", "low", "full", "uncertain"]),
      free_bytes: z.number(),
      /** What is refused, why, and what ends it. */
      reason: z.string().optional(),
      /** Of uncertain: when the engine starts anew. It is back some seconds later. */
      refused_until: z.iso.datetime().optional(),
    })
    .optional(),
  /** What was found damaged at the start, and where all of it is said. Missing where nothing was. */
  damage: z.object({ count: z.number().int(), first: z.string(), notes: z.string() }).optional(),
  exporter: z.object({
    /** Spans that wait to be stored. */
    queued: z.number().int(),
    /** Spans that were lost since the start because the queue was full or the app ended. */
    dropped: z.number().int(),
  }),
  /** How often the launcher started its embedded engine anew. */
  engine: restartsSchema.optional(),
  /** How often the launcher started this app anew. */
  app: restartsSchema.optional(),
});
export type Health = z.infer<typeof healthSchema>;
