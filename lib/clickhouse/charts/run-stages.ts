import type { RunChart, RunChartQuery } from "@/lib/api/run-chart";
import { highest, lowest } from "@/lib/base/bigints";
import { at } from "@/lib/base/checked";
import { spanNames, workAttributes, workKindOf, workKinds } from "@/lib/trace/names";
import type { Database } from "../connection/client";
import { type RunRange, runsOf, runsOfParams } from "./run-groups";
import type { TimeBuckets } from "./time-buckets";

/** Runs and spans that one answer is made of at most, so that it takes a few tenths of a second. */
const maxRuns = 2_000;
const maxRunsPerStretch = 40;
const maxSpans = 200_000;

/**
 * The spans' table is sorted by service and name, so that a moment touches one granule (8,192 rows) of each name:
 * every moment that is looked at costs as many granules as there are names. Of 10,000,000 spans with 45 names,
 * 8 moments are a third of the table (0.18 s) and 16 are half of it (0.4 s); below 1,000,000 all can be looked at.
 */
const stretchesFor = (spans: number) => Math.max(8, Math.floor(80_000_000 / Math.max(spans, 1)));

interface Sampled {
  readonly stretch: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  readonly traceIds: readonly string[];
}

/**
 * The self time of spans by kind of work, summed over the newest runs of each bucket; where many spans are
 * stored, over those of the newest bucket of every few.
 *
 * A span's self time is its duration without the union of its children's times, each cut to the span, as
 * lib/trace/analysis/self-time has it. With P the span's own stretch and C the union of its children's, that is
 * |P| − |C ∩ P| = |P ∪ C| − |C|: two lengths of unions over the rows that have the span's id as their own or as
 * their parent's, without a join, and blind to spans that arrived twice.
 */
export async function readStages(
  { traces }: Pick<Database, "traces">,
  query: RunChartQuery,
  range: RunRange,
  buckets: TimeBuckets,
  { filled, stored }: { readonly filled: readonly FilledBucket[]; readonly stored: StoredSpans },
  signal?: AbortSignal,
): Promise<RunChart["stages"]> {
  const widthInBuckets = Math.ceil(buckets.count / Math.min(buckets.count, stretchesFor(stored.inRange)));
  const sampled = await readSample(traces, query, range, buckets, { filled, stored, widthInBuckets }, signal);
  if (sampled.length === 0) return { runs: 0, spans: 0, stretches: [] };
  const rows = await readSelfTimes(traces, sampled, signal);

  const stretches = new Map<number, RunChart["stages"]["stretches"][number]>();
  const momentOf = (bucket: number) =>
    new Date(buckets.startMs + Math.min(bucket, buckets.count) * buckets.widthMs).toISOString();
  for (const { stretch } of sampled) {
    const known = stretches.get(stretch);
    if (known) known.runs++;
    else
      stretches.set(stretch, {
        start: momentOf(stretch * widthInBuckets),
        end: momentOf((stretch + 1) * widthInBuckets),
        runs: 1,
        self_ms: workKinds.map(() => 0),
      });
  }
  let spans = 0;
  for (const [stretch, name, mask, count, selfNs] of rows) {
    const kind = workKindOf(name, (attribute) => (mask & (1 << workAttributes.indexOf(attribute))) !== 0);
    const selfMs = stretches.get(stretch)?.self_ms;
    const work = workKinds.indexOf(kind);
    if (selfMs) selfMs[work] = at(selfMs, work) + Number(selfNs) / 1e6;
    spans += Number(count);
  }
  const byTime = [...stretches].sort(([a], [b]) => a - b).map(([, stretch]) => stretch);
  return { runs: sampled.length, spans, stretches: byTime };
}

/** A bucket that holds runs. */
export interface FilledBucket {
  readonly bucket: number;
}

