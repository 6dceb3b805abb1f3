import { useEffect, useState } from "react";
import { formatDuration } from "@/lib/base/time";
import { workLabels } from "@/lib/gantt/palette";
import { nodeName, nodeService, nodeSpanId } from "@/lib/gantt/timeline";
import { workKinds } from "@/lib/trace/names";
import type { Span } from "@/lib/trace/span";
import { oddityNames, oddityTexts } from "@/lib/trace/tree";
import { AttributeList } from "./attribute-list";
import { CopyButton } from "./copy-button";
import type { Surface } from "./surface";

type Loading =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly span: Span }
  | { readonly state: "failed"; readonly reason: string };

interface DetailsProps {
  readonly surface: Surface;
  readonly node: number;
  readonly loadSpan: (run: number, span: number, signal: AbortSignal) => Promise<Span>;
  /** The moments of the span's events since the run's start, for the chart. */
  readonly onEvents: (eventsNs: readonly number[]) => void;
  readonly onClose: () => void;
}

/** All of one span. It has a column of its own, so it never lies over the span that it is about. */
export function Details({ surface, node, loadSpan, onEvents, onClose }: DetailsProps) {
  const { timeline } = surface;
  const run = timeline.run[node] ?? 0;
  const span = timeline.span[node] ?? -1;
  const loading = useSpan(run, span, loadSpan);
  const loaded = loading.state === "ready" ? loading.span : undefined;
  const runStartNs = timeline.runs[run]?.columns.startNs;

  useEffect(() => {
    if (!loaded || runStartNs === undefined) return;
    onEvents(loaded.events.map((event) => Number(event.timeNs - runStartNs)));
  }, [loaded, runStartNs, onEvents]);

  const name = nodeName(timeline, node);
  return (
    <aside className="gantt-details" aria-label="Details of the selected span">
      <header>
        <h2>{name || "(no name)"}</h2>
        <button type="button" onClick={onClose} aria-label="Close details" title="Close (Esc)">
          ✕
        </button>
      </header>
      {span < 0 ? (
        <RunFacts surface={surface} node={node} />
      ) : (
        <SpanFacts surface={surface} node={node} span={loaded} />
      )}
      {span >= 0 && loading.state === "loading" && <p className="gantt-hint">Reading the span…</p>}
      {loading.state === "failed" && <p className="gantt-failure">{loading.reason}</p>}
      {loaded && <SpanParts span={loaded} />}
    </aside>
  );
}

function useSpan(run: number, span: number, loadSpan: DetailsProps["loadSpan"]): Loading {
  const [loading, setLoading] = useState<Loading>({ state: "loading" });
  useEffect(() => {
    setLoading({ state: "loading" });
    if (span < 0) return;
    const controller = new AbortController();
    loadSpan(run, span, controller.signal).then(
      (loaded) => !controller.signal.aborted && setLoading({ state: "ready", span: loaded }),
      (error: unknown) =>
        !controller.signal.aborted &&
        setLoading({ state: "failed", reason: error instanceof Error ? error.message : String(error) }),
    );
    return () => controller.abort();
  }, [run, span, loadSpan]);
  return loading;
}

function RunFacts({ surface, node }: { readonly surface: Surface; readonly node: number }) {
  const { timeline } = surface;
  const run = timeline.runs[timeline.run[node] ?? 0];
  if (!run) return null;
  return (
    <dl className="gantt-facts">
      <dt>Run</dt>
      <dd className="gantt-id">
        {run.runId} <CopyButton text={run.runId} what="the run's id" />
      </dd>
      <dt>Duration</dt>
      <dd>{formatDuration(timeline.durationNs[node] ?? 0)}</dd>
      <dt>Spans</dt>
      <dd>{run.columns.count.toLocaleString("en-US")}</dd>
    </dl>
  );
}

