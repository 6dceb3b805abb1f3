import { z } from "zod";
import { runsQuerySchema } from "./runs";

/** The filters of the list, for the charts above it. */
export const runChartQuerySchema = runsQuerySchema.omit({ limit: true, cursor: true });
export type RunChartQuery = z.infer<typeof runChartQuerySchema>;

/** Buckets of one answer at most, so that it stays small however long the range is. */
export const maxChartBuckets = 120;

const count = z.number().int();

export const runChartSchema = z.object({
  /** The edges of the first and the last bucket, ISO 8601; null where no run is stored and no range was asked for. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Buckets are whole multiples of this since 1970, UTC. */
  bucket_ms: z.number(),
  runs: count,
  errors: count,
  p50_ms: z.number(),
  p95_ms: z.number(),
  /**
   * Kinds of run, most runs first: those with a `mode` by it, others by their root's `name`. Beyond the first
   * few, all others are one, with neither.
   */
  kinds: z.array(z.object({ mode: z.string(), name: z.string(), runs: count })),
  /** Buckets that hold runs, by time; a run belongs to the bucket in which it starts. */
  buckets: z.array(
    z.object({
      start: z.string(),
      runs: count,
      errors: count,
      /** `kind` is an index into `kinds`; percentiles are of the nearest rank. */
      kinds: z.array(z.object({ kind: count, runs: count, p50_ms: z.number(), p95_ms: z.number() })),
    }),
  ),
  /** Where the time went, in the newest runs of each bucket or, of many spans, of every few buckets. */
  stages: z.object({
    runs: count,
    spans: count,
    /** A stretch lasts until `end`; `self_ms[i]` is the self time of spans of the kind of work `workKinds[i]`. */
    stretches: z.array(
      z.object({ start: z.string(), end: z.string(), runs: count, self_ms: z.array(z.number()) }),
    ),
  }),
  /**
   * What could be filtered by within the range, each with the runs that the other filters leave it; the most
   * frequent first. `services_left_out` are those beyond.
   */
  statuses: z.object({ ok: count, error: count }),
  modes: z.array(z.object({ mode: z.string(), runs: count })),
  services: z.array(z.object({ service: z.string(), runs: count })),
  services_left_out: count,
});
export type RunChart = z.infer<typeof runChartSchema>;
