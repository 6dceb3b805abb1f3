import { at, float64At, int32At, uint8At, uintAt } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { workLabels } from "@/lib/gantt/paint/palette";
import { pathShare } from "@/lib/gantt/path-share";
import { nodeName, nodeService, nodeSpanId, runOfNode, type Timeline } from "@/lib/gantt/timeline";
import { oddityNames, oddityTexts } from "@/lib/trace/analysis/tree";
import { workKindAt } from "@/lib/trace/names";
import { type Span, spanKindOf, statusCodeOf } from "@/lib/trace/span";
import { BoundedText } from "./bounded-text";
import { CopyButton } from "./copy-button";
import { formatInstant } from "./instant-format";
import { SpanChildren } from "./span-children";

/** What is known of a run's own node. */
export function RunFacts({ timeline, node }: { readonly timeline: Timeline; readonly node: number }) {
  const run = runOfNode(timeline, node);
  return (
    <dl className="gantt-facts">
      <dt>Run</dt>
      <dd className="gantt-id">
        {visibleText(run.runId)} <CopyButton text={run.runId} what="the run's id" />
      </dd>
      <dt>Starts</dt>
      <dd>{formatInstant(run.columns.startNs)}</dd>
      <dt>Duration</dt>
      <dd>{formatDuration(float64At(timeline.durationNs, node))}</dd>
      <dt>Spans</dt>
      <dd>{formatCount(run.columns.count)}</dd>
    </dl>
  );
}

/**
 * What the columns tell stands there at once and does not move again; only the message of the status waits for
 * the whole span.
 */
export function SpanFacts({
  timeline,
  node,
  span,
  onSelect,
}: {
  readonly timeline: Timeline;
  readonly node: number;
  readonly span: Span | undefined;
  readonly onSelect: (node: number) => void;
}) {
  const { columns } = runOfNode(timeline, node);
  const index = int32At(timeline.span, node);
  const kindAndStatus = uint8At(columns.kindAndStatus, index);
  const status = statusCodeOf(kindAndStatus >> 4);
  const spanKind = spanKindOf(kindAndStatus & 15);
  const work = workKindAt(uint8At(timeline.work, node));
  const startNs = float64At(timeline.startNs, node);
  const durationNs = float64At(timeline.durationNs, node);
  const selfNs = float64At(timeline.selfNs, node);
  const epochNs = columns.startNs + BigInt(Math.round(startNs));
  const parent = int32At(timeline.parent, node);
  const spanId = nodeSpanId(timeline, node);
  const traceId = at(columns.traceIds, uintAt(columns.trace, index));
  return (
    <>
      <dl className="gantt-facts">
        <dt>Status</dt>
        <dd className={status === "Error" ? "gantt-error-text" : undefined}>
          {status === "Error" ? "⚠ error" : status.toLowerCase()}
        </dd>
        {status === "Error" && (
          <>
            <dt>Message</dt>
            <dd className="gantt-error-text">
              {span ? <BoundedText text={span.statusMessage || "none"} /> : "…"}
            </dd>
          </>
        )}
        <dt>Duration</dt>
        <dd>
          <b>{formatDuration(durationNs)}</b>
          {parent >= 0 && (
            <Share ns={durationNs} ofNs={float64At(timeline.durationNs, parent)} of="its parent" />
          )}
        </dd>
        <dt>Self time</dt>
        <dd>
          {formatDuration(selfNs)}
          <Share ns={selfNs} ofNs={durationNs} of="it" />
        </dd>
        <dt>Critical</dt>
        <dd>{pathText(timeline, node)}</dd>
        <dt>Starts</dt>
        <dd title={formatInstant(epochNs)}>
          +{formatDuration(startNs)} <span className="gantt-soft">{formatInstant(epochNs)}</span>
        </dd>
        <dt>Ends</dt>
        <dd title={formatInstant(epochNs + BigInt(Math.round(durationNs)))}>
          +{formatDuration(startNs + durationNs)}
        </dd>
        <dt>Work</dt>
        <dd>
          <i className={`gantt-work-${work}`} />
          {workLabels[work]}
          {spanKind !== "Unspecified" && <span className="gantt-soft"> {spanKind.toLowerCase()} span</span>}
        </dd>
        <dt>Service</dt>
        <dd>{nodeService(timeline, node)}</dd>
        {parent >= 0 && int32At(timeline.span, parent) >= 0 && (
          <>
            <dt>Parent</dt>
            <dd>
              <button type="button" className="gantt-link" onClick={() => onSelect(parent)}>
                {nodeName(timeline, parent).slice(0, 300) || "(no name)"}
              </button>
            </dd>
          </>
        )}
        <SpanChildren key={node} timeline={timeline} node={node} onSelect={onSelect} />
        <dt>Span</dt>
        <dd className="gantt-id">
          {spanId} <CopyButton text={spanId} what="the span's id" />
        </dd>
        <dt>Trace</dt>
        <dd className="gantt-id">
          {traceId} <CopyButton text={traceId} what="the trace's id" />
        </dd>
      </dl>
      {oddityNames(uint8At(timeline.odd, node)).map((name) => (
        <p key={name} className="gantt-hint">
          {oddityTexts[name]}
        </p>
      ))}
    </>
  );
}

function Share({ ns, ofNs, of }: { readonly ns: number; readonly ofNs: number; readonly of: string }) {
  if (!(ofNs > 0)) return null;
  return (
    <span className="gantt-soft">
      {" "}
      {percentText(ns / ofNs)} of {of}
    </span>
  );
}

/** `12 %`, with a word where rounding would say nothing or everything. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.01) return "under 1 %";
  if (share < 1 && share > 0.99) return "over 99 %";
  return `${Math.round(share * 100)} %`;
}

/** How much of the run's critical path is this span's own. */
function pathText(timeline: Timeline, node: number): string {
  const ownNs = float64At(timeline.path.ownNs, node);
  if (ownNs <= 0) return "not on the critical path";
  return `${formatDuration(ownNs)}, ${percentText(pathShare(timeline, node))} of the run's`;
}
