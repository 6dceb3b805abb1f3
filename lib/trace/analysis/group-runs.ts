import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import { attributeNames } from "../names";
import { isRunId } from "../run-id";
import { attributeText, type Span } from "../span";

/** A run among the spans of a file. */
export interface SpanGroup {
  readonly runId: string;
  /** The question, or the name of the first span without a parent. */
  readonly title: string;
  readonly startNs: Nanoseconds;
  readonly endNs: Nanoseconds;
  /** In the order of their start. */
  readonly spans: readonly Span[];
}

/**
 * Spans as runs, as the store groups them: a run is all spans of every trace in which some span names it by its
 * `run_id`; a trace in which none does is a run named by its trace id. A trace that names several belongs to each.
 * In the order of their start.
 */
export function groupRuns(spans: readonly Span[]): SpanGroup[] {
  const traces = new Map<string, { readonly spans: Span[]; readonly runIds: Set<string> }>();
  for (const span of spans) {
    const trace = traces.get(span.traceId) ?? { spans: [], runIds: new Set() };
    traces.set(span.traceId, trace);
    trace.spans.push(span);
    const runId = attributeText(span.attributes, attributeNames.runId);
    if (runId !== undefined && isRunId(runId)) trace.runIds.add(runId);
  }
  const runs = new Map<string, Span[][]>();
  for (const [traceId, trace] of traces) {
    for (const runId of trace.runIds.size > 0 ? trace.runIds : [traceId]) {
      runs.set(runId, [...(runs.get(runId) ?? []), trace.spans]);
    }
  }
  return [...runs]
    .map(([runId, parts]) => toGroup(runId, parts.flat()))
    .sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
}

function toGroup(runId: string, unordered: readonly Span[]): SpanGroup {
  const spans = unordered.toSorted((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  const ids = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  const root = spans.find(({ traceId, parentSpanId }) => !ids.has(`${traceId} ${parentSpanId}`)) ?? spans[0];
  const question = spans
    .map(({ attributes }) => attributeText(attributes, attributeNames.question))
    .find(Boolean);
  let endNs = 0n;
  for (const { startNs, durationNs } of spans) if (startNs + durationNs > endNs) endNs = startNs + durationNs;
  return {
    runId,
    title: question || root?.name || "",
    startNs: spans[0]?.startNs ?? nanoseconds(0n),
    endNs: nanoseconds(endNs),
    spans,
  };
}
