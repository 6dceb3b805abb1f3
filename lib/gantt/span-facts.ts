import { at, float64At, int32At, uint8At, uintAt } from "@/lib/base/checked";
import { type Oddity, oddityNames } from "@/lib/trace/analysis/tree";
import { type WorkKind, workKindAt } from "@/lib/trace/names";
import { type SpanKind, type StatusCode, spanKindOf, statusCodeOf } from "@/lib/trace/span";
import { pathShare } from "./path-share";
import { nodeService, nodeSpanId, runOfNode, type Timeline } from "./timeline";

/** What the columns hold about one span. Times are in nanoseconds, from the run's start where nothing else is said. */
export interface FactsOfSpan {
  readonly status: StatusCode;
  readonly spanKind: SpanKind;
  readonly work: WorkKind;
  readonly service: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly selfNs: number;
  /** Since 1970. */
  readonly startEpochNs: bigint;
  readonly endEpochNs: bigint;
  /** How much of the run's critical path is this span's own, and that as a share from 0 to 1. */
  readonly pathNs: number;
  readonly pathShare: number;
  /** The duration of what it is below, where it is below anything: a span, or the run's node among several runs. */
  readonly parentNs: number | undefined;
  /** The node of the span that it is below; undefined at the top of a run. */
  readonly parentSpan: number | undefined;
  readonly oddities: readonly Oddity[];
}

/** The facts of a span's node. The node of a run itself has none: throws RangeError. */
export function spanFacts(timeline: Timeline, node: number): FactsOfSpan {
  const { columns } = runOfNode(timeline, node);
  const index = int32At(timeline.span, node);
  const kindAndStatus = uint8At(columns.kindAndStatus, index);
  const startNs = float64At(timeline.startNs, node);
  const durationNs = float64At(timeline.durationNs, node);
  const startEpochNs = columns.startNs + BigInt(Math.round(startNs));
  const parent = int32At(timeline.parent, node);
  return {
    status: statusCodeOf(kindAndStatus >> 4),
    spanKind: spanKindOf(kindAndStatus & 15),
    work: workKindAt(uint8At(timeline.work, node)),
    service: nodeService(timeline, node),
    spanId: nodeSpanId(timeline, node),
    traceId: at(columns.traceIds, uintAt(columns.trace, index)),
    startNs,
    durationNs,
    selfNs: float64At(timeline.selfNs, node),
    startEpochNs,
    endEpochNs: startEpochNs + BigInt(Math.round(durationNs)),
    pathNs: float64At(timeline.path.ownNs, node),
    pathShare: pathShare(timeline, node),
    parentNs: parent < 0 ? undefined : float64At(timeline.durationNs, parent),
    parentSpan: parent >= 0 && int32At(timeline.span, parent) >= 0 ? parent : undefined,
    oddities: oddityNames(uint8At(timeline.odd, node)),
  };
}
