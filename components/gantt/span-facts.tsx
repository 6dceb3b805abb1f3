import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { visibleText } from "@/lib/base/visible-text";
import { workLabels } from "@/lib/gantt/palette";
import { pathShare } from "@/lib/gantt/path-share";
import { nodeName, nodeService, nodeSpanId, type Timeline } from "@/lib/gantt/timeline";
import { workKinds } from "@/lib/trace/names";
import { type Span, spanKinds, statusCodes } from "@/lib/trace/span";
import { oddityNames, oddityTexts } from "@/lib/trace/tree";
import { BoundedText } from "./bounded-text";
import { CopyButton } from "./copy-button";
import { formatInstant } from "./instant-format";
import { SpanChildren } from "./span-children";

/** What is known of a run's own node. */
export function RunFacts({ timeline, node }: { readonly timeline: Timeline; readonly node: number }) {
  const run = timeline.runs[timeline.run[node] ?? 0];
  if (!run) return null;
  return (
    <dl className="gantt-facts">
      <dt>Run</dt>
      <dd className="gantt-id">
        {visibleText(run.runId)} <CopyButton text={run.runId} what="the run's id" />
      </dd>
      <dt>Starts</dt>
      <dd>{formatInstant(run.columns.startNs)}</dd>
      <dt>Duration</dt>
      <dd>{formatDuration(timeline.durationNs[node] ?? 0)}</dd>
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
  const columns = timeline.runs[timeline.run[node] ?? 0]?.columns;
  const index = timeline.span[node] ?? -1;
  if (!columns || index < 0) return null;
  const kindAndStatus = columns.kindAndStatus[index] ?? 0;
  const status = statusCodes[kindAndStatus >> 4] ?? "Unset";
  const spanKind = spanKinds[kindAndStatus & 15] ?? "Unspecified";
  const work = workKinds[timeline.work[node] ?? 0] ?? "other";
  const startNs = timeline.startNs[node] ?? 0;
  const durationNs = timeline.durationNs[node] ?? 0;
  const selfNs = timeline.selfNs[node] ?? 0;
  const epochNs = columns.startNs + BigInt(Math.round(startNs));
  const parent = timeline.parent[node] ?? -1;
  const spanId = nodeSpanId(timeline, node);
  const traceId = columns.traceIds[columns.trace[index] ?? 0] ?? "";
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
          {parent >= 0 && <Share ns={durationNs} ofNs={timeline.durationNs[parent] ?? 0} of="its parent" />}
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
        {parent >= 0 && (timeline.span[parent] ?? -1) >= 0 && (
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
      {oddityNames(timeline.odd[node] ?? 0).map((name) => (
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
  const ownNs = timeline.path.ownNs[node] ?? 0;
  if (ownNs <= 0) return "not on the critical path";
  return `${formatDuration(ownNs)}, ${percentText(pathShare(timeline, node))} of the run's`;
}
