import { indexSpans } from "@/lib/trace/span-ids";
import type { Timeline } from "./timeline";

/**
 * The node of `next` for each node of `before`, -1 where there is none: spans of a run arrive late, and what a
 * person has opened and selected belongs to spans, not to places. Runs are known by their id, spans by trace and
 * id; of spans that share an id the first stands for all.
 */
export function carryOverNodes(before: Timeline, next: Timeline): Int32Array {
  const nodes = new Int32Array(before.count).fill(-1);
  const runs = before.runs.map(({ runId, columns }) => {
    const index = next.runs.findIndex((run) => run.runId === runId);
    const now = next.runs[index]?.columns;
    if (!now) return undefined;
    return {
      find: indexSpans(now.spanIds, now.trace),
      trace: columns.traceIds.map((id) => now.traceIds.indexOf(id)),
      nodeOf: nodesBySpan(next, index),
      columns,
    };
  });
  for (let node = 0; node < before.count; node++) {
    const run = runs[before.run[node] ?? 0];
    const span = before.span[node] ?? -1;
    if (!run) continue;
    if (span < 0) {
      nodes[node] = run.nodeOf.head;
      continue;
    }
    const { spanIds, trace } = run.columns;
    const nextTrace = run.trace[trace[span] ?? 0] ?? -1;
    const found =
      nextTrace < 0 ? -1 : run.find(spanIds[2 * span] ?? 0, spanIds[2 * span + 1] ?? 0, nextTrace);
    nodes[node] = found < 0 ? -1 : (run.nodeOf.spans[found] ?? -1);
  }
  return nodes;
}

function nodesBySpan(timeline: Timeline, run: number): { readonly head: number; readonly spans: Int32Array } {
  const spans = new Int32Array(timeline.runs[run]?.columns.count ?? 0).fill(-1);
  let head = -1;
  for (let node = 0; node < timeline.count; node++) {
    if (timeline.run[node] !== run) continue;
    const span = timeline.span[node] ?? -1;
    if (span < 0) head = node;
    else spans[span] = node;
  }
  return { head, spans };
}

/** By how much moments of `before` lie later in `next`: a run begins earlier once an earlier span has arrived. */
export function carryOverShiftNs(before: Timeline, next: Timeline): number {
  const [was, is] = [before.runs[0]?.columns.startNs, next.runs[0]?.columns.startNs];
  return was === undefined || is === undefined ? 0 : Number(was - is);
}
