import { addToInt32, at, float64At, int32At, uint8At, uintAt } from "@/lib/base/checked";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { type CriticalPath, criticalPath } from "@/lib/trace/analysis/critical-path";
import { selfTimes } from "@/lib/trace/analysis/self-time";
import { buildTree, noOddities, type Oddity, oddities, type SpanTree } from "@/lib/trace/analysis/tree";
import type { SpanColumns } from "@/lib/trace/columns/span-columns";
import { spanIdText } from "@/lib/trace/columns/span-ids";
import { type WorkKind, workKinds } from "@/lib/trace/names";
import { statusCodes } from "@/lib/trace/span";

/**
 * One or several runs as one tree of nodes, in the order of their rows when everything is open. A node is a
 * span; where there are several runs, each has a node of its own above its spans. Every run starts at 0, so
 * that runs can be compared on one axis. Arrays are indexed by node, and a subtree is the stretch
 * [node, node + size).
 */
export interface TimelineRun {
  readonly runId: string;
  readonly title: string;
  readonly columns: SpanColumns;
}

export interface Timeline {
  readonly runs: readonly TimelineRun[];
  readonly count: number;
  /** The longest run's end. */
  readonly totalNs: number;
  /** Index into `runs`. */
  readonly run: Uint8Array;
  /** Index into the run's columns; -1 for the node of a run. */
  readonly span: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly size: Int32Array;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly selfNs: Float64Array;
  /** Each run's critical path, by node: the segments of a subtree are contiguous. */
  readonly path: CriticalPath;
  readonly work: Uint8Array;
  /** 1 where the span's status is an error. */
  readonly error: Uint8Array;
  /** Spans below with an error, so that a closed row can say so. */
  readonly errorsBelow: Int32Array;
  /** Whether the spans are of more than one service, so that saying which tells something. */
  readonly hasServices: boolean;
  /** Bits of `oddities`. */
  readonly odd: Uint8Array;
  readonly oddCounts: Readonly<Record<Oddity, number>>;
  /** Spans that last no time, as far as their clock could tell; not counting those whose end is missing. */
  readonly instantCount: number;
}

const errorStatus = statusCodes.indexOf("Error");

export function buildTimeline(runs: readonly TimelineRun[]): Timeline {
  const withHeads = runs.length > 1;
  const placed = runs.map(({ columns }) => ({ columns, tree: buildTree(columns) }));
  const count = placed.reduce((sum, { tree }) => sum + tree.count + (withHeads ? 1 : 0), 0);
  const timeline = {
    runs,
    count,
    totalNs: 0,
    run: new Uint8Array(count),
    span: new Int32Array(count),
    parent: new Int32Array(count),
    depth: new Int32Array(count),
    size: new Int32Array(count),
    startNs: new Float64Array(count),
    durationNs: new Float64Array(count),
    selfNs: new Float64Array(count),
    path: joinPaths(
      count,
      placed.map(({ tree, columns }) => criticalPath(tree, columns)),
      withHeads ? 1 : 0,
    ),
    work: new Uint8Array(count),
    error: new Uint8Array(count),
    errorsBelow: new Int32Array(count),
    hasServices: new Set(runs.flatMap(({ columns }) => columns.services)).size > 1,
    odd: new Uint8Array(count),
    oddCounts: noOddities(),
    instantCount: 0,
  };
  let node = 0;
  for (const [index, { columns, tree }] of placed.entries()) {
    const head = withHeads ? node++ : -1;
    const endNs = placeSpans(timeline, node, index, head, columns, tree);
    if (head >= 0) {
      timeline.run[head] = index;
      timeline.span[head] = -1;
      timeline.parent[head] = -1;
      timeline.size[head] = tree.count + 1;
      timeline.durationNs[head] = endNs;
    }
    for (const name of Object.keys(oddities) as Oddity[]) timeline.oddCounts[name] += tree.oddCounts[name];
    timeline.totalNs = Math.max(timeline.totalNs, endNs);
    node += tree.count;
  }
  for (let i = count - 1; i >= 0; i--) {
    const up = int32At(timeline.parent, i);
    if (up < 0) continue;
    addToInt32(timeline.errorsBelow, up, int32At(timeline.errorsBelow, i) + uint8At(timeline.error, i));
  }
  return timeline;
}

