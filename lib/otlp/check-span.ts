import { type Nanoseconds, nanoseconds } from "@/lib/base/time";
import { attributeNames } from "@/lib/trace/names";
import { isRunId, maxRunIdChars } from "@/lib/trace/run-id";
import {
  type Attribute,
  attributeText,
  type Span,
  type SpanEvent,
  type SpanExtras,
  type SpanLink,
  spanKindOf,
  statusCodeOf,
} from "@/lib/trace/span";
import { type Bounded, boundAttributes, boundText } from "./bounds";
import { otlpLimits } from "./otlp-limits";
import type { SentEvent, SentLink, SentSpan } from "./sent-span";
import type { SpanOrigin } from "./span-origin";

/** Why a span was not taken. */
export type Rejection = "traceId" | "spanId" | "parentSpanId";

const noTraceId = "0".repeat(32);
const noSpanId = "0".repeat(16);

function isTraceId(id: string): boolean {
  return id.length === 32 && id !== noTraceId && /^[0-9a-f]+$/.test(id);
}

function isSpanId(id: string): boolean {
  return id.length === 16 && id !== noSpanId && /^[0-9a-f]+$/.test(id);
}

/**
 * A span as it is stored, or why it cannot be. A span without ids has no place in a trace and is rejected;
 * everything else that is wrong with it is put right and marked (DESIGN: runs, traces, spans).
 * `receivedNs` replaces an invalid time.
 */
export function checkSpan(sent: SentSpan, origin: SpanOrigin, receivedNs: bigint): Span | Rejection {
  if (!isTraceId(sent.traceId)) return "traceId";
  if (!isSpanId(sent.spanId)) return "spanId";
  const parentSpanId = sent.parentSpanId === noSpanId ? "" : sent.parentSpanId;
  if (parentSpanId !== "" && !isSpanId(parentSpanId)) return "parentSpanId";

  const marks: Attribute[] = [];
  const { startNs, durationNs } = checkTimes(sent, receivedNs, marks);
  const cut = [...origin.cut, ...sent.cut];
  const { attributes, dropped } = boundAttributes(sent.attributes, cut);
  checkRunId(attributes, marks);
  const events = sent.events.slice(0, otlpLimits.events).map((event) => checkEvent(event, startNs, cut));
  const links = sent.links
    .filter(({ traceId, spanId }) => isTraceId(traceId) && isSpanId(spanId))
    .slice(0, otlpLimits.links)
    .map((link) => checkLink(link, cut));
  const name = boundText("name", sent.name, otlpLimits.nameChars, cut);
  const traceState = boundText("trace_state", sent.traceState, otlpLimits.nameChars, cut);
  const statusMessage = boundText("status.message", sent.statusMessage, otlpLimits.valueChars, cut);
  if (cut.length > 0) {
    marks.push({ key: attributeNames.cut, value: cut.join(", ").slice(0, 1_000), type: "string" });
  }
  return {
    traceId: sent.traceId,
    spanId: sent.spanId,
    parentSpanId,
    traceState,
    name,
    kind: spanKindOf(sent.kind),
    startNs,
    durationNs,
    status: statusCodeOf(sent.statusCode),
    statusMessage,
    attributes: marks.length === 0 ? attributes : withMarks(attributes, marks),
    events,
    links,
    ...origin.fields,
    ...extrasOf(sent, {
      attributes: sent.droppedAttributes + dropped,
      events: sent.droppedEvents + sent.events.length - events.length,
      links: sent.droppedLinks + sent.links.length - links.length,
    }),
  };
}

/** The span keeps the text, but no run goes by it: an address could not hold it. */
function checkRunId(attributes: readonly Attribute[], marks: Attribute[]): void {
  const runId = attributeText(attributes, attributeNames.runId);
  if (runId === undefined || runId === "" || isRunId(runId)) return;
  const value = `run_id has more than ${maxRunIdChars} characters: the run goes by its trace id`;
  marks.push({ key: attributeNames.runIdError, value, type: "string" });
}

