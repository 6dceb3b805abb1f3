import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { at, int32At, uint8At } from "@/lib/base/checked";
import { formatCount } from "@/lib/base/count";
import { maxFindChars } from "@/lib/find/find-query";
import type { SpanRef } from "@/lib/gantt/layout/row-state";
import { nodeName, type Timeline } from "@/lib/gantt/timeline";
import { spansToOtlpJson } from "@/lib/otlp/json/spans-to-otlp-json";
import type { Span } from "@/lib/trace/span";
import { nameTerm, pathTerm } from "../find/bounded-term";
import type { Surface } from "../surface/surface";
import { AttributeList } from "./attribute-list";
import { CopyButton } from "./copy-button";
import { type LoadSpan, type SpanCache, spanCacheOf } from "./span-cache";
import { EventsSection, LinksSection } from "./span-events";
import { RunFacts, SpanFacts } from "./span-facts";
import { SpanSections } from "./span-sections";

interface DetailsProps {
  readonly surface: Surface;
  readonly node: number;
  readonly loadSpan: LoadSpan;
  /** The moments of the span's events since the run's start, for the chart. */
  readonly onEvents: (eventsNs: readonly number[]) => void;
  readonly onClose: () => void;
  /** Puts a text in the find box. */
  readonly onFind?: ((text: string) => void) | undefined;
  /** Where a trace can be opened; without it a link to another run is plain text. */
  readonly hrefOfTrace?: ((traceId: string) => string) | undefined;
}

/** All of one span. It has a column of its own, so it never covers its span. */
export function Details({ surface, node, loadSpan, onEvents, onClose, onFind, hrefOfTrace }: DetailsProps) {
  const { timeline } = surface;
  const run = uint8At(timeline.run, node);
  const index = int32At(timeline.span, node);
  const { span, failure } = useSpan(loadSpan, run, index);
  const runStartNs = at(timeline.runs, run).columns.startNs;
  const panel = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!span) return;
    onEvents(span.events.map((event) => Number(event.timeNs - runStartNs)));
  }, [span, runStartNs, onEvents]);

  useEffect(() => {
    if (span) spanCacheOf(loadSpan).prefetch(neighbours(surface, node));
  }, [span, loadSpan, surface, node]);

  // Another span is read from its top.
  useLayoutEffect(() => {
    if (panel.current) panel.current.scrollTop = 0;
  }, [node]);

  return (
    <aside
      ref={panel}
      className="gantt-details"
      aria-label="Details of the selected span"
      data-node={node}
      data-state={span ? "whole" : failure ? "failed" : "reading"}
    >
      <header>
        <h2>{nodeName(timeline, node).slice(0, 1_000) || "(no name)"}</h2>
        <button type="button" onClick={onClose} aria-label="Close details" title="Close (Esc)">
          ✕
        </button>
      </header>
      {index < 0 ? (
        <RunFacts timeline={timeline} node={node} />
      ) : (
        <>
          <div className="gantt-details-actions">
            {onFind && <FindLikeIt timeline={timeline} node={node} onFind={onFind} />}
            {span && (
              <CopyButton text={() => spanToJson(span)} what="the span as OTLP JSON" label="copy as JSON" />
            )}
          </div>
          <SpanFacts
            timeline={timeline}
            node={node}
            span={span}
            onSelect={(other) => surface.select(other)}
          />
          {failure && <p className="gantt-failure">{failure}</p>}
          {!span && !failure && <Waiting />}
          {span && <SpanParts key={node} span={span} onFind={onFind} hrefOfTrace={hrefOfTrace} />}
        </>
      )}
    </aside>
  );
}

/** The rows below and above: where the arrow keys lead next. */
function neighbours({ rows, timeline }: Surface, node: number): SpanRef[] {
  const row = int32At(rows.rowOf, node);
  if (row < 0) return [];
  return [row + 1, row - 1]
    .filter((beside) => beside >= 0 && beside < rows.count)
    .map((beside) => int32At(rows.node, beside))
    .map((beside) => ({ run: uint8At(timeline.run, beside), span: int32At(timeline.span, beside) }));
}

interface Loaded {
  readonly span?: Span;
  readonly failure?: string;
}