/** What is known from the columns stands there at once; the rest joins it when it has been read. */
function SpanFacts({
  surface,
  node,
  span,
}: {
  readonly surface: Surface;
  readonly node: number;
  readonly span: Span | undefined;
}) {
  const { timeline } = surface;
  const run = timeline.runs[timeline.run[node] ?? 0];
  const index = timeline.span[node] ?? -1;
  const traceId = run?.columns.traceIds[run.columns.trace[index] ?? 0] ?? "";
  const spanId = nodeSpanId(timeline, node);
  const parent = timeline.parent[node] ?? -1;
  const kind = workKinds[timeline.work[node] ?? 0] ?? "other";
  let root = node;
  while ((timeline.parent[root] ?? -1) >= 0 && (timeline.span[timeline.parent[root] ?? -1] ?? -1) >= 0) {
    root = timeline.parent[root] ?? -1;
  }
  const lastsNs = timeline.durationNs[root] ?? 0;
  return (
    <>
      <dl className="gantt-facts">
        <dt>Status</dt>
        <dd className={timeline.error[node] ? "gantt-error-text" : undefined}>
          {timeline.error[node] ? "⚠ error" : (span?.status ?? "").toLowerCase() || "…"}
          {span?.statusMessage ? `: ${span.statusMessage.slice(0, 2_000)}` : ""}
        </dd>
        <dt>Duration</dt>
        <dd>
          <b>{formatDuration(timeline.durationNs[node] ?? 0)}</b>
        </dd>
        <dt>Self time</dt>
        <dd>{formatDuration(timeline.selfNs[node] ?? 0)}</dd>
        <dt>Critical</dt>
        <dd>{pathText(timeline.path.ownNs[node] ?? 0, lastsNs)}</dd>
        <dt>Starts at</dt>
        <dd>{formatDuration(timeline.startNs[node] ?? 0)}</dd>
        <dt>Work</dt>
        <dd>
          <i className={`gantt-work-${kind}`} /> {workLabels[kind]}
        </dd>
        <dt>Service</dt>
        <dd>{nodeService(timeline, node)}</dd>
        {span && (
          <>
            <dt>Kind</dt>
            <dd>{span.kind}</dd>
          </>
        )}
        {parent >= 0 && (timeline.span[parent] ?? -1) >= 0 && (
          <>
            <dt>Parent</dt>
            <dd>
              <button type="button" className="gantt-link" onClick={() => surface.select(parent)}>
                {nodeName(timeline, parent) || "(no name)"}
              </button>
            </dd>
          </>
        )}
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

/** How much of the run's duration is this span's own part of the critical path. */
function pathText(ownNs: number, lastsNs: number): string {
  if (ownNs <= 0) return "not on the critical path";
  const percent = (ownNs / lastsNs) * 100;
  return `${formatDuration(ownNs)}, ${percent < 1 ? "under 1" : percent.toFixed(0)} % of the run`;
}

function SpanParts({ span }: { readonly span: Span }) {
  return (
    <>
      <section>
        <h3>Attributes ({span.attributes.length})</h3>
        {span.attributes.length === 0 && <p className="gantt-hint">This span carries none.</p>}
        <AttributeList attributes={span.attributes} />
      </section>
      {span.events.length > 0 && (
        <section>
          <h3>Events ({span.events.length})</h3>
          {span.events.map((event, index) => (
            <div key={index} className="gantt-event">
              <h4>
                <span>{event.name}</span>
                <span>+{formatDuration(Number(event.timeNs - span.startNs))}</span>
              </h4>
              <AttributeList attributes={event.attributes} />
            </div>
          ))}
        </section>
      )}
      {span.links.length > 0 && (
        <section>
          <h3>Links ({span.links.length})</h3>
          {span.links.map((link, index) => (
            <div key={index} className="gantt-event">
              <p className="gantt-id">
                {link.traceId} / {link.spanId} <CopyButton text={link.traceId} what="the linked trace's id" />
              </p>
              <AttributeList attributes={link.attributes} />
            </div>
          ))}
        </section>
      )}
      <section>
        <h3>Resource ({span.resource.length})</h3>
        <AttributeList attributes={span.resource} />
        {span.scopeName !== "" && (
          <p className="gantt-hint">
            Made by {span.scopeName} {span.scopeVersion}
          </p>
        )}
      </section>
    </>
  );
}
