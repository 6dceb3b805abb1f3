import { useState } from "react";
import { formatCount } from "@/lib/base/count";
import { formatDuration } from "@/lib/base/time";
import { attributeText, type Span, type SpanEvent, type SpanLink } from "@/lib/trace/span";
import { AttributeList } from "./attribute-list";
import { BoundedText } from "./bounded-text";
import { CopyButton } from "./copy-button";

/** Events rendered at first, of possibly thousands; the rest behind "show more". */
const shownAtFirst = 50;

const exceptionKeys = ["exception.type", "exception.message", "exception.stacktrace"];

/** Events in the order of their time, with their distance from the span's start; exceptions with their stack. */
export function EventsSection({
  span,
  onFind,
}: {
  readonly span: Span;
  readonly onFind?: ((text: string) => void) | undefined;
}) {
  const [limit, setLimit] = useState(shownAtFirst);
  const { events } = span;
  if (events.length === 0) return null;
  const inOrder = [...events].sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  return (
    <section>
      <h3>
        Events <span className="gantt-soft">{formatCount(events.length)}</span>
      </h3>
      {inOrder.slice(0, limit).map((event, index) => (
        <EventItem key={index} event={event} startNs={span.startNs} onFind={onFind} />
      ))}
      {events.length > limit && (
        <button type="button" className="gantt-link" onClick={() => setLimit(limit + 10 * shownAtFirst)}>
          {`${formatCount(events.length - limit)} more events are not shown. Show more`}
        </button>
      )}
    </section>
  );
}

function EventItem({
  event,
  startNs,
  onFind,
}: {
  readonly event: SpanEvent;
  readonly startNs: bigint;
  readonly onFind?: ((text: string) => void) | undefined;
}) {
  const type = attributeText(event.attributes, "exception.type") ?? "";
  const message = attributeText(event.attributes, "exception.message") ?? "";
  const stack = attributeText(event.attributes, "exception.stacktrace") ?? "";
  const isException = type !== "" || message !== "" || stack !== "";
  const rest = isException
    ? event.attributes.filter(({ key }) => !exceptionKeys.includes(key))
    : event.attributes;
  return (
    <div className="gantt-event">
      <h4>
        <span className={isException ? "gantt-error-text" : undefined}>
          {isException && "⚠ "}
          {event.name.slice(0, 300) || "(no name)"}
        </span>
        <span>{offsetText(Number(event.timeNs - startNs))}</span>
      </h4>
      {isException && (
        <>
          <p className="gantt-prose">
            <b>{type.slice(0, 300)}</b>
            {type && message ? ": " : ""}
            <BoundedText text={message} className="gantt-said" />
          </p>
          {stack && (
            <div className="gantt-stack">
              <CopyButton text={stack} what="the stack trace" />
              <pre className="gantt-code">
                <BoundedText text={stack} first={1_000} className="gantt-code-text" />
              </pre>
            </div>
          )}
        </>
      )}
      <AttributeList attributes={rest} onFind={onFind} />
    </div>
  );
}

function offsetText(afterNs: number): string {
  return afterNs < 0 ? `${formatDuration(-afterNs)} before the start` : `+${formatDuration(afterNs)}`;
}

/** Links to other runs. A trace id is an address only where the page says what its address is. */
export function LinksSection({
  links,
  hrefOfTrace,
  onFind,
}: {
  readonly links: readonly SpanLink[];
  readonly hrefOfTrace?: ((traceId: string) => string) | undefined;
  readonly onFind?: ((text: string) => void) | undefined;
}) {
  const [limit, setLimit] = useState(shownAtFirst);
  if (links.length === 0) return null;
  return (
    <section>
      <h3>
        Links <span className="gantt-soft">{formatCount(links.length)}</span>
      </h3>
      {links.slice(0, limit).map((link, index) => (
        <div key={index} className="gantt-event">
          <p className="gantt-id">
            {/^[0-9a-f]{32}$/.test(link.traceId) && hrefOfTrace ? (
              <a href={hrefOfTrace(link.traceId)}>{link.traceId}</a>
            ) : (
              link.traceId.slice(0, 100)
            )}{" "}
            <CopyButton text={link.traceId} what="the linked trace's id" />
          </p>
          <p className="gantt-id gantt-soft">
            span {link.spanId.slice(0, 100)} <CopyButton text={link.spanId} what="the linked span's id" />
          </p>
          <AttributeList attributes={link.attributes} onFind={onFind} />
        </div>
      ))}
      {links.length > limit && (
        <button type="button" className="gantt-link" onClick={() => setLimit(limit + 10 * shownAtFirst)}>
          {`${formatCount(links.length - limit)} more links are not shown. Show more`}
        </button>
      )}
    </section>
  );
}