/** The paths of the runs as one, with room for the node of each run where there is one. */
function joinPaths(count: number, paths: readonly CriticalPath[], headNodes: number): CriticalPath {
  const segments = paths.reduce((sum, path) => sum + path.startNs.length, 0);
  const joined = {
    from: new Int32Array(count + 1),
    startNs: new Float64Array(segments),
    endNs: new Float64Array(segments),
    ownNs: new Float64Array(count),
  };
  let node = 0;
  let segment = 0;
  for (const path of paths) {
    joined.from.fill(segment, node, node + headNodes);
    node += headNodes;
    joined.from.set(
      path.from.map((at) => at + segment),
      node,
    );
    joined.startNs.set(path.startNs, segment);
    joined.endNs.set(path.endNs, segment);
    joined.ownNs.set(path.ownNs, node);
    node += path.ownNs.length;
    segment += path.startNs.length;
  }
  return joined;
}

/** Copies a run's spans in from `base` on, in the order of the tree; answers when the last of them ends. */
function placeSpans(
  timeline: Timeline & { instantCount: number },
  base: number,
  run: number,
  head: number,
  columns: SpanColumns,
  tree: SpanTree,
): number {
  timeline.selfNs.set(selfTimes(tree, columns), base);
  timeline.span.set(tree.span, base);
  timeline.size.set(tree.size, base);
  timeline.odd.set(tree.odd, base);
  timeline.run.fill(run, base, base + tree.count);
  let endNs = 0;
  for (let position = 0; position < tree.count; position++) {
    const node = base + position;
    const i = int32At(tree.span, position);
    const parent = int32At(tree.parent, position);
    const sent = float64At(columns.durationNs, i);
    const duration = Math.max(0, sent);
    const start = float64At(columns.startOffsetNs, i);
    timeline.parent[node] = parent < 0 ? head : base + parent;
    timeline.depth[node] = int32At(tree.depth, position) + (head < 0 ? 0 : 1);
    timeline.startNs[node] = start;
    timeline.durationNs[node] = duration;
    timeline.work[node] = uint8At(columns.work, i);
    timeline.error[node] = uint8At(columns.kindAndStatus, i) >> 4 === errorStatus ? 1 : 0;
    if (sent === 0) timeline.instantCount++;
    if (start + duration > endNs) endNs = start + duration;
  }
  return endNs;
}

/** The run that a node belongs to. */
export function runOfNode(timeline: Timeline, node: number): TimelineRun {
  return at(timeline.runs, uint8At(timeline.run, node));
}

/** The span's name, or the run's title for the node of a run. */
export function nodeName(timeline: Timeline, node: number): string {
  const { title, runId, columns } = runOfNode(timeline, node);
  const span = int32At(timeline.span, node);
  if (span < 0) return title || visibleText(runId);
  return at(columns.names, uintAt(columns.name, span));
}

/** How long a span lasts, or why that is not known. */
export function nodeDurationText(timeline: Timeline, node: number): string {
  const odd = uint8At(timeline.odd, node);
  if (odd & oddities.unfinished) return "no end";
  if (odd & oddities.endsBeforeStart) return "ends before it starts";
  return formatDuration(float64At(timeline.durationNs, node));
}

/** "" for the node of a run. */
export function nodeService(timeline: Timeline, node: number): string {
  const { columns } = runOfNode(timeline, node);
  const span = int32At(timeline.span, node);
  return span < 0 ? "" : at(columns.services, uintAt(columns.service, span));
}

/** "" for the node of a run. */
export function nodeSpanId(timeline: Timeline, node: number): string {
  const { columns } = runOfNode(timeline, node);
  const span = int32At(timeline.span, node);
  return span < 0 ? "" : spanIdText(columns.spanIds, span);
}

/** The node of a span, or -1. */
export function nodeOfSpan(timeline: Timeline, run: number, span: number): number {
  for (let node = 0; node < timeline.count; node++) {
    if (timeline.span[node] === span && timeline.run[node] === run) return node;
  }
  return -1;
}

/** The kinds of work that occur in a timeline, for a legend. */
export function workKindsIn({ count, work, span }: Timeline): readonly WorkKind[] {
  const seen = new Uint8Array(workKinds.length);
  for (let node = 0; node < count; node++) if (int32At(span, node) >= 0) seen[uint8At(work, node)] = 1;
  return workKinds.filter((_, index) => seen[index]);
}