/** The whole span: at once where it is at hand, else when it has arrived. */
function useSpan(loadSpan: LoadSpan, run: number, index: number): Loaded {
  const cache = spanCacheOf(loadSpan);
  // What has arrived, and for what it was asked: a selection may have moved on since.
  const [arrived, setArrived] = useState<Loaded & { readonly of?: SpanCache; readonly key?: string }>({});
  const key = `${run} ${index}`;
  useEffect(() => {
    if (index < 0 || cache.peek(run, index)) return;
    const controller = new AbortController();
    const { signal } = controller;
    const tell = (loaded: Loaded) => {
      if (!signal.aborted) setArrived({ ...loaded, of: cache, key: `${run} ${index}` });
    };
    cache.load(run, index, signal).then(
      (span) => tell({ span }),
      (error: unknown) => tell({ failure: error instanceof Error ? error.message : String(error) }),
    );
    return () => controller.abort();
  }, [cache, run, index]);
  if (index < 0) return {};
  const atHand = cache.peek(run, index);
  if (atHand) return { span: atHand };
  return arrived.of === cache && arrived.key === key ? arrived : {};
}

/** Keeps the room that attributes will take, so that nothing jumps when they arrive. */
function Waiting() {
  return (
    <section className="gantt-waiting">
      <h3>Attributes</h3>
      <p className="gantt-hint" role="status">
        Reading the span…
      </p>
    </section>
  );
}

function FindLikeIt({
  timeline,
  node,
  onFind,
}: {
  readonly timeline: Timeline;
  readonly node: number;
  readonly onFind: (text: string) => void;
}) {
  const byPath = pathTerm(pathOfNode(timeline, node));
  return (
    <>
      <button
        type="button"
        className="gantt-copy"
        title="Find all spans of this name"
        onClick={() => onFind(nameTerm(nodeName(timeline, node)))}
      >
        find this name
      </button>
      {byPath !== undefined && (
        <button
          type="button"
          className="gantt-copy"
          title="Find all spans with these names from the root down"
          onClick={() => onFind(byPath)}
        >
          find this path
        </button>
      )}
    </>
  );
}

/** The names from the root down, as many as can matter to the find box. */
function pathOfNode(timeline: Timeline, node: number): string[] {
  const names: string[] = [];
  for (let at = node; at >= 0 && names.length <= maxFindChars; at = int32At(timeline.parent, at)) {
    if (int32At(timeline.span, at) >= 0) names.push(nodeName(timeline, at));
  }
  return names.reverse();
}

async function spanToJson(span: Span): Promise<string> {
  let json = "";
  for await (const part of spansToOtlpJson([[span]])) json += part;
  return json;
}

function SpanParts({
  span,
  onFind,
  hrefOfTrace,
}: {
  readonly span: Span;
  readonly onFind?: ((text: string) => void) | undefined;
  readonly hrefOfTrace?: ((traceId: string) => string) | undefined;
}) {
  const scope = [span.scopeName, span.scopeVersion].filter((part) => part !== "").join(" ");
  return (
    <>
      <SpanSections span={span} />
      <section>
        <h3>
          Attributes <span className="gantt-soft">{formatCount(span.attributes.length)}</span>
        </h3>
        {span.attributes.length === 0 && <p className="gantt-hint">This span carries none.</p>}
        <AttributeList attributes={span.attributes} onFind={onFind} />
        <LeftOut count={span.droppedAttributes} what="attributes" />
      </section>
      <EventsSection span={span} onFind={onFind} />
      <LeftOut count={span.droppedEvents} what="events" />
      <LinksSection links={span.links} hrefOfTrace={hrefOfTrace} onFind={onFind} />
      <LeftOut count={span.droppedLinks} what="links" />
      <section>
        <h3>
          Resource <span className="gantt-soft">{formatCount(span.resource.length)}</span>
        </h3>
        <AttributeList attributes={span.resource} onFind={onFind} what="resource attributes" />
      </section>
      {(scope !== "" || (span.scopeAttributes?.length ?? 0) > 0 || span.traceState !== "") && (
        <section>
          <h3>Scope</h3>
          {scope !== "" && <p className="gantt-id">{scope.slice(0, 500)}</p>}
          <AttributeList attributes={span.scopeAttributes ?? []} what="scope attributes" />
          {span.traceState !== "" && (
            <p className="gantt-id gantt-soft">trace state {span.traceState.slice(0, 600)}</p>
          )}
        </section>
      )}
    </>
  );
}

/** What its sender left out is not here: said, so that nobody looks for it. */
function LeftOut({ count, what }: { readonly count: number | undefined; readonly what: string }) {
  if (!count) return null;
  return (
    <p className="gantt-hint">
      {`${formatCount(count)} more ${what} were left out by the application that sent the span.`}
    </p>
  );
}
