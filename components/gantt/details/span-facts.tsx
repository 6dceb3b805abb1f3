import { float64At } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { workLabels } from "@/lib/gantt/paint/palette";
import { type FactsOfSpan, spanFacts } from "@/lib/gantt/span-facts";
import { nodeName, runOfNode, type Timeline } from "@/lib/gantt/timeline";
import { oddityTexts } from "@/lib/trace/analysis/tree";
import type { Span } from "@/lib/trace/span";
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
 * What the columns hold is shown at once and does not move again; only the message of the status waits for
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
  const facts = spanFacts(timeline, node);
  const { status, spanKind, work, startNs, durationNs, selfNs, spanId, traceId, parentSpan } = facts;
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
          {facts.parentNs !== undefined && <Share ns={durationNs} ofNs={facts.parentNs} of="its parent" />}
        </dd>
        <dt>Self time</dt>
        <dd>
          {formatDuration(selfNs)}
          <Share ns={selfNs} ofNs={durationNs} of="it" />
        </dd>
        <dt>Critical</dt>
        <dd>{pathText(facts)}</dd>
        <dt>Starts</dt>
        <dd title={formatInstant(facts.startEpochNs)}>
          +{formatDuration(startNs)} <span className="gantt-soft">{formatInstant(facts.startEpochNs)}</span>
        </dd>
        <dt>Ends</dt>
        <dd title={formatInstant(facts.endEpochNs)}>+{formatDuration(startNs + durationNs)}</dd>
        <dt>Work</dt>
        <dd>
          <i className={`gantt-work-${work}`} />
          {workLabels[work]}
          {spanKind !== "Unspecified" && <span className="gantt-soft"> {spanKind.toLowerCase()} span</span>}
        </dd>
        <dt>Service</dt>
        <dd>{facts.service}</dd>
        {parentSpan !== undefined && (
          <>
            <dt>Parent</dt>
            <dd>
              <button type="button" className="gantt-link" onClick={() => onSelect(parentSpan)}>
                {nodeName(timeline, parentSpan).slice(0, 300) || "(no name)"}
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
      {facts.oddities.map((name) => (
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
function pathText({ pathNs, pathShare }: FactsOfSpan): string {
  if (pathNs <= 0) return "not on the critical path";
  return `${formatDuration(pathNs)}, ${percentText(pathShare)} of the run's`;
}