/** A mark that the sender's own attributes hold already (a span that comes back) is not put a second time. */
function withMarks(attributes: readonly Attribute[], marks: readonly Attribute[]): readonly Attribute[] {
  const marked = new Set(marks.map(({ key }) => key));
  return [...attributes.filter(({ key }) => !marked.has(key)), ...marks];
}

/** Only what says something: most spans then carry nothing but their flags. */
function extrasOf(
  sent: SentSpan,
  counts: { readonly attributes: number; readonly events: number; readonly links: number },
): SpanExtras {
  const extras: { -readonly [K in keyof SpanExtras]: SpanExtras[K] } = {};
  if (sent.flags > 0) extras.flags = sent.flags;
  if (counts.attributes > 0) extras.droppedAttributes = counts.attributes;
  if (counts.events > 0) extras.droppedEvents = counts.events;
  if (counts.links > 0) extras.droppedLinks = counts.links;
  return extras;
}

/** The table's days are 16 bits and its time to live counts in 32: times from the next century wrap around. */
const firstOf2100Ns = 4_102_444_800_000_000_000n;

function isMoment(timeNs: bigint): boolean {
  return timeNs > 0n && timeNs < firstOf2100Ns;
}

/** Times of which the table can hold both; what stands for one that is none is said in a mark. */
function checkTimes(
  { startNs, endNs, events }: SentSpan,
  receivedNs: bigint,
  marks: Attribute[],
): { startNs: Nanoseconds; durationNs: Nanoseconds } {
  const mark = (key: string, value: string) => marks.push({ key, value, type: "string" });
  const timeless = events.reduce((count, { timeNs }) => (isMoment(timeNs) ? count : count + 1), 0);
  if (timeless > 0) mark(attributeNames.eventTimeError, `${timeless}: the span's start stands for it`);
  if (!isMoment(startNs)) {
    const isEnd = isMoment(endNs);
    const stand = isEnd ? "the end" : "the time of arrival";
    mark(attributeNames.timeError, `the start was ${startNs} ns: ${stand} stands for it`);
    return { startNs: nanoseconds(isEnd ? endNs : receivedNs), durationNs: nanoseconds(0n) };
  }
  const isReversed = endNs > 0n && endNs < startNs;
  if (isReversed) marks.push({ key: attributeNames.endBeforeStart, value: "true", type: "bool" });
  else if (!isMoment(endNs)) {
    mark(attributeNames.timeError, `the end was ${endNs} ns: the start stands for it`);
  } else return { startNs: nanoseconds(startNs), durationNs: nanoseconds(endNs - startNs) };
  return { startNs: nanoseconds(startNs), durationNs: nanoseconds(0n) };
}

function checkEvent(event: SentEvent, startNs: Nanoseconds, cut: string[]): SpanEvent {
  const bounded = boundAttributes(event.attributes, cut);
  return {
    timeNs: isMoment(event.timeNs) ? nanoseconds(event.timeNs) : startNs,
    name: boundText("event.name", event.name, otlpLimits.nameChars, cut),
    attributes: bounded.attributes,
    ...droppedOf(event, bounded),
  };
}

function checkLink(link: SentLink, cut: string[]): SpanLink {
  const bounded = boundAttributes(link.attributes, cut);
  return {
    traceId: link.traceId,
    spanId: link.spanId,
    traceState: boundText("link.trace_state", link.traceState, otlpLimits.nameChars, cut),
    attributes: bounded.attributes,
    ...droppedOf(link, bounded),
    ...(link.flags > 0 && { flags: link.flags }),
  };
}

function droppedOf(sent: { readonly droppedAttributes: number }, { dropped }: Bounded) {
  const droppedAttributes = sent.droppedAttributes + dropped;
  return droppedAttributes > 0 ? { droppedAttributes } : undefined;
}