/** The newest bucket of each stretch gives its newest runs, so that the rows read are close in time. */
async function readSample(
  traces: Database["traces"],
  query: RunChartQuery,
  range: RunRange,
  { startMs, widthMs }: TimeBuckets,
  choice: {
    readonly filled: readonly FilledBucket[];
    readonly stored: StoredSpans;
    readonly widthInBuckets: number;
  },
  signal: AbortSignal | undefined,
): Promise<Sampled[]> {
  const newestOf = new Map(
    choice.filled.map(({ bucket }) => [Math.floor(bucket / choice.widthInBuckets), bucket]),
  );
  if (newestOf.size === 0) return [];
  const maxTraces = maxSpans / choice.stored.perTrace;
  const most = Math.min(maxRuns, maxTraces) / newestOf.size;
  const widthNs = BigInt(widthMs) * 1_000_000n;
  const firstNs = BigInt(startMs) * 1_000_000n;
  const parts = [...newestOf.values()].map((bucket) => {
    const fromNs = firstNs + BigInt(bucket) * widthNs;
    return { fromNs, toNs: fromNs + widthNs };
  });
  const result = await traces.query({
    query: `
      SELECT toUInt16(intDiv(startNs - {firstNs:Int64}, {widthNs:Int64})) AS bucket, startNs, lastNs, traceIds
      FROM (${runsOf(query, { ...range, parts })})
      WHERE isMode AND isStatus AND isService AND bucket IN {buckets:Array(UInt16)}
      ORDER BY startNs DESC LIMIT {most:UInt32} BY bucket`,
    query_params: {
      ...runsOfParams(query, range),
      firstNs,
      widthNs,
      buckets: [...newestOf.values()],
      most: Math.min(maxRunsPerStretch, Math.max(1, Math.floor(most))),
    },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const rows = await result.json<{ bucket: number; startNs: string; lastNs: string; traceIds: string[] }>();
  // A trace that several runs share is looked at once, and a run of very many traces only on its own.
  const seen = new Set<string>();
  return rows
    .sort((a, b) => a.bucket - b.bucket)
    .flatMap(({ bucket, startNs, lastNs, traceIds }) => {
      const own = traceIds.filter((id) => !seen.has(id));
      if (seen.size > 0 && seen.size + own.length > maxTraces) return [];
      for (const id of own) seen.add(id);
      const stretch = Math.floor(bucket / choice.widthInBuckets);
      return [{ stretch, firstNs: BigInt(startNs), lastNs: BigInt(lastNs), traceIds: own }];
    });
}

/** Spans that are stored, about: what arrived twice counts twice. */
export interface StoredSpans {
  /** That begin within a range. */
  readonly inRange: number;
  readonly perTrace: number;
}

/** Counted in the index and in one small column; all of 10,000,000 spans in 40 ms. */
export async function countStoredSpans(
  { traces }: Pick<Database, "traces">,
  { fromNs, toNs }: { readonly fromNs: bigint; readonly toNs: bigint },
  signal?: AbortSignal,
): Promise<StoredSpans> {
  const result = await traces.query({
    query: `
      SELECT
        (SELECT count() FROM otel_traces
         WHERE Timestamp >= fromUnixTimestamp64Nano({fromNs:Int64}) AND Timestamp < fromUnixTimestamp64Nano({toNs:Int64})) AS inRange,
        (SELECT count() FROM otel_traces) AS spans, (SELECT count() FROM jiva_traces) AS traces`,
    query_params: { fromNs, toNs },
    format: "JSONEachRow",
    abort_signal: signal,
  });
  const [row] = await result.json<{ inRange: string; spans: string; traces: string }>();
  const perTrace = Number(row?.spans ?? 0) / Math.max(Number(row?.traces ?? 0), 1);
  return { inRange: Number(row?.inRange ?? 0), perTrace: Math.max(perTrace, 1) };
}

/** The names of ours that tell their work by themselves; all others tell it by their attributes. */
const tellingNames = Object.values(spanNames).filter((name) => workKindOf(name, () => false) !== "other");

type SelfTimeRow = readonly [stretch: number, name: string, mask: number, spans: string, selfNs: string];

async function readSelfTimes(
  traces: Database["traces"],
  sampled: readonly Sampled[],
  signal: AbortSignal | undefined,
): Promise<SelfTimeRow[]> {
  const moments = new Map<number, { firstNs: bigint; lastNs: bigint }>();
  for (const { stretch, firstNs, lastNs } of sampled) {
    const known = moments.get(stretch) ?? { firstNs, lastNs };
    moments.set(stretch, { firstNs: lowest(known.firstNs, firstNs), lastNs: highest(known.lastNs, lastNs) });
  }
  // For the index only: rows are chosen by trace before any other column is read.
  const when = [...moments.values()].map(
    ({ firstNs, lastNs }) =>
      `Timestamp >= fromUnixTimestamp64Nano(${firstNs}) AND Timestamp <= fromUnixTimestamp64Nano(${lastNs})`,
  );
  const traceIds = sampled.flatMap((run) => run.traceIds);
  const result = await traces.query({
    query: `
      SELECT stretch, name, mask, count(), toString(sum(selfNs)) FROM (
        SELECT
          anyIf(stretch, isOwn) AS stretch, anyIf(name, isOwn) AS name, anyIf(mask, isOwn) AS mask,
          intervalLengthSum(startNs, endNs) - intervalLengthSumIf(startNs, endNs, NOT isOwn) AS selfNs
        FROM (
          SELECT
            transform(TraceId, {traceIds:Array(String)}, {stretches:Array(UInt16)}, toUInt16(0)) AS stretch,
            if(SpanName IN {names:Array(String)}, toString(SpanName), '') AS name,
            toUInt8(${workAttributes.map((attribute, bit) => `${2 ** bit} * has(SpanAttributes.keys, '${attribute}')`).join(" + ")}) AS mask,
            toUnixTimestamp64Nano(Timestamp) AS startNs,
            startNs + if(Duration >= 9223372036854775808, 0, least(toInt64(Duration), 4000000000000000000)) AS endNs,
            cityHash64(TraceId, SpanId) AS ownKey, cityHash64(TraceId, ParentSpanId) AS parentKey,
            if(ParentSpanId = '' OR ParentSpanId = SpanId, [(ownKey, true)], [(ownKey, true), (parentKey, false)]) AS parts
          FROM otel_traces
          PREWHERE TraceId IN {traceIds:Array(String)} WHERE indexHint(${when.join(" OR ")}))
        ARRAY JOIN parts.1 AS key, parts.2 AS isOwn
        GROUP BY key HAVING max(isOwn))
      GROUP BY stretch, name, mask`,
    query_params: {
      traceIds,
      stretches: sampled.flatMap((run) => run.traceIds.map(() => run.stretch)),
      names: tellingNames,
    },
    format: "JSONCompactEachRow",
    abort_signal: signal,
  });
  return result.json<SelfTimeRow>();
}
